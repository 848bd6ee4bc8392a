import Type, { type TSchema } from 'typebox'
import { inside, isObject, type Place, refuse, type Value } from './value.ts'

/** How the items of a list are read and told apart. */
export interface ListItems {
  most: number
  /** One item; `known` is the list before the change. Undefined after a fault. */
  read(input: unknown, place: Place, known: readonly Value[]): Value | undefined
  /** What `remove` names: ids, or the values themselves. */
  nameOf(item: Value): Value
  /** Such a name in a request. Undefined after a fault. */
  readName(input: unknown, place: Place, known: readonly Value[]): Value | undefined
  /** Whether two items may not stand in one list. */
  clash(a: Value, b: Value): boolean
  /** Whether a list that is given whole may have an item several times. */
  repeats?: boolean
  /** Whether what is added is what becomes of the item that is there; nothing becomes of it where this is missing. */
  replaces?(item: Value, present: Value): boolean
}

/** Reads a list given whole, or as `{"add": [...], "remove": [...]}` to the present one. Null is the empty list. */
export function readList(input: unknown, place: Place, before: Value, items: ListItems): Value[] | undefined {
  const known = Array.isArray(before) ? before : []
  if (input === null) return []
  if (Array.isArray(input)) {
    return readItems(input, place, [], known, items.repeats ? { ...items, clash: () => false } : items)
  }
  if (!isObject(input)) return refuse(place, 'invalid_type', { expected: 'array' })
  const unknownKey = Object.keys(input).find((key) => key !== 'add' && key !== 'remove')
  if (unknownKey) return refuse(inside(place, unknownKey), 'unknown_field', {}, { allowed: ['add', 'remove'] })
  const { add = [], remove = [] } = input
  if (!Array.isArray(add)) return refuse(inside(place, 'add'), 'invalid_type', { expected: 'array' })
  if (!Array.isArray(remove)) return refuse(inside(place, 'remove'), 'invalid_type', { expected: 'array' })
  const names = remove.map((name, index) => items.readName(name, inside(inside(place, 'remove'), index), known))
  const gone = new Set(names.map((name) => JSON.stringify(name)))
  const kept = known.filter((item) => !gone.has(JSON.stringify(items.nameOf(item))))
  const list = readItems(add, inside(place, 'add'), kept, known, items)
  return names.includes(undefined) ? undefined : list
}

function readItems(
  inputs: readonly unknown[],
  place: Place,
  kept: readonly Value[],
  known: readonly Value[],
  items: ListItems,
): Value[] | undefined {
  if (kept.length + inputs.length > items.most) return refuse(place, 'too_many', { limit: items.most })
  const list = [...kept]
  let faulty = false
  for (const [index, input] of inputs.entries()) {
    const at = inside(place, index)
    const item = items.read(input, at, known)
    if (item === undefined) faulty = true
    else if (item !== null && !enter(item, list, kept, items)) faulty = refuse(at, 'duplicate_value') ?? true
  }
  return faulty ? undefined : list
}

/** Puts an item into a list that began as what was kept. False where it cannot stand there. */
function enter(item: Value, list: Value[], kept: readonly Value[], items: ListItems): boolean {
  const present = kept.find((other) => items.replaces?.(item, other))
  if (present !== undefined) {
    const place = list.indexOf(present)
    if (place < 0 || list.some((other) => other !== present && items.clash(other, item))) return false
    list[place] = item
    return true
  }
  if (!list.some((other) => items.clash(other, item))) return list.push(item) > 0
  // What is added twice is there already; a list given whole says something else than its writer meant.
  return kept.some((other) => items.clash(other, item))
}

/** The schema of a list in a request: whole, or what to add and remove. */
export function listInput(item: TSchema, name: TSchema, most: number, options: { $id?: string } = {}): TSchema {
  return Type.Union(
    [
      Type.Array(item, { maxItems: most }),
      Type.Object(
        {
          add: Type.Optional(Type.Array(item, { description: 'Items to add.' })),
          remove: Type.Optional(Type.Array(name, { description: 'Items to remove.' })),
        },
        { additionalProperties: false },
      ),
      Type.Null(),
    ],
    { ...options, description: 'The whole list, or what to add to it and to remove from it; null empties it.' },
  )
}
