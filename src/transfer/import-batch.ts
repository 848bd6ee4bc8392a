import type { CsvRow } from '../csv/read.ts'
import { whileModelChanges } from '../database/changed-model.ts'
import type { Database } from '../database/connect.ts'
import { inTransaction, type Transaction, takenBack } from '../database/transaction.ts'
import type { Problem } from '../errors/problem.ts'
import { holdJob, moveJob } from '../jobs/job.ts'
import { withoutDenied } from '../records/write/denied.ts'
import { races } from '../records/write/write-context.ts'
import { type Draft, draftRows } from './import-draft.ts'
import type { ImportPlan } from './import-plan.ts'
import { keepFaults, writeRows } from './import-write.ts'

/** The counters of an import. */
export interface Counters {
  rows: number
  created: number
  updated: number
  skipped: number
  failed: number
  warnings: number
}

/** The progress of an import. */
export interface ImportProgress {
  id: number
  done: number
  counters: Counters
}

/** The counters before the first row. */
export const noCounters: Counters = { rows: 0, created: 0, updated: 0, skipped: 0, failed: 0, warnings: 0 }

/** Rows to import, with the draft prepared while earlier rows were written. */
export interface Batch {
  rows: readonly CsvRow[]
  draft: Draft | undefined
}

/** Imports rows and saves the progress in one transaction. Throws JobLost. */
export async function importBatch(
  db: Database,
  planNow: () => Promise<ImportPlan>,
  progress: ImportProgress,
  { rows, draft }: Batch,
  { told, dryRun }: { told: Record<string, unknown>; dryRun: boolean },
): Promise<ImportProgress> {
  // Writing modifies a draft, so each retry makes a new one.
  let unused = draft
  const attempt = () =>
    withoutDenied(async (denied) => {
      const plan = await planNow()
      const drafted = async () => {
        const fitting = unused?.grant === plan.grant ? unused : undefined
        unused = undefined
        return fitting ?? (await draftRows(plan, rows))
      }
      return await inTransaction(db, (trx) => importInto(trx, plan, progress, { drafted, denied, told, dryRun }), races)
    })
  return await whileModelChanges(attempt)
}

interface Writing {
  drafted: () => Promise<Draft>
  /** Problems of the rows that the caller may not import, by row number. */
  denied: ReadonlyMap<number, Problem>
  told: Record<string, unknown>
  dryRun: boolean
}

async function importInto(
  trx: Transaction,
  plan: ImportPlan,
  progress: ImportProgress,
  { drafted, denied, told, dryRun }: Writing,
): Promise<ImportProgress> {
  await holdJob(trx, progress)
  const { read, changes } = await drafted()
  for (const row of read) if (denied.has(row.row)) row.note('error', null, { code: 'no_right' })
  const write = () => writeRows(trx, plan, read, { jobId: progress.id, drafted: denied.size ? null : changes })
  const created = dryRun ? await takenBack(trx, write) : await write()
  const recordOf = new Map([...created].map(([id, row]) => [row, id]))
  if (!dryRun) for (const row of read) row.became(recordOf.get(row.row))
  const faults = read.flatMap((row) => row.faults)
  await keepFaults(trx, { jobId: progress.id, typeId: plan.grant.type.id }, faults)
  const { counters } = progress
  const next: ImportProgress = {
    id: progress.id,
    done: progress.done + read.length,
    counters: {
      ...counters,
      rows: counters.rows + read.length,
      created: counters.created + created.size,
      failed: counters.failed + read.length - created.size,
      warnings: counters.warnings + faults.filter(({ severity }) => severity === 'warning').length,
    },
  }
  await moveJob(trx, { ...next, result: { ...next.counters, ...told } })
  return next
}
