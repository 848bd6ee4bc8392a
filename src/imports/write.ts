import type { Transaction } from '../database/transaction.ts'
import type { Change } from '../entities/change.ts'
import type { Fault, Problem } from '../errors/problem.ts'
import { type ChangeItem, changeRecords } from '../records/write/change.ts'
import { createDrafts } from '../records/write/create.ts'
import { DeniedItems } from '../records/write/denied.ts'
import { lockInOrder } from '../records/write/locks.ts'
import { readField } from '../records/write/read-input.ts'
import type { OnCreated, Outcome, WriteContext } from '../records/write/write-context.ts'
import type { Grant } from '../rights/grant.ts'
import { takenIds } from './copies/reserve-ids.ts'
import { draftChanges } from './draft.ts'
import type { NewTitle } from './matching/create-named.ts'
import type { DuplicateAction } from './matching/duplicates.ts'
import { filledInput, mergingInput, replacingInput } from './matching/input-of-row.ts'
import { noteHeldIds } from './matching/keep-keys.ts'
import { linkRecords, titleBeside } from './matching/link-records.ts'
import { type DraftedRow, type MatchedRows, matchRows } from './matching/match-rows.ts'
import { noteRepeatedNumbers } from './matching/repeated-numbers.ts'
import type { ImportRow } from './matching/row.ts'
import type { ImportPlan } from './plan.ts'

/** Maximum tries of a row: formats, then references, then keys taken meanwhile may each fail once. */
const mostTries = 4

/** How rows are written. */
interface RowsWrittenHow {
  /** The job, unless this is a preview. */
  jobId?: number | undefined
  drafted: readonly Change[] | null
  onCreated?: OnCreated | undefined
}

/** The outcome of writing rows. */
export interface WrittenRows {
  /** The row numbers by the id of the new record. */
  created: ReadonlyMap<number, number>
  /** The changed records and those for which rows were skipped, by row number. */
  updated: ReadonlyMap<number, number>
  skipped: ReadonlyMap<number, number>
  /** The companies created for contacts. */
  companies: readonly NewTitle[]
  /** What was written, by row number. */
  drafts: ReadonlyMap<number, Change>
}

/**
 * Creates or changes a record from each valid row. Notes faults in the rows. The first try uses the drafted changes, if
 * there are any. Rows that may be duplicates of others are written after these.
 */
export async function writeRows(
  trx: Transaction,
  plan: ImportPlan,
  rows: readonly ImportRow[],
  { jobId, drafted, onCreated }: RowsWrittenHow,
): Promise<WrittenRows> {
  const created = new Map<number, number>()
  const [updated, skipped] = [new Map<number, number>(), new Map<number, number>()]
  const companies: NewTitle[] = []
  const drafts = new Map<number, Change>()
  const valid = rows.filter(({ isUsable }) => isUsable)
  if (plan.kept) await refuseTakenIds(trx, plan.grant, valid)
  const free = valid.filter(({ isUsable }) => isUsable)
  let left = await draftAll(plan, free, free.length === valid.length ? drafted : null)
  const tries = new Map<ImportRow, number>()
  const how = { via: 'import', addRight: 'import', isSilent: true, ...(jobId !== undefined && { jobId }) } as const
  const writing = { grant: plan.grant, context: plan.context, ...how, ...(onCreated && { onCreated }) }
  while (left.length) {
    const [ready, faulty] = partition(left, ({ change }) => change.faults.every(isMissingValue))
    const matched = await matchRows(trx, plan, ready, { jobId, created })
    for (const { row, id } of matched.skip) skipped.set(row.row, id)
    companies.push(...(await addLinks(trx, plan, [...matched.create, ...matched.change], jobId)))
    const action = plan.options.duplicates?.action ?? 'add'
    const changes = await changeRows(trx, { writing, action }, matched)
    const fresh = [...matched.create, ...faulty]
    await noteHeldIds(trx, plan, fresh)
    const creates = await createRows(trx, writing, fresh)
    for (const { row, change } of [...fresh, ...matched.change]) drafts.set(row.row, change)
    const denied = new Map<number, Problem>()
    const again: ImportRow[] = []
    for (const { row, outcome } of [...changes, ...creates]) {
      if (!('problem' in outcome)) continue
      if (outcome.isWritten) denied.set(row.row, outcome.problem)
      else if (mayTryAgain(row, outcome.problem, { grant: plan.grant, tries })) again.push(row)
    }
    if (denied.size) throw new DeniedItems(denied)
    for (const { row, outcome } of changes) if (!('problem' in outcome)) updated.set(row.row, outcome.id)
    for (const { row, id } of matched.change) if (id < 0) updated.set(row.row, id)
    for (const { row, outcome } of creates) if (!('problem' in outcome)) created.set(outcome.id, row.row)
    left = [...(await draftAll(plan, again, null)), ...matched.wait].sort((a, b) => a.row.row - b.row.row)
  }
  // An export of this API has the numbers of its records, which may be repeated.
  if (!plan.isRaw) await noteRepeatedNumbers(trx, plan, rows, { jobId, created })
  return { created, updated, skipped, companies, drafts }
}

async function draftAll(
  plan: ImportPlan,
  rows: readonly ImportRow[],
  drafted: readonly Change[] | null,
): Promise<DraftedRow[]> {
  const changes = drafted ?? (await draftChanges(plan, rows))
  return rows.map((row, index) => ({ row, change: changes[index]! }))
}

function partition<T>(list: readonly T[], is: (one: T) => boolean): [T[], T[]] {
  return [list.filter(is), list.filter((one) => !is(one))]
}

/** Returns whether a new record lacks a value. The row can still belong to a record that has it. */
function isMissingValue({ code }: Fault): boolean {
  return code === 'required' || code === 'identity_required'
}

/** A row with the outcome of its record. */
interface RowOutcome {
  row: ImportRow
  outcome: Outcome
}

async function createRows(trx: Transaction, writing: WriteContext, rows: readonly DraftedRow[]): Promise<RowOutcome[]> {
  if (!rows.length) return []
  const outcomes = await createDrafts(
    trx,
    writing,
    rows.map(({ change }) => change),
  )
  return rows.map(({ row }, index) => ({ row, outcome: outcomes[index]! }))
}

/** Changes the records of duplicates. Locks all records that the rows use first, in the order of all writers. */
async function changeRows(
  trx: Transaction,
  { writing, action }: { writing: WriteContext; action: DuplicateAction },
  { change, create }: MatchedRows,
): Promise<RowOutcome[]> {
  // The records of earlier rows of a dry run do not exist.
  const duplicates = change.filter(({ id }) => id > 0)
  if (!duplicates.length) return []
  const { grant } = writing
  const items = duplicates.map(({ id, change, row }): ChangeItem => {
    if (action === 'replace') return { id, input: replacingInput(change, row) }
    return { id, input: filledInput(change), inputFor: (present) => mergingInput(change, present) }
  })
  const inputs = create.map(({ change }) => ({ input: filledInput(change) }))
  await lockInOrder(trx, [{ grant, items: [...items, ...inputs] }])
  const outcomes = await changeRecords(trx, writing, items)
  return duplicates.map(({ row }, index) => ({ row, outcome: outcomes[index]! }))
}

/** Notes the problem of a row. Returns whether to write the row again without the values at fault. */
function mayTryAgain(
  row: ImportRow,
  problem: Problem,
  { grant, tries }: { grant: Grant; tries: Map<ImportRow, number> },
): boolean {
  const tried = (tries.get(row) ?? 0) + 1
  tries.set(row, tried)
  // Somebody deleted the record meanwhile, so the row is compared once more.
  const isGone = problem.code === 'record_not_found'
  if (problem.faults.length || problem.code === 'external_id_taken') row.repair(faultsOf(problem), grant.readable)
  else if (!isGone) row.note('error', null, { code: 'no_right', params: problem.params })
  if (row.isRefused) return false
  if (tried === mostTries) row.note('error', null, { code: 'invalid_value' })
  return tried < mostTries
}

/** Refuses rows of a copy whose id another record has, for instance one of an earlier row. */
async function refuseTakenIds(trx: Transaction, grant: Grant, rows: readonly ImportRow[]): Promise<void> {
  const ids = rows.map(({ kept }) => Number(kept?.get('id') ?? 0))
  for (const place of await takenIds(trx, grant, ids)) rows[place]!.note('error', 'id', { code: 'taken_id' })
}

/** Adds the links to records that cells name to the changes of their rows. Rows with faults are read again first. */
async function addLinks(
  trx: Transaction,
  plan: ImportPlan,
  rows: readonly (DraftedRow & { id?: number })[],
  jobId: number | undefined,
): Promise<readonly NewTitle[]> {
  const linking = rows.flatMap(({ row, change, id }) => {
    const isRejected = change.faults.length && id === undefined
    const fields = new Set(isRejected ? [] : row.namedLinks().map(({ field }) => field))
    return fields.size ? [{ row, change, fields }] : []
  })
  if (!linking.length) return []
  const linked = linking.map(({ row }) => row)
  const companies = await linkRecords(trx, plan, linked, jobId)
  for (const { row, change, fields } of linking) {
    for (const field of fields) {
      readField(change, plan.grant, field, row.valueOf(field))
      const title = titleBeside(plan.grant, field)
      const text = title && row.valueOf(title)
      if (title && (text ?? null) !== null) readField(change, plan.grant, title, text)
    }
  }
  return companies
}

function faultsOf(problem: Problem): readonly Fault[] {
  if (problem.code !== 'external_id_taken') return problem.faults
  return [{ pointer: '/externalIds', code: 'duplicate_external_id', params: problem.params }]
}
