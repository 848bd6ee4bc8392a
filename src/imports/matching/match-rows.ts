import { sql } from 'kysely'
import type { Transaction } from '../../database/transaction.ts'
import type { Change } from '../../entities/change.ts'
import { JobFailed } from '../../jobs/job-task.ts'
import { rowOf } from './dry-run-keys.ts'
import { type DuplicatePolicy, duplicateKeys, keyValuesOf, tokenOf } from './duplicates.ts'
import { findRecords } from './find-records.ts'
import type { MatchingPlan } from './matching-plan.ts'
import type { ImportRow } from './row.ts'

/** A row with the record drafted from it. */
export interface DraftedRow {
  row: ImportRow
  change: Change
}

/** What becomes of rows. Waiting rows may be duplicates of rows that are written first. */
export interface MatchedRows {
  create: DraftedRow[]
  change: (DraftedRow & { id: number })[]
  /** Rows that are not written, with the record that they belong to. */
  skip: { row: ImportRow; id: number }[]
  wait: DraftedRow[]
}

/** The job, if there is one, and the records that it has created in this transaction. */
export interface WrittenSoFar {
  jobId: number | undefined
  created: ReadonlyMap<number, number>
}

/** Decides which rows are new records, which are duplicates, and which are further rows of a record. */
export async function matchRows(
  trx: Transaction,
  plan: MatchingPlan,
  rows: readonly DraftedRow[],
  written: WrittenSoFar,
): Promise<MatchedRows> {
  const matched: MatchedRows = { create: [], change: [], skip: [], wait: [] }
  const left = await withoutFurtherRows(trx, plan, { rows, written }, matched)
  const { keys, action } = policyOf(plan)
  if (action === 'add') {
    matched.create.push(...left)
    return matched
  }
  await sql`select pg_advisory_xact_lock(hashtext('duplicates of imports'), ${plan.grant.type.id}::integer)`.execute(
    trx,
  )
  const found = await findByKeys(trx, plan, left, keys)
  const claimed = new Set<string | number>()
  for (const [index, drafted] of left.entries()) {
    const { ids, tokens } = found[index]!
    const [id] = ids
    if (id !== undefined && action === 'skip') skip(matched, drafted.row, ids, rowsOf(plan, ids, written))
    else if (ids.length > 1) noteSeveral(drafted.row, ids, rowsOf(plan, ids, written))
    else if ([...tokens, ...ids].some((one) => claimed.has(one))) matched.wait.push(drafted)
    else if (id === undefined) matched.create.push(drafted)
    else matched.change.push({ ...drafted, id })
    for (const one of [...tokens, ...ids]) claimed.add(one)
  }
  return matched
}

/** Returns how the import treats duplicates. Throws JobFailed if a key was hidden or deleted meanwhile. */
function policyOf({ grant, options: { duplicates } }: MatchingPlan): DuplicatePolicy {
  if (!duplicates || duplicates.action === 'add') return { keys: [], action: 'add' }
  const known = duplicateKeys(grant)
  const gone = duplicates.keys.find((key) => !known.includes(key))
  if (gone !== undefined) throw new JobFailed('unknown_field', { name: gone })
  return duplicates
}

/** Returns the rows that would create the records, if this is a dry run. */
function rowsOf({ dryRunOf }: MatchingPlan, ids: readonly number[], { created }: WrittenSoFar): number[] {
  return dryRunOf === undefined ? [] : ids.flatMap((id) => rowOf(id, created) ?? [])
}

function skip(matched: MatchedRows, row: ImportRow, ids: readonly number[], [first]: readonly number[]): void {
  if (first !== undefined) row.note('info', null, { code: 'duplicate_of_row', params: { row: first } })
  else row.note('info', null, { code: 'duplicate_skipped', params: { ids: ids.join(', ') } })
  matched.skip.push({ row, id: ids[0]! })
}

function noteSeveral(row: ImportRow, ids: readonly number[], rows: readonly number[]): void {
  if (rows.length) row.note('error', null, { code: 'ambiguous_in_file' })
  else row.note('error', null, { code: 'ambiguous_duplicate', params: { ids: ids.join(', ') } })
}

/** Finds the records with the values of rows, and the texts that equal rows share. */
async function findByKeys(
  trx: Transaction,
  plan: MatchingPlan,
  rows: readonly DraftedRow[],
  keys: readonly string[],
): Promise<{ ids: number[]; tokens: string[] }[]> {
  const values = rows.map(({ change }) => keyValuesOf(change, keys, plan.grant))
  const sought = values.flatMap((some, search) => some.map((value) => ({ ...value, search })))
  const found = sought.length ? await findRecords(trx, plan.grant, sought, plan) : new Map<number, number[]>()
  return values.map((some, search) => ({ ids: found.get(search) ?? [], tokens: some.map(tokenOf) }))
}

/**
 * Skips rows that have the id of an earlier row of the same file, if their records have amounts: these are the further
 * products of one deal. Returns the other rows.
 */
async function withoutFurtherRows(
  trx: Transaction,
  plan: MatchingPlan,
  { rows, written }: { rows: readonly DraftedRow[]; written: WrittenSoFar },
  matched: MatchedRows,
): Promise<DraftedRow[]> {
  if (!plan.grant.type.traits.has('money')) return [...rows]
  const found = await findByKeys(trx, plan, rows, ['externalIds'])
  const own = await createdBy(trx, plan, [...new Set(found.flatMap(({ ids }) => ids))], written)
  const claimed = new Set<string>()
  return rows.filter((drafted, index) => {
    const { ids, tokens } = found[index]!
    const id = ids.find((one) => own.has(one))
    const isWaiting = id === undefined && tokens.some((token) => claimed.has(token))
    for (const token of tokens) claimed.add(token)
    if (id !== undefined) {
      const [row] = rowsOf(plan, [id], written)
      drafted.row.note(
        'info',
        null,
        row === undefined
          ? { code: 'further_row', params: { ids: id } }
          : { code: 'further_row_of_row', params: { row } },
      )
      matched.skip.push({ row: drafted.row, id })
    }
    if (isWaiting) matched.wait.push(drafted)
    return id === undefined && !isWaiting
  })
}

/** Returns which of the records the import has created. */
export async function createdBy(
  trx: Transaction,
  { grant }: MatchingPlan,
  ids: readonly number[],
  { jobId, created }: WrittenSoFar,
): Promise<Set<number>> {
  const known = new Set(ids.filter((id) => rowOf(id, created) !== undefined))
  if (jobId === undefined || known.size === ids.length) return known
  const { rows } = await sql<{ id: number }>`select record_id as id from history
    where type_id = ${grant.type.id} and record_id = any(${ids}) and job_id = ${jobId} and kind = 'created'`.execute(
    trx,
  )
  return new Set([...known, ...rows.map(({ id }) => id)])
}
