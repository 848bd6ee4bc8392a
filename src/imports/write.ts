import { sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import type { Transaction } from '../database/transaction.ts'
import type { Change } from '../entities/change.ts'
import type { Fault, Problem } from '../errors/problem.ts'
import { storedRecords, tableOf } from '../records/query/record-query.ts'
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

/**
 * Creates a record from each valid row and returns the row numbers by record id. Notes faults in the rows. The first
 * try uses the drafted changes, if there are any.
 */
export async function writeRows(
  trx: Transaction,
  plan: ImportPlan,
  rows: readonly ImportRow[],
  {
    jobId,
    drafted,
    onCreated,
  }: { jobId?: number; drafted: readonly Change[] | null; onCreated?: OnCreated | undefined },
): Promise<ReadonlyMap<number, number>> {
  const created = new Map<number, number>()
  const { grant, context } = plan
  let left = rows.filter(({ isRefused }) => !isRefused)
  for (let tries = 1; left.length && tries <= mostTries; tries++) {
    const again: ImportRow[] = []
    const denied = new Map<number, Problem>()
    const changes = (tries === 1 && drafted) || (await draftChanges(plan, left))
    await addLinks(trx, plan, left, changes)
    const writing = {
      grant,
      context,
      via: 'import' as const,
      ...(jobId !== undefined && { jobId }),
      isSilent: true,
      ...(onCreated && { onCreated }),
    }
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
  await checkMayImport(trx, plan, created)
  return created
}

/** Adds the links to records that cells name to the changes of their rows. Rows with faults are read again first. */
async function addLinks(
  trx: Transaction,
  plan: ImportPlan,
  rows: readonly ImportRow[],
  changes: readonly Change[],
): Promise<void> {
  const linking = rows.flatMap((row, index) => {
    const change = changes[index]!
    const fields = new Set(change.faults.length ? [] : row.namedLinks().map(({ field }) => field))
    return fields.size ? [{ row, change, fields }] : []
  })
  if (!linking.length) return
  await linkRecords(
    trx,
    plan,
    linking.map(({ row }) => row),
  )
  for (const { row, change, fields } of linking) {
    for (const field of fields) readField(change, plan.grant, field, row.valueOf(field))
  }
}

/** Throws DeniedItems for created records outside the condition of the import right. */
async function checkMayImport(
  trx: Transaction,
  { grant }: ImportPlan,
  rowOf: ReadonlyMap<number, number>,
): Promise<void> {
  const may = grant.rows.import
  if (!may || !rowOf.size) return
  const { rows } = await storedRecords(grant)
    .and(sql`record.id = any(${[...rowOf.keys()]})`)
    .and(sql`(${may}) is not true`)
    .select<{ id: number }>(sql`record.id`)
    .execute(trx)
  const problem = grant.refusal('import')
  if (rows.length) throw new DeniedItems(new Map(rows.map(({ id }) => [rowOf.get(id) ?? 0, problem])))
}

function faultsOf(problem: Problem): readonly Fault[] {
  if (problem.code !== 'external_id_taken') return problem.faults
  return [{ pointer: '/externalIds', code: 'duplicate_external_id', params: problem.params }]
}

/** Updates the planner's statistics of tables that grew by thousands of rows. */
export async function analyze(db: Database, grant: Grant): Promise<void> {
  await sql`analyze ${tableOf(grant)}, communication, external_id, link, history`.execute(db)
}
