import { type CsvRow, readCsv, readHeader } from '../csv/read.ts'
import type { Database } from '../database/connect.ts'
import type { FileStore } from '../files/store.ts'
import { type Job, JobLost } from '../jobs/job.ts'
import { JobFailed, jobTask } from '../jobs/job-task.ts'
import { paced } from '../jobs/pace.ts'
import type { JobQueue } from '../jobs/queue.ts'
import { runInChunks } from '../jobs/run-in-chunks.ts'
import { withoutDenied } from '../records/write/denied.ts'
import type { OnCreatedOf } from '../records/write/write-context.ts'
import type { Access } from '../rights/access.ts'
import type { AccessContext } from '../rights/access-context.ts'
import { type ImportChunk, importChunk, noCounters } from './chunk.ts'
import { requireEmptyType, reserveIds } from './copies/reserve-ids.ts'
import { draftRows } from './draft.ts'
import { findImport, type StoredImport } from './find-import.ts'
import { legible, lookThrough } from './look-through.ts'
import { forgetKeys } from './matching/keep-keys.ts'
import { type Missing, nothingMissing } from './missing/missing.ts'
import { withCreated } from './missing-of-file.ts'
import { findUsers } from './people/find-users.ts'
import { type ImportPlan, planImport } from './plan.ts'
import { statisticsOf } from './statistics.ts'
import { type Readings, readColumns, sampleRows } from './survey.ts'

/** The dependencies of import jobs. */
export interface ImportContext extends AccessContext {
  files: FileStore
  queue: JobQueue
  /** Continues the creation of records. */
  onCreatedOf?: OnCreatedOf
  /** Maximum number of rows per second that an import writes; 0 is no limit. */
  importRowsPerSecond?: number | undefined
}

/** Creates records from a file, some hundred rows at a time. */
export const importTask = jobTask('import', runImport)

const rowsAtOnce = 500

async function runImport(context: ImportContext, job: Job, signal: AbortSignal): Promise<Job['result']> {
  const { db, access, onCreatedOf, importRowsPerSecond: perSecond = 0 } = context
  const { file, readings, result: before, planNow } = await prepare(context, job)
  let plan = await planNow()
  const { columns, fullName, unmapped, grant } = plan
  if (!columns.length && !fullName) throw new JobFailed('no_known_column')
  const dryRun = file.options.dryRun === true
  if (plan.kept && job.done === 0) await beginCopy(db, { access: await access.ofJob(db, job), plan, file, dryRun })
  const shown = { unmapped, columns: readColumns(plan, readings) }
  const initial = { ...noCounters, ...before, ...shown, dialect: file.dialect, ...(dryRun && { dryRun }) }
  const statistics = statisticsOf(db, grant)
  const read = async () => {
    await statistics.renew()
    plan = await planNow()
    return plan
  }
  // A slow import has small chunks, so that a pause or a cancellation takes effect soon.
  const batch = perSecond ? Math.min(rowsAtOnce, perSecond) : rowsAtOnce
  const chunks = draftedAhead(readCsv(file.open, file.dialect, { batch }), job.done, () => plan)
  const result = await runInChunks(
    { db, job: { ...job, result: initial }, signal, read, typeId: grant.type.id, transaction: withoutDenied },
    paced(chunks, ({ rows }) => rows.length, { perSecond, signal }),
    async (trx, chunk, plan, denied) => {
      const onCreated = plan.kept ? undefined : onCreatedOf?.(plan.grant)
      const outcome = await importChunk(trx, plan, chunk, { jobId: job.id, denied, onCreated })
      if (!dryRun) statistics.add(outcome.counters.created ?? 0)
      return outcome
    },
  )
  if (dryRun) await forgetKeys(db, job.id)
  else await statistics.finish(Number(result.created))
  return result
}

/** What the result of a job says about missing fields and entries: what it created, or would create. */
type MissingResult = { added?: Missing; toCreate?: Missing }

/** Opens the file of a job and decides how it is read, unless that was done before. */
async function prepare(context: ImportContext, job: Job) {
  const { db, access, files } = context
  const file = await findImport(db, files, job.id)
  if (!file) throw new JobFailed('internal_error')
  const { open, dialect, typeCode } = file
  const header = await legible(() => readHeader(open, dialect))
  const sample = await legible(() => sampleRows(open, dialect))
  const from = { findUser: await findUsers(db), sample }
  const planBy = async (readings: Readings, { added = nothingMissing, toCreate }: Job['result'] & MissingResult) => {
    const now = await access.ofJob(db, job)
    const options = withCreated(file.options, added)
    const how = { ...from, options, readings, toCreate: toCreate?.entries }
    const plan = await legible(async () => planImport(now, typeCode, header, how))
    return options.dryRun ? { ...plan, dryRunOf: job.id } : plan
  }
  const { readings, result } = file.readings
    ? { readings: file.readings, result: job.result }
    : await lookThrough(context, job, file, await planBy([], {}))
  // Another process looked through the file after this one had read the job.
  if (file.options.create && !result.added && !result.toCreate) throw new JobLost()
  return { file, readings, result, planNow: () => planBy(readings, result) }
}

async function beginCopy(
  db: Database,
  { access, plan, file, dryRun }: { access: Access; plan: ImportPlan; file: StoredImport; dryRun: boolean },
): Promise<void> {
  await requireEmptyType(db, access, plan.grant)
  const ids = { batches: readCsv(file.open, file.dialect), idIndex: plan.header.indexOf('id') }
  if (!dryRun) await reserveIds(db, plan.grant, ids)
}

/** Yields the chunks after the imported rows. Reads the next chunk by the latest plan while one is written. */
async function* draftedAhead(
  chunks: AsyncIterable<CsvRow[]>,
  done: number,
  latest: () => ImportPlan,
): AsyncGenerator<ImportChunk, void, undefined> {
  const draft = async (all: CsvRow[]): Promise<ImportChunk> => {
    const rows = all.filter(({ row }) => row > done)
    return { rows, draft: rows.length ? await draftRows(latest(), rows) : undefined }
  }
  let ahead: Promise<ImportChunk> | undefined
  for await (const rows of chunks) {
    const present = await ahead
    ahead = draft(rows)
    // The next iteration awaits the chunk. If the job stops, this prevents an unhandled rejection.
    ahead.catch(() => {})
    if (present?.rows.length) yield present
  }
  const last = await ahead
  if (last?.rows.length) yield last
}
