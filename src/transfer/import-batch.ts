import type { CsvRow } from '../csv/read.ts'
import type { Database } from '../database/connect.ts'
import { inTransaction, sqlState, type Transaction } from '../database/transaction.ts'
import type { Problem } from '../http/problem.ts'
import { holdJob, moveJob } from '../jobs/job.ts'
import { withoutDenied } from '../records/denied.ts'
import { races } from '../records/writing.ts'
import { readRow } from './import-cells.ts'
import type { ImportPlan } from './import-plan.ts'
import { keepFaults, writeRows } from './import-write.ts'

/** What became of the rows so far. */
export interface Counters {
  rows: number
  created: number
  updated: number
  skipped: number
  failed: number
  warnings: number
}

/** How far an import is. */
export interface ImportProgress {
  id: number
  done: number
  counters: Counters
}

/** Before the first row. */
export const noCounters: Counters = { rows: 0, created: 0, updated: 0, skipped: 0, failed: 0, warnings: 0 }

const undefinedColumn = '42703'

/** Imports rows in one transaction, which also notes that they are done. Throws JobLost. */
export async function importBatch(
  db: Database,
  planNow: () => Promise<ImportPlan>,
  progress: ImportProgress,
  rows: readonly CsvRow[],
  told: Record<string, unknown>,
): Promise<ImportProgress> {
  const attempt = () =>
    withoutDenied(async (denied) => {
      const plan = await planNow()
      return await inTransaction(db, (trx) => importInto(trx, plan, progress, { rows, denied, told }), races)
    })
  return await attempt().catch((error) => {
    // A field was dropped after the plan was made.
    if (sqlState(error).code !== undefinedColumn) throw error
    return attempt()
  })
}

interface Batch {
  rows: readonly CsvRow[]
  /** Numbers of the rows that the caller may not import. */
  denied: ReadonlyMap<number, Problem>
  told: Record<string, unknown>
}

async function importInto(
  trx: Transaction,
  plan: ImportPlan,
  progress: ImportProgress,
  { rows, denied, told }: Batch,
): Promise<ImportProgress> {
  await holdJob(trx, progress)
  const read = rows.map((row) => readRow(plan, row))
  for (const row of read) if (denied.has(row.row)) row.note('error', null, { code: 'no_right' })
  const created = await writeRows(trx, plan, read)
  const faults = read.flatMap((row) => row.faults)
  await keepFaults(trx, progress.id, faults)
  const { counters } = progress
  const next: ImportProgress = {
    id: progress.id,
    done: progress.done + rows.length,
    counters: {
      ...counters,
      rows: counters.rows + rows.length,
      created: counters.created + created,
      failed: counters.failed + rows.length - created,
      warnings: counters.warnings + faults.filter(({ severity }) => severity === 'warning').length,
    },
  }
  await moveJob(trx, { ...next, result: { ...next.counters, ...told } })
  return next
}
