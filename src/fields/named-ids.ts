import { pointerOf } from '../errors/json-pointer.ts'
import { isObject } from './value.ts'

/** An unvalidated id of a linked record in a request body, with its position in the value of the field. */
export interface NamedId {
  id: unknown
  at: readonly (string | number)[]
}

/** Returns the ids in an unvalidated value of a link field. Does not look into nested values. */
export function namedIds(value: unknown): NamedId[] {
  const found: NamedId[] = []
  mapIds(value, (id, at) => {
    found.push({ id, at })
    return id
  })
  return found
}

/** Returns the value with each id replaced. */
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

/** Returns the lists under `add` and `remove`. */
function partsOf(value: Record<string, unknown>): [name: string, list: readonly unknown[]][] {
  return ['add', 'remove'].flatMap((name) => {
    const list = value[name]
    return Array.isArray(list) ? [[name, list] as [string, readonly unknown[]]] : []
  })
}

/** Returns the pointer to this id inside the value of a field, or '' when the value does not contain it. */
export function placeOfId(value: unknown, id: number): string {
  const place = namedIds(value).find((one) => one.id === id && one.at[0] !== 'remove')
  return pointerOf(place?.at ?? [])
}
