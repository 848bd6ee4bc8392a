import { setTimeout as pause } from 'node:timers/promises'
import type { Database } from '../database/connect.ts'
import { instanceSecret } from '../database/instance-secret.ts'
import { inTransaction } from '../database/transaction.ts'
import { mediaType } from '../files/content-type.ts'
import { removeBytes, type StoredBytes, storeBytes } from '../files/file-lifecycle.ts'
import { saveJobFile } from '../files/job-file.ts'
import { type FileStore, newLocation } from '../files/store.ts'
import { Cursors } from '../http/cursors.ts'
import { type Job, JobLost, lockJob, saveProgress } from '../jobs/job.ts'
import { JobFailed, jobTask } from '../jobs/job-task.ts'
import { unindexedNames } from '../records/list/unindexed.ts'
import type { AccessContext } from '../rights/access-context.ts'
import { type ExportFile, planExport } from './file.ts'
import { streamOf } from './gzip.ts'
import type { ExportRequest } from './options.ts'
import { requireExport } from './require.ts'
import type { Within } from './selection.ts'
import { inSnapshot } from './snapshot.ts'

/** The dependencies of export jobs. */
export interface ExportContext extends AccessContext {
  files: FileStore
}

/** Writes a list as it is at one moment to a file. An interrupted job starts again with a new file. */
export const exportTask = jobTask('export', async (context: ExportContext, job, signal) => {
  for (;;) {
    const outcome = await inSnapshot(context.db, job.id, (within) => writeFile(context, job, within, signal))
    if (outcome) return outcome.done
    // Another process has the job. It ends it, or ends itself.
    await pause(1000, undefined, { signal })
  }
})

/** The longest time that a snapshot is kept, in minutes: until then the database cannot remove old row versions. */
const mostMinutes = 60
/** How often progress is saved and a cancellation noticed, in milliseconds. */
const progressInterval = 1000

async function writeFile(
  { db, access, files }: ExportContext,
  job: Job,
  within: Within,
  signal: AbortSignal,
): Promise<Job['result']> {
  const { typeCode, request, fileId } = await readExport(db, job.id)
  // Everything was done when the process was killed.
  if (fileId !== null) return job.result
  const accessNow = () => access.ofJob(db, job)
  const caller = await accessNow()
  const cursors = new Cursors(await instanceSecret(db))
  const reading = { within, cursors, note: unindexedNames, accessAnew: accessNow }
  const file = await planExport(reading, caller, requireExport(caller, typeCode), request)
  const location = await beginAttempt({ db, files }, job.id, await file.count())
  const watch = new Watch(db, job.id, file, signal)
  const bytes = streamOf(watch.pass(await file.open()), request)
  const stored = await storeBytes({ db, files }, bytes, Number.MAX_SAFE_INTEGER, location)
  try {
    return await keepFile(db, job, { file, stored, done: watch.done })
  } catch (error) {
    await removeBytes({ db, files }, location)
    throw error
  }
}

async function readExport(db: Database, jobId: number) {
  const { request, ...row } = await db
    .selectFrom('local.export as export')
    .innerJoin('local.job as job', 'job.id', 'export.job_id')
    .innerJoin('record_type', 'record_type.id', 'export.type_id')
    .select(['record_type.code as typeCode', 'export.request', 'job.file_id as fileId'])
    .where('export.job_id', '=', jobId)
    .executeTakeFirstOrThrow()
  // It is emptied when the job ends, for instance in another process.
  if (!request && row.fileId === null) throw new JobLost()
  // `startExport` stores only checked requests.
  return { ...row, request: request as ExportRequest }
}

/** Removes the bytes of an interrupted attempt, and returns the location of the new one. */
async function beginAttempt(store: { db: Database; files: FileStore }, jobId: number, total: number): Promise<string> {
  const location = newLocation()
  const before = await inTransaction(store.db, async (trx) => {
    const { location: old } = await trx
      .selectFrom('local.export')
      .select('location')
      .where('job_id', '=', jobId)
      .forUpdate()
      .executeTakeFirstOrThrow()
    await trx.updateTable('local.export').set({ location }).where('job_id', '=', jobId).execute()
    await trx.updateTable('local.job').set({ total, done: 0, resumed_done: 0 }).where('id', '=', jobId).execute()
    return old
  })
  if (before !== null) await removeBytes(store, before)
  return location
}

/** Saves the progress of a file while its bytes pass. Stops at a cancellation and after the longest time. */
class Watch {
  readonly #db: Database
  readonly #jobId: number
  readonly #file: ExportFile
  readonly #signal: AbortSignal
  readonly #until = performance.now() + mostMinutes * 60_000
  #next = 0
  /** The number of records that was saved last. */
  done = 0

  constructor(db: Database, jobId: number, file: ExportFile, signal: AbortSignal) {
    this.#db = db
    this.#jobId = jobId
    this.#file = file
    this.#signal = signal
  }

  async *pass(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
    for await (const chunk of bytes) {
      yield chunk
      this.#signal.throwIfAborted()
      const now = performance.now()
      if (now > this.#until) throw new JobFailed('export_took_too_long', { minutes: mostMinutes })
      if (now < this.#next) continue
      await this.#save()
      this.#next = performance.now() + progressInterval
    }
  }

  async #save(): Promise<void> {
    const { rows } = this.#file.written
    const { numUpdatedRows } = await this.#db
      .updateTable('local.job')
      .set({ done: rows })
      .where('id', '=', this.#jobId)
      .where('status', '=', 'running')
      .executeTakeFirst()
    if (!numUpdatedRows) throw new JobLost()
    this.done = rows
  }
}

/** Makes a file of the stored bytes, and returns the result of the job. Throws JobLost when the job was cancelled. */
async function keepFile(
  db: Database,
  job: Job,
  { file, stored, done }: { file: ExportFile; stored: StoredBytes; done: number },
): Promise<Job['result']> {
  const { name, contentType, fields, omitted, written, lost } = file
  const { rows, replaced } = written
  const result = {
    rows,
    ...(omitted !== null && { omitted }),
    ...(replaced && { replaced }),
    ...(lost.size && { lost: [...lost] }),
  }
  const { id } = job
  await inTransaction(db, async (trx) => {
    await lockJob(trx, { id, done })
    const newFile = { ...stored, name, declaredType: mediaType(contentType) }
    await saveJobFile(trx, job, newFile)
    await trx
      .updateTable('local.export')
      .set({ fields: [...fields], location: null })
      .where('job_id', '=', id)
      .execute()
    await saveProgress(trx, { id, done: written.rows, result })
  })
  return result
}
