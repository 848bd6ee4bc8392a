import { Readable } from 'node:stream'
import { Temporal } from 'temporal-polyfill'
import type { Database } from '../../database/connect.ts'
import { inTransaction } from '../../database/transaction.ts'
import { mediaType } from '../../files/content-type.ts'
import { removeBytes, storeBytes } from '../../files/file-lifecycle.ts'
import { saveJobFile } from '../../files/job-file.ts'
import { safeName } from '../../files/name.ts'
import type { FileStore } from '../../files/store.ts'
import { type Job, lockJob, saveProgress, setTotal } from '../../jobs/job.ts'
import { jobTask } from '../../jobs/job-task.ts'
import type { Access } from '../../rights/access.ts'
import type { AccessContext } from '../../rights/access-context.ts'
import { rightsMark } from '../../rights/rights-mark.ts'
import { type Form, mediaTypes } from '../forms/choose-form.ts'
import { calculateSaved, type ReportRequest, writeSaved } from '../saved/analyses.ts'
import { calculateTiles } from '../saved/dashboard-data.ts'
import { readSaved, type Saved } from '../saved/store.ts'

/** The dependencies of the jobs of schedules. */
export interface ScheduledReportContext extends AccessContext {
  files: FileStore
  /** Maximum time for calculating a report, in milliseconds. */
  analyticsTime: number
}

/** What a job calculates. */
interface Run {
  savedId: number
  kind: 'report' | 'dashboard'
  dueAt: string
  timeZone: string
  form: Form
  language: 'en' | 'ru'
}

/** The bytes of a file, and what the result of the job says of it. */
interface WrittenReport {
  bytes: Buffer
  result: { rows: number } | { tiles: number; failedTiles: number }
}

/**
 * Calculates a saved report or a dashboard with the rights that its owner has now, and keeps it as a file. An interrupted
 * job starts again, and the transaction that keeps the file ends it.
 */
export const scheduledReportTask = jobTask('scheduled-report', async (context: ScheduledReportContext, job) => {
  const { db, access: maker } = context
  const { fileId, ...run } = await readRun(db, job.id)
  // Everything was done when the process was killed.
  if (fileId !== null) return job.result
  // Before the rights are used, so that a change meanwhile counts.
  const rights = await rightsMark(db, job.createdBy)
  const access = await maker.ofJob(db, job, run.language)
  access.requireCrm()
  const saved = await readSaved(db, access, run.kind, run.savedId)
  const { bytes, result } = await write(context, access, { saved, run, job })
  return await keep(context, job, { bytes, name: nameOf(saved, run), form: run.form, rights, result })
})

async function readRun(db: Database, jobId: number): Promise<Run & { fileId: number | null }> {
  return await db
    .selectFrom('local.scheduled_report as run')
    .innerJoin('local.job as job', 'job.id', 'run.job_id')
    .select(['run.saved_id as savedId', 'run.kind', 'run.due_at as dueAt', 'run.time_zone as timeZone'])
    .select(['run.form', 'run.language', 'job.file_id as fileId'])
    .where('run.job_id', '=', jobId)
    .executeTakeFirstOrThrow()
}

async function write(
  { db, analyticsTime: time }: ScheduledReportContext,
  access: Access,
  { saved, run, job }: { saved: Saved; run: Run; job: Job },
): Promise<WrittenReport> {
  const reading = { db, access, time }
  if (run.kind === 'dashboard') {
    const at = { instance: `/v1/analytics/dashboards/${saved.id}/data`, traceId: `job-${job.id}` }
    const tiles = await calculateTiles({ ...reading, at }, saved)
    const failedTiles = tiles.filter(({ table }) => !table).length
    const bytes = Buffer.from(JSON.stringify({ id: saved.id, name: saved.name, tiles }))
    return { bytes, result: { tiles: tiles.length, failedTiles } }
  }
  const request = saved.content as ReportRequest
  const table = await calculateSaved(reading, request, saved.ownerId)
  const { body } = writeSaved(table, request, { form: run.form, parameters: {}, access })
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body))
  return { bytes, result: { rows: table.rows.length } }
}

function nameOf({ name }: Saved, { dueAt, timeZone, form }: Run): string {
  const day = Temporal.Instant.from(dueAt).toZonedDateTimeISO(timeZone).toPlainDate()
  // A slash would cut off what is before it.
  return safeName(`${name.replaceAll(/[/\\]/g, '-')} ${day}.${form}`, `report.${form}`)
}

/** What is kept of a calculated report. */
interface KeptReport extends WrittenReport {
  name: string
  form: Form
  rights: string
}

async function keep(
  { db, files }: ScheduledReportContext,
  job: Job,
  { bytes, name, form, rights, result }: KeptReport,
): Promise<Job['result']> {
  await setTotal(db, job.id, 1)
  const stored = await storeBytes({ db, files }, Readable.from([bytes]), Number.MAX_SAFE_INTEGER)
  const told = { ...job.result, ...result }
  try {
    await inTransaction(db, async (trx) => {
      await lockJob(trx, job)
      await saveJobFile(trx, job, { ...stored, name, declaredType: mediaType(mediaTypes[form]) })
      await trx.updateTable('local.scheduled_report').set({ rights }).where('job_id', '=', job.id).execute()
      await saveProgress(trx, { id: job.id, done: 1, result: told })
    })
  } catch (error) {
    await removeBytes({ db, files }, stored.location)
    throw error
  }
  return told
}
