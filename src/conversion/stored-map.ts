import type { Database } from '../database/connect.ts'
import type { EntityType } from '../entities/catalogue.ts'
import { nearest } from '../errors/nearest.ts'
import type { Fault } from '../errors/problem.ts'
import type { Field } from '../fields/field.ts'
import { defaultPairs, type FieldPair, fits, isFillable } from './field-map.ts'

/** Returns the fields that pass from one type to each of the others: what an administrator chose, or the default. */
export async function pairsTo(
  db: Database,
  from: EntityType,
  targets: readonly EntityType[],
): Promise<Map<string, readonly FieldPair[]>> {
  const stored = await db
    .selectFrom('field_map')
    .select(['to_type as typeId', 'pairs'])
    .where('from_type', '=', from.id)
    .execute()
  return new Map(
    targets.map((to) => {
      const own = stored.find(({ typeId }) => typeId === to.id)?.pairs as FieldPair[] | undefined
      return [to.code, own ? own.filter((pair) => isPresent(pair, from, to)) : defaultPairs(from, to)]
    }),
  )
}

/** Returns whether both fields still exist. A deleted user field leaves the map. */
function isPresent(pair: FieldPair, from: EntityType, to: EntityType): boolean {
  return from.fields.some(({ key }) => key === pair.from) && to.fields.some(({ key }) => key === pair.to)
}

/** Replaces the maps of a type. The targets that are left out get their default. */
export async function replaceMaps(
  db: Database,
  from: EntityType,
  maps: readonly { to: EntityType; pairs: readonly FieldPair[] }[],
): Promise<void> {
  await db.deleteFrom('field_map').where('from_type', '=', from.id).execute()
  if (!maps.length) return
  const rows = maps.map(({ to, pairs }) => ({ from_type: from.id, to_type: to.id, pairs: JSON.stringify(pairs) }))
  await db.insertInto('field_map').values(rows).execute()
}

/** Returns the pairs with those that their author does not see and so cannot send back, if their field is not filled. */
export function withUnseen(pairs: readonly FieldPair[], unseen: readonly FieldPair[]): FieldPair[] {
  const filled = new Set(pairs.map(({ to }) => to))
  return [...pairs, ...unseen.filter(({ to }) => !filled.has(to))]
}

/** A pair of fields by their paths, as in requests and responses. */
export interface NamedPair {
  from: string
  to: string
}

/** Returns the pairs by their paths. */
export function named(pairs: readonly FieldPair[], from: EntityType, to: EntityType): NamedPair[] {
  const path = (type: EntityType, key: string) => type.fields.find((field) => field.key === key)?.path ?? key
  return pairs.map((pair) => ({ from: path(from, pair.from), to: path(to, pair.to) }))
}

/** Reads pairs of paths. Adds a fault for each that is unknown, cannot be filled, does not fit or is filled twice. */
export function readPairs(
  pairs: readonly NamedPair[],
  { from, to, pointer, faults }: { from: EntityType; to: EntityType; pointer: string; faults: Fault[] },
): FieldPair[] {
  const filled = new Set<string>()
  return pairs.flatMap((pair, index) => {
    const at = `${pointer}/${index}`
    const source = fieldAt(from, pair.from, { pointer: `${at}/from`, faults })
    const target = fieldAt(to, pair.to, { pointer: `${at}/to`, faults })
    if (!source || !target) return []
    const refuse = (code: Fault['code'], params?: Fault['params']) => {
      faults.push({ pointer: `${at}/to`, code, ...(params && { params }) })
      return []
    }
    if (!isFillable(target)) return refuse('read_only')
    if (!fits(source, target)) return refuse('field_does_not_fit', { from: pair.from })
    if (filled.has(target.key)) return refuse('duplicate_value')
    filled.add(target.key)
    return [{ from: source.key, to: target.key }]
  })
}

function fieldAt(
  type: EntityType,
  path: string,
  { pointer, faults }: { pointer: string; faults: Fault[] },
): Field | undefined {
  const field = type.fields.find((one) => one.path === path)
  if (field) return field
  const hint = nearest(
    path,
    type.fields.map((one) => one.path),
  )
  faults.push({ pointer, code: 'unknown_field', params: { name: path.slice(0, 100) }, ...(hint && { hint }) })
  return
}
