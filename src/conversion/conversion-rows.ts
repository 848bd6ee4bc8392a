import { sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import type { Transaction } from '../database/transaction.ts'
import type { Value } from '../fields/value.ts'
import type { Grant } from '../rights/grant.ts'
import { type TargetName, targetNames } from './request.ts'

/** A record that a conversion created or chose. */
export interface ConvertedTo {
  id: number
  isNew: boolean
  version: number
}

/** The stored conversion of a lead. */
export interface StoredConversion {
  id: number
  leadId: number
  at: string
  by: number
  undoneAt: string | null
  undoneBy: number | null
  changes: Record<string, [Value, Value]>
  /** The targets by the code of their type. */
  targets: Record<string, ConvertedTo>
}

/** Reads the last conversion of each lead, undone or not. */
export async function lastConversions(
  db: Database,
  { type }: Grant,
  ids: readonly number[],
): Promise<Map<number, StoredConversion>> {
  const { rows } = await sql<StoredConversion>`
    select distinct on (c.record_id) c.id, c.record_id as "leadId", instant(c.at) as at, c.actor_id as by,
      instant(c.undone_at) as "undoneAt", c.undone_by as "undoneBy", c.changes,
      coalesce((select json_object_agg(t.code, json_build_object('id', target.record_id, 'isNew', target.is_new,
        'version', target.version)) from conversion_target as target join record_type as t on t.id = target.type_id
        where target.conversion_id = c.id), '{}') as targets
    from conversion as c where c.type_id = ${type.id} and c.record_id = any(${ids}::bigint[])
    order by c.record_id, c.id desc`.execute(db)
  return new Map(rows.map((row) => [row.leadId, row]))
}

/** Returns the targets in the order of responses: the deal, the contact, the company. */
export function inOrder<T>(targets: Readonly<Partial<Record<string, T>>>): [name: TargetName, target: T][] {
  return targetNames.toReversed().flatMap((name) => {
    const target = targets[name]
    return target === undefined ? [] : [[name, target] as [TargetName, T]]
  })
}

/** Returns the ids of targets, in the form of responses. */
export function idsOf(targets: Readonly<Partial<Record<string, { id: number }>>>): Record<string, { id: number }> {
  return Object.fromEntries(inOrder(targets).map(([name, { id }]) => [name, { id }]))
}

/** Stores conversions that were just made. */
export async function saveConversions(
  trx: Transaction,
  { type }: Grant,
  conversions: readonly NewConversion[],
): Promise<void> {
  const rows = conversions.map(({ targets, ...one }, place) => ({ ...one, place, targets }))
  await sql`
    with given as (select * from json_to_recordset(${JSON.stringify(rows)}) as v
        (place integer, "leadId" bigint, changes jsonb, at timestamptz, by bigint, targets json)),
      made as (insert into conversion (type_id, record_id, changes, at, actor_id)
        select ${type.id}, "leadId", changes, at, by from given order by place returning id, record_id)
    insert into conversion_target (conversion_id, type_id, record_id, is_new, version)
    select made.id, target."typeId", target.id, target."isNew", target.version
    from made join given on given."leadId" = made.record_id
    cross join json_to_recordset(given.targets) as target ("typeId" integer, id bigint, "isNew" boolean, version integer)
    order by target."typeId"`.execute(trx)
}

/** A conversion to store. */
export interface NewConversion {
  leadId: number
  changes: Record<string, [Value, Value]>
  at: string
  by: number
  targets: readonly (ConvertedTo & { typeId: number })[]
}

/** Marks a conversion as undone. */
export async function markUndone(trx: Transaction, id: number, { by, at }: { by: number; at: Date }): Promise<void> {
  await trx.updateTable('conversion').set({ undone_at: at.toISOString(), undone_by: by }).where('id', '=', id).execute()
}
