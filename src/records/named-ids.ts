import { isObject } from '../fields/value.ts'

/** Something that stands where a body names a linked record, with its place in the field's value. */
export interface NamedId {
  id: unknown
  at: readonly (string | number)[]
}

/** What a value of a link or of links names, before anybody has checked it. Nothing is looked for any deeper. */
export function namedIds(value: unknown): NamedId[] {
  const found: NamedId[] = []
  mapIds(value, (id, at) => {
    found.push({ id, at })
    return id
  })
  return found
}

/** The value with another thing in the place of each that it names. */
export function mapIds(value: unknown, replace: (id: unknown, at: NamedId['at']) => unknown): unknown {
  const items = (list: readonly unknown[], at: NamedId['at']) =>
    list.map((item, index) =>
      isObject(item) && Object.hasOwn(item, 'id')
        ? { ...item, id: replace(item.id, [...at, index, 'id']) }
        : replace(item, [...at, index]),
    )
  if (Array.isArray(value)) return items(value, [])
  if (!isObject(value) || isReference(value)) return replace(value, [])
  const parts = Object.entries(value).filter(([name, list]) => isPart(name) && Array.isArray(list))
  return { ...value, ...Object.fromEntries(parts.map(([name, list]) => [name, items(list as unknown[], [name])])) }
}

function isPart(name: string): boolean {
  return name === 'add' || name === 'remove'
}

/** The record of an earlier operation of the same batch, by the name it was given there. */
export interface Reference {
  $ref: string
}

/** Whether this stands for the record of another operation. */
export function isReference(value: unknown): value is Reference {
  return isObject(value) && Object.hasOwn(value, '$ref')
}
