import { sql } from 'kysely'
import type { Transaction } from '../../database/transaction.ts'
import type { Change } from '../../entities/change.ts'
import { type ExternalId, inKnownOrder, sameKey } from '../../fields/kinds/external-ids-kind.ts'
import { externalKeysIn } from '../../fields/kinds/kinds.ts'
import { isObject, same } from '../../fields/value.ts'
import type { Grant } from '../../rights/grant.ts'
import { recordsFor } from '../query/record-query.ts'

/** The record that has an external key. */
export interface KeyHolder {
  id: number
  isVisible: boolean
}

/** Returns an external key as text, for use as the key of a map. */
export function keyText({ source, key }: ExternalId): string {
  return JSON.stringify([source, key])
}

/** Returns the external keys that an unchecked value names: a whole list, or lists to add and to remove. */
export function keysInBody(list: unknown): ExternalId[] {
  const parts = isObject(list) ? [list.add, list.remove] : [list]
  return parts
    .flatMap((part) => (Array.isArray(part) ? part : []))
    .flatMap((entry) => {
      const { source, key } = isObject(entry) ? entry : {}
      return typeof source === 'string' && typeof key === 'string' ? [{ source: source.trim(), key: key.trim() }] : []
    })
}

/** Finds the records that have these external keys. Deleted records have none. */
export async function holdersOf(
  trx: Transaction,
  grant: Grant,
  keys: readonly ExternalId[],
): Promise<Map<string, KeyHolder>> {
  if (!keys.length) return new Map()
  const asked = JSON.stringify(keys.map(({ source, key }) => ({ source, key })))
  const { rows } = await sql<ExternalId & KeyHolder>`
    select e.source, e.key, e.record_id as id,
      ${recordsFor(grant, 'read').and(sql`record.id = e.record_id`).exists()} as "isVisible"
    from external_id e join json_to_recordset(${asked}) as v (source text, key text) using (source, key)
    where e.type_id = ${grant.type.id} and e.active`.execute(trx)
  return new Map(rows.map(({ id, isVisible, ...key }) => [keyText(key), { id, isVisible }]))
}

/** Returns the body of a new record with the external key added to those that the body names. */
export function withKey(input: unknown, key: ExternalId): unknown {
  if (!isObject(input)) return input
  const given = input.externalIds ?? []
  if (Array.isArray(given)) {
    return given.some((one) => sameKey(one, key)) ? input : { ...input, externalIds: [...given, key] }
  }
  if (!isObject(given) || !Array.isArray(given.add ?? [])) return input
  const add = (given.add ?? []) as unknown[]
  return add.some((one) => sameKey(one, key)) ? input : { ...input, externalIds: { ...given, add: [...add, key] } }
}

/** Keeps the external key by which a record was found, even if the change removes it. */
export function keepKey(change: Change, kept: ExternalId): void {
  const field = externalKeysIn(change.type.fields)
  if (!change.given.has(field.key)) return
  const [before, after] = [change.before?.get(field.key), change.after.get(field.key)] as ExternalId[][]
  if (after && !after.some((key) => same(key, kept))) {
    change.after.set(field.key, inKnownOrder([...after, kept], before ?? []))
  }
}
