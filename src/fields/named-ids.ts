import { pointerOf } from '../errors/json-pointer.ts'
import { meantId } from '../json/id-text.ts'
import { isObject } from './value.ts'

/** An unvalidated id of a linked record in a request body, with its position in the value of the field. */
export interface NamedId {
  id: unknown
  /** The code of the type beside the id, if there is one. */
  type?: unknown
  at: readonly (string | number)[]
}

/** Returns the ids in an unvalidated value of a link field. Does not look into nested values. */
export function namedIds(value: unknown): NamedId[] {
  const found: NamedId[] = []
  mapIds(value, (id, at, type) => {
    found.push({ id, at, ...(type !== undefined && { type }) })
    return id
  })
  return found
}

/** Returns the value with each id replaced. */
export function mapIds(value: unknown, replace: (id: unknown, at: NamedId['at'], type?: unknown) => unknown): unknown {
  const one = (item: unknown, at: NamedId['at']) =>
    isObject(item) && Object.hasOwn(item, 'id')
      ? { ...item, id: replace(meantId(item.id), [...at, 'id'], item.type) }
      : replace(meantId(item), at)
  const items = (list: readonly unknown[], at: NamedId['at']) => list.map((item, index) => one(item, [...at, index]))
  if (Array.isArray(value)) return items(value, [])
  const parts = isObject(value) ? partsOf(value) : []
  if (!parts.length) return one(value, [])
  return { ...(value as object), ...Object.fromEntries(parts.map(([name, list]) => [name, items(list, [name])])) }
}

/** Returns the lists under `add` and `remove`. */
function partsOf(value: Record<string, unknown>): [name: string, list: readonly unknown[]][] {
  return ['add', 'remove'].flatMap((name) => {
    const list = value[name]
    return Array.isArray(list) ? [[name, list] as [string, readonly unknown[]]] : []
  })
}

/** Returns the pointer to this id inside the value of a field, or '' when the value does not contain it. An id with a type beside it must be of this type. */
export function placeOfId(value: unknown, id: number, type?: string): string {
  const isIt = (one: NamedId) => one.id === id && (one.type ?? type) === type && one.at[0] !== 'remove'
  const place = namedIds(value).find(isIt)
  return pointerOf(place?.at ?? [])
}
