import { sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import type { Transaction } from '../database/transaction.ts'
import type { Change } from '../entities/change.ts'
import type { Fault, Problem } from '../errors/problem.ts'
import { tableOf } from '../records/query/record-query.ts'
import { createDrafts } from '../records/write/create.ts'
import { DeniedItems } from '../records/write/denied.ts'
import { readField } from '../records/write/read-input.ts'
import type { OnCreated } from '../records/write/write-context.ts'
import type { Grant } from '../rights/grant.ts'
import { draftChanges } from './draft.ts'
import { linkRecords } from './link-records.ts'
import type { ImportPlan } from './plan.ts'
import type { ImportRow } from './row.ts'

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
  /** The number of companies created for contacts. */
  companies: number
}

/**
 * Creates a record from each valid row. Notes faults in the rows. The first
 * try uses the drafted changes, if there are any.
 */
export async function writeRows(
  trx: Transaction,
  plan: ImportPlan,
  rows: readonly ImportRow[],
  { jobId, drafted, onCreated }: RowsWrittenHow,
): Promise<WrittenRows> {
  const created = new Map<number, number>()
  let companies = 0
  const { grant, context } = plan
  let left = rows.filter(({ isRefused }) => !isRefused)
  for (let tries = 1; left.length && tries <= mostTries; tries++) {
    const again: ImportRow[] = []
    const denied = new Map<number, Problem>()
    const changes = (tries === 1 && drafted) || (await draftChanges(plan, left))
    companies += await addLinks(trx, plan, { rows: left, changes, jobId })
    const how = { via: 'import', addRight: 'import', ...(jobId !== undefined && { jobId }), isSilent: true } as const
    const writing = { grant, context, ...how, ...(onCreated && { onCreated }) }
    const outcomes = await createDrafts(trx, writing, changes)
    for (const [index, outcome] of outcomes.entries()) {
      const row = left[index]!
      if (!('problem' in outcome)) created.set(outcome.id, row.row)
      else if (outcome.isWritten) denied.set(row.row, outcome.problem)
      else {
        row.repair(faultsOf(outcome.problem))
        if (!row.isRefused) again.push(row)
      }
    }
    if (denied.size) throw new DeniedItems(denied)
    left = again
  }
  for (const row of left) row.note('error', null, { code: 'invalid_value' })
  return { created, companies }
}

/** Adds the links to records that cells name to the changes of their rows. Rows with faults are read again first. */
async function addLinks(
  trx: Transaction,
  plan: ImportPlan,
  { rows, changes, jobId }: { rows: readonly ImportRow[]; changes: readonly Change[]; jobId: number | undefined },
): Promise<number> {
  const linking = rows.flatMap((row, index) => {
    const change = changes[index]!
    const fields = new Set(change.faults.length ? [] : row.namedLinks().map(({ field }) => field))
    return fields.size ? [{ row, change, fields }] : []
  })
  if (!linking.length) return 0
  const linked = linking.map(({ row }) => row)
  const companies = await linkRecords(trx, plan, linked, jobId)
  for (const { row, change, fields } of linking) {
    for (const field of fields) readField(change, plan.grant, field, row.valueOf(field))
  }
  return companies
}

function faultsOf(problem: Problem): readonly Fault[] {
  if (problem.code !== 'external_id_taken') return problem.faults
  return [{ pointer: '/externalIds', code: 'duplicate_external_id', params: problem.params }]
}

/** Updates the planner's statistics of tables that grew by thousands of rows. */
export async function analyze(db: Database, grant: Grant): Promise<void> {
  await sql`analyze ${tableOf(grant)}, communication, external_id, link, history`.execute(db)
}
