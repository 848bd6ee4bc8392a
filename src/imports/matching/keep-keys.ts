import { sql } from 'kysely'
import type { Database } from '../../database/connect.ts'
import type { Transaction } from '../../database/transaction.ts'
import { type Change, pointerTo } from '../../entities/change.ts'
import { isInRows } from '../../fields/kinds/kinds.ts'
import type { NewTitle } from './create-named.ts'
import { holdersOf, keyOf, middleOf, rowOf } from './dry-run-keys.ts'
import { type KeyValue, keyValuesOf } from './duplicates.ts'
import type { MatchingPlan } from './matching-plan.ts'
import { valuesOf } from './sought.ts'

/**
 * A dry run takes back each chunk, so later chunks would not find its records. Their keys are kept instead, as hashes. The
 * holder of a key is the record that has it, or the row that would create one: a negative number.
 */
interface HeldKey extends KeyValue {
  type: number
  holder: number
}

/** What a chunk of a dry run would have written. */
export interface DryRunOutcome {
  /** The records by row number, written or not. */
  drafts: ReadonlyMap<number, Change>
  /** The row numbers by the id of the new record. */
  created: ReadonlyMap<number, number>
  /** The changed records by row number. */
  updated: ReadonlyMap<number, number>
  companies: readonly NewTitle[]
}

/** Keeps the keys of the records that a chunk would have written. */
export async function keepKeys(
  trx: Transaction,
  { grant, options, dryRunOf }: MatchingPlan,
  { drafts, created, updated, companies }: DryRunOutcome,
): Promise<void> {
  const external = [...grant.readable.values()].flatMap((field) => (isInRows(field, 'external_id') ? field.path : []))
  const number = grant.type.traits.has('number') ? ['number'] : []
  const keys = new Set([...(options.duplicates?.keys ?? []), ...external, ...number])
  const isNew = new Set(created.values())
  const held = [...drafts].flatMap(([row, change]) => {
    const id = updated.get(row)
    if (id === undefined && !isNew.has(row)) return []
    const first = id === undefined ? row : rowOf(id, created)
    const holder = first === undefined ? id! : -first
    return keyValuesOf(change, [...keys], grant).map((value): HeldKey => ({ ...value, type: grant.type.id, holder }))
  })
  for (const { grant, title } of companies) {
    held.push({ rank: 0, by: 'title', value: title, type: grant.type.id, holder: -1 })
  }
  if (!held.length) return
  await sql`insert into local.dry_run_key (job_id, key, middle, holder)
    select ${dryRunOf}, ${keyOf(sql`v.type`)}, ${middleOf}, v.holder from json_to_recordset(${JSON.stringify(held)}::json)
      as v (type integer, by text, value text, source text, middle text, holder bigint)`.execute(trx)
}

/** Adds a fault for each external id of a new record that the record of an earlier row would have. */
export async function noteHeldIds(
  trx: Transaction,
  { grant, dryRunOf }: MatchingPlan,
  rows: readonly { change: Change }[],
): Promise<void> {
  const field = [...grant.readable.values()].find((one) => isInRows(one, 'external_id'))
  if (dryRunOf === undefined || !field) return
  const sought = rows.flatMap(({ change }) => keyValuesOf(change, [field.path], grant).map((key) => ({ change, key })))
  if (!sought.length) return
  const keys = sought.map(({ key }, search) => ({ ...key, search }))
  const { rows: held } = await sql<{ search: number }>`${holdersOf(grant, valuesOf(keys), dryRunOf)}`.execute(trx)
  for (const { search } of held) {
    const { change, key } = sought[search]!
    const params = { source: key.source ?? '', key: key.value }
    change.faults.push({ pointer: pointerTo(field), code: 'duplicate_external_id', params })
  }
}

/** Deletes the keys of a dry run. */
export async function forgetKeys(db: Database, jobId: number): Promise<void> {
  await db.deleteFrom('local.dry_run_key').where('job_id', '=', jobId).execute()
}
