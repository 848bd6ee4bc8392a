import type { Dialect } from '../csv/dialect.ts'
import { CsvSyntaxFault } from '../csv/fault.ts'
import { type CsvRow, checkCsv, readCsv, readHeader } from '../csv/read.ts'
import type { Database } from '../database/connect.ts'
import { bytesAt, type FileStore } from '../files/store.ts'
import { finishJob, type Job, JobFailed, jobTask, setTotal } from '../jobs/job.ts'
import type { AccessMaker } from '../rights/access.ts'
import { type Batch, type Counters, importBatch, noCounters } from './import-batch.ts'
import { draftRows } from './import-draft.ts'
import { findUsers } from './import-people.ts'
import { type ImportOptions, type ImportPlan, planImport } from './import-plan.ts'
import { analyze } from './import-write.ts'

/** The dependencies of import jobs. */
export interface ImportContext {
  db: Database
  files: FileStore
  access: AccessMaker
}

/** Creates records from a file, in batches of some hundred rows. */
export const importTask = jobTask('import', runImport)

const rowsAtOnce = 500
/** Number of new rows that make the planner's statistics of a table outdated. */
const manyRows = 1000

/** A stored import. */
interface AskedImport {
  typeCode: string
  dialect: Dialect
  options: ImportOptions
  open: () => AsyncIterable<Buffer>
}

async function runImport({ db, access, files }: ImportContext, job: Job, signal: AbortSignal): Promise<void> {
  const file = await readImport(db, files, job.id)
  const header = await checkFile(db, job, file)
  const from = { options: file.options, findUser: await findUsers(db) }
  // Made again for every batch: rights and fields may have changed meanwhile.
  const plan = async () => planImport(await access.of(db, job.createdBy), file.typeCode, header, from)
  const { columns, fullName, unmapped, grant } = await plan()
  if (!columns.length && !fullName) throw new JobFailed('no_known_column')
  const dryRun = file.options.dryRun === true
  const told = { unmapped, dialect: file.dialect, ...(dryRun && { dryRun }) }
  let progress = { id: job.id, done: job.done, counters: { ...noCounters, ...(job.result as Partial<Counters>) } }
  for await (const batch of draftedAhead(readCsv(file.open, file.dialect, { batch: rowsAtOnce }), job.done, plan)) {
    signal.throwIfAborted()
    progress = await importBatch(db, plan, progress, batch, { told, dryRun })
  }
  const { counters } = progress
  if (counters.created >= manyRows && !dryRun) await analyze(db, grant)
  const status = counters.failed || counters.warnings ? 'completedWithErrors' : 'completed'
  await finishJob(db, { id: job.id, result: { ...counters, ...told } }, status)
}

/** Yields the batches after the imported rows. Reads the next batch while one is written. */
async function* draftedAhead(
  batches: AsyncIterable<CsvRow[]>,
  done: number,
  planNow: () => Promise<ImportPlan>,
): AsyncGenerator<Batch, void, undefined> {
  const plan = await planNow()
  const draft = async (all: CsvRow[]): Promise<Batch> => {
    const rows = all.filter(({ row }) => row > done)
    return { rows, draft: rows.length ? await draftRows(plan, rows) : undefined }
  }
  let ahead: Promise<Batch> | undefined
  for await (const rows of batches) {
    const present = await ahead
    ahead = draft(rows)
    // The next iteration awaits the batch. If the job stops, this prevents an unhandled rejection.
    ahead.catch(() => {})
    if (present?.rows.length) yield present
  }
  const last = await ahead
  if (last?.rows.length) yield last
}

async function readImport(db: Database, files: FileStore, jobId: number): Promise<AskedImport> {
  const { typeCode, dialect, options, location } = await db
    .selectFrom('local.import as import')
    .innerJoin('file', 'file.id', 'import.file_id')
    .innerJoin('record_type', 'record_type.id', 'import.type_id')
    .select(['record_type.code as typeCode', 'import.dialect', 'import.options', 'file.location'])
    .where('job_id', '=', jobId)
    .executeTakeFirstOrThrow()
  return {
    typeCode,
    // `startImport` stores only checked values.
    dialect: dialect as Dialect,
    options: options as ImportOptions,
    open: () => bytesAt(files, location),
  }
}

/** Reads the whole file before anything is written, so that a malformed file creates no records. */
async function checkFile(db: Database, job: Job, { open, dialect }: AskedImport): Promise<string[]> {
  try {
    if (job.total === null) await setTotal(db, job.id, (await checkCsv(open, dialect)).rows)
    return await readHeader(open, dialect)
  } catch (error) {
    if (error instanceof CsvSyntaxFault) throw new JobFailed(error.code, { line: error.line })
    throw error
  }
}
