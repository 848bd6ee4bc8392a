import Type, { type TSchema } from 'typebox'
import { inside, isObject, type Place, refuse, type Value } from './value.ts'

/** The rules for reading and comparing the items of a list. */
export interface ListItems {
  most: number
  /** Reads one item; `known` is the list before the change. Undefined after a fault. */
  read(input: unknown, place: Place, known: readonly Value[]): Value | undefined
  /** Returns what `remove` lists for an item: its id or its value. */
  nameOf(item: Value): Value
  /** Reads an entry of `remove`. Undefined after a fault. */
  readName(input: unknown, place: Place, known: readonly Value[]): Value | undefined
  /** Returns whether two items cannot be in one list. */
  clash(a: Value, b: Value): boolean
  /** Whether a complete list can contain an item several times. */
  repeats?: boolean
  /** Returns whether an added item replaces a present one. Default: never. */
  replaces?(item: Value, present: Value): boolean
}

/** Maximum number of items to remove. A bulk action names those of all its records. */
export const mostRemoved = 10_000

/** Reads a complete list, or `{"add": [...], "remove": [...]}` applied to the present list. Null empties the list. */
export function readList(input: unknown, place: Place, before: Value, items: ListItems): Value[] | undefined {
  const known = Array.isArray(before) ? before : []
  if (input === null) return []
  if (Array.isArray(input)) {
    return readItems(input, place, [], known, items.repeats ? { ...items, clash: () => false } : items)
  }
  if (!isObject(input)) {
    const isItem = items.read(input, { ...place, faults: [] }, known) !== undefined
    const hint = isItem ? JSON.stringify([input]) : ''
    return refuse(place, 'invalid_type', { expected: 'array' }, hint && hint.length < 100 ? { hint } : {})
  }
  const unknownKey = Object.keys(input).find((key) => key !== 'add' && key !== 'remove')
  if (unknownKey) return refuse(inside(place, unknownKey), 'unknown_field', {}, { allowed: ['add', 'remove'] })
  const { add = [], remove = [] } = input
  if (!Array.isArray(add)) return refuse(inside(place, 'add'), 'invalid_type', { expected: 'array' })
  if (!Array.isArray(remove)) return refuse(inside(place, 'remove'), 'invalid_type', { expected: 'array' })
  if (remove.length > mostRemoved) return refuse(inside(place, 'remove'), 'too_many', { limit: mostRemoved })
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
    else if (item !== null && !addItem(item, list, kept, items)) faulty = refuse(at, 'duplicate_value') ?? true
  }
  return faulty ? undefined : list
}

/** Adds an item to a list that started as `kept`. Returns false for a duplicate. */
function addItem(item: Value, list: Value[], kept: readonly Value[], items: ListItems): boolean {
  const present = kept.find((other) => items.replaces?.(item, other))
  if (present !== undefined) {
    const place = list.indexOf(present)
    if (place < 0 || list.some((other) => other !== present && items.clash(other, item))) return false
    list[place] = item
    return true
  }
  if (!list.some((other) => items.clash(other, item))) return list.push(item) > 0
  // Adding an item that is present has no effect. A duplicate among the given items is a mistake of the client.
  return kept.some((other) => items.clash(other, item))
}

/** Returns the schema of a list in a request: the complete list, or items to add and remove. */
export function listInput(item: TSchema, name: TSchema, most: number, options: { $id?: string } = {}): TSchema {
  return Type.Union(
    [
      Type.Array(item, { maxItems: most }),
      Type.Object(
        {
          add: Type.Optional(Type.Array(item, { maxItems: most, description: 'Items to add.' })),
          remove: Type.Optional(Type.Array(name, { maxItems: mostRemoved, description: 'Items to remove.' })),
        },
        { additionalProperties: false },
      ),
      Type.Null(),
    ],
    {
      ...options,
      description:
        'The complete list, which replaces the present one, or an object with items to add and remove. Null empties the list.',
    },
  )
}
