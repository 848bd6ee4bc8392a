import { sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import { isOver, type JobStatus } from '../database/job-status.ts'
import type { Language } from '../errors/language.ts'
import { codeMessage } from '../errors/messages.ts'
import { Problem } from '../errors/problem.ts'
import { type PageRequest, readIdPage } from '../http/id-page.ts'
import { type JobEnds, waitForNews } from './job-ends.ts'
import type { JobDocument } from './schemas.ts'

/** The user whose jobs are visible, or `anybody` for all jobs. */
export type Owner = number | 'anybody'

/** A job as the database has it. */
export type JobRow = Awaited<ReturnType<ReturnType<typeof jobs>['executeTakeFirstOrThrow']>>

/** Returns the jobs of a user, or of all users. */
export function jobs(db: Database, owner: Owner) {
  return db
    .selectFrom('local.job')
    .select([
      'id',
      'type',
      'status',
      'done',
      'total',
      'result',
      'error',
      'created_by as createdBy',
      'file_id as fileId',
    ])
    .select([
      sql<string>`instant(created_at)`.as('createdAt'),
      sql<string | null>`instant(started_at)`.as('startedAt'),
      sql<string | null>`instant(finished_at)`.as('finishedAt'),
      // Null while the job is not worked on.
      sql<number | null>`extract(epoch from coalesce(finished_at, now()) - resumed_at)::float8`.as('seconds'),
      'resumed_done as doneBefore',
    ])
    .$if(owner !== 'anybody', (rows) => rows.where('created_by', '=', Number(owner)))
}

/** Returns a job. Throws `job_not_found`, also for jobs of other users. */
export async function readJob(db: Database, id: number, owner: Owner, language: Language): Promise<JobDocument> {
  const row = await jobs(db, owner).where('id', '=', id).executeTakeFirst()
  if (!row) throw new Problem('job_not_found', { id })
  return shownJob(row, language)
}

/** Returns the job once it has finished, or its current state at the timeout or when the signal aborts. */
export async function awaitJob(
  read: () => Promise<JobDocument>,
  { id, seconds, ends, signal }: { id: number; seconds: number; ends: JobEnds; signal: AbortSignal },
): Promise<JobDocument> {
  const until = Date.now() + seconds * 1000
  for (;;) {
    const news = seconds > 0 ? ends.news(id) : Promise.resolve()
    const job = await read()
    const left = until - Date.now()
    if (isOver(job.status) || left <= 0 || signal.aborted) return job
    await waitForNews(news, Math.min(ends.patience(), left), signal)
  }
}

/** Returns a job in the form of responses. */
export function shownJob(row: JobRow, language: Language): JobDocument {
  const { id, type, status, done, total, result, error, seconds, doneBefore, fileId, ...rest } = row
  const doneSince = done - doneBefore
  const rate = seconds && doneSince > 0 ? Math.round((doneSince / seconds) * 10) / 10 : null
  const left = total === null || isOver(status) ? null : total - done
  return {
    id,
    type,
    status,
    progress: { done, total, rate, etaSeconds: left !== null && rate ? Math.ceil(left / rate) : null },
    result,
    error: error && codeMessage(error.code, error.params, language),
    errorCode: error?.code ?? null,
    ...rest,
    links: linksOf(`/v1/jobs/${id}`, { status, hasFile: fileId !== null }),
  }
}

function linksOf(self: string, { status, hasFile }: { status: JobStatus; hasFile: boolean }): Record<string, string> {
  const file = hasFile && status === 'completed' && { file: `${self}/file` }
  const links = { self, errors: `${self}/errors`, ...file }
  if (isOver(status)) return links
  const turn = status === 'paused' ? { resume: `${self}/resume` } : { pause: `${self}/pause` }
  return { ...links, events: `${self}/events`, ...turn, cancel: `${self}/cancel` }
}

/** Reads a page of the faults of a job, in the order of the rows. */
export async function findFaults(db: Database, jobId: number, request: PageRequest, language: Language) {
  const faults = db
    .selectFrom('local.job_fault')
    .select([
      'id',
      'row_number as row',
      'line',
      'record_id as recordId',
      'column_name as column',
      'severity',
      'code',
      'params',
    ])
    .where('job_id', '=', jobId)
  const list = { name: `jobs/${jobId}/errors`, filter: null, order: 'oldest first' } as const
  const { data, page } = await readIdPage(list, request, faults)
  const shown = data.map(({ params, ...row }) => ({
    ...row,
    message: codeMessage(row.code, { name: row.column ?? '', ...params }, language),
  }))
  return { data: shown, page }
}
