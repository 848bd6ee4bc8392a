import { pointerOf } from '../errors/json-pointer.ts'
import { isObject } from './value.ts'

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
  const parts = isObject(value) ? partsOf(value) : []
  if (!parts.length) return replace(value, [])
  return { ...(value as object), ...Object.fromEntries(parts.map(([name, list]) => [name, items(list, [name])])) }
}

/** The lists of what is added and removed. */
function partsOf(value: Record<string, unknown>): [name: string, list: readonly unknown[]][] {
  return ['add', 'remove'].flatMap((name) => {
    const list = value[name]
    return Array.isArray(list) ? [[name, list] as [string, readonly unknown[]]] : []
  })
}

/** The pointer, inside a field's value, to the place that gives it this id; empty where no place does. */
export function placeOfId(value: unknown, id: number): string {
  const place = namedIds(value).find((one) => one.id === id && one.at[0] !== 'remove')
  return pointerOf(place?.at ?? [])
}
