import type { CsvRow } from '../csv/read.ts'
import { rollBackAfter, type Transaction } from '../database/transaction.ts'
import type { Problem } from '../errors/problem.ts'
import type { ChunkOutcome } from '../jobs/run-in-chunks.ts'
import type { OnCreated } from '../records/write/write-context.ts'
import type { Grant } from '../rights/grant.ts'
import { type Draft, draftRows, fits } from './draft.ts'
import { keepKeys } from './matching/keep-keys.ts'
import type { ImportRow } from './matching/row.ts'
import type { ImportPlan } from './plan.ts'
import { type WrittenRows, writeRows } from './write.ts'

/** The counters before the first row. */
export const noCounters = { rows: 0, created: 0, updated: 0, skipped: 0, companies: 0, failed: 0, warnings: 0 }

/** Rows to import, with the draft prepared while earlier rows were written. */
export interface ImportChunk {
  rows: readonly CsvRow[]
  draft: Draft | undefined
}

/** How rows are imported. */
interface ImportedHow {
  /** The job, unless this is a preview. */
  jobId?: number
  denied: ReadonlyMap<number, Problem>
  onCreated?: OnCreated | undefined
}

/** Imports rows, and returns what the job counts and reports. */
export async function importChunk(
  trx: Transaction,
  plan: ImportPlan,
  chunk: ImportChunk,
  how: ImportedHow,
): Promise<ChunkOutcome> {
  const dryRun = plan.dryRunOf !== undefined
  const write = () => writeChunk(trx, plan, chunk, how)
  const { read, ...written } = dryRun ? await rollBackAfter(trx, write) : await write()
  if (dryRun) await keepKeys(trx, plan, written)
  const recordOf = recordsOf(written)
  if (!dryRun) for (const row of read) row.became(recordOf.get(row.row))
  return { items: read.length, counters: countersOf(read, written), faults: read.flatMap((row) => row.faults) }
}

/** Returns the records of rows, by row number: created, changed, or the reason why the row was skipped. */
export function recordsOf({ created, updated, skipped }: WrittenRows): Map<number, number> {
  return new Map([...[...created].map(([id, row]) => [row, id] as const), ...updated, ...skipped])
}

/** Returns what an import counts. */
export function countersOf(read: readonly ImportRow[], written: WrittenRows): typeof noCounters {
  const { created, updated, companies } = written
  const skipped = written.skipped.size + read.filter(({ isSkipped }) => isSkipped).length
  const faults = read.flatMap((row) => row.faults)
  return {
    rows: read.length,
    created: created.size,
    updated: updated.size,
    skipped,
    companies: companies.length,
    failed: read.length - created.size - updated.size - skipped,
    warnings: faults.filter(({ severity }) => severity === 'warning').length,
  }
}

/**
 * Imports rows without the denied ones, by row number, and returns the row numbers by record id. Writing modifies the
 * draft, so a retry makes a new one.
 */
export async function writeChunk(
  trx: Transaction,
  plan: ImportPlan,
  chunk: ImportChunk,
  { denied, ...how }: ImportedHow,
): Promise<WrittenRows & { read: readonly ImportRow[] }> {
  const { rows, draft } = chunk
  chunk.draft = undefined
  const { read, changes } = draft && fits(draft, plan) ? draft : await draftRows(plan, rows)
  for (const row of read) noteDenied(row, denied.get(row.row), plan.grant)
  return { read, ...(await writeRows(trx, plan, read, { ...how, drafted: denied.size ? null : changes })) }
}

/** Notes why a row was written and taken back: its faults, or the missing right. */
function noteDenied(row: ImportRow, problem: Problem | undefined, { readable }: Grant): void {
  if (!problem) return
  for (const fault of problem.faults) row.noteField('error', fault, readable)
  if (!problem.faults.length) row.note('error', null, { code: 'no_right', params: problem.params })
}
