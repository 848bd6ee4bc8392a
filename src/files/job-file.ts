import { sql } from 'kysely'
import type { TSchema } from 'typebox'
import type { Database } from '../database/connect.ts'
import type { Transaction } from '../database/transaction.ts'
import { Problem } from '../errors/problem.ts'
import type { Job } from '../jobs/job.ts'
import type { Access } from '../rights/access.ts'
import { jobFileDays } from './clean-up.ts'
import { createFile, type NewFile } from './file-lifecycle.ts'
import type { FoundFile } from './find.ts'

/** The records of a file, for the audit log. */
export interface ExportedRecords {
  /** Code of their type. */
  type: string
  rows: number
}

/** Who may fetch the files of a kind of job. */
export interface JobFileRule {
  /** The task that makes the files. */
  task: { name: string }
  /** Their media types, for the document. */
  content: Readonly<Record<string, { schema: TSchema }>>
  /** Throws unless the caller may fetch the file now. Returns the records that it contains, if it contains records. */
  check(db: Database, access: Access, job: Pick<Job, 'id' | 'scopes' | 'result'>): Promise<ExportedRecords | null>
}

/** The file of a job. */
export interface JobFile extends FoundFile {
  exported: ExportedRecords | null
}

/**
 * Returns the file of a job of the caller, or of anybody for portal administrators. Throws `job_not_found`,
 * `job_file_not_found`, and what the rule of the job throws: what the caller may do now counts.
 */
export async function findJobFile(
  db: Database,
  access: Access,
  { jobId, rules }: { jobId: number; rules: readonly JobFileRule[] },
): Promise<JobFile> {
  access.requireCrm()
  const job = await db
    .selectFrom('local.job')
    .select(['id', 'type', 'status', 'result', 'scopes', 'file_id as fileId'])
    .where('id', '=', jobId)
    .$if(!access.administers, (jobs) => jobs.where('created_by', '=', access.caller.userId))
    .executeTakeFirst()
  if (!job) throw new Problem('job_not_found', { id: jobId })
  const rule = rules.find(({ task }) => task.name === job.type)
  const file = job.fileId === null || job.status !== 'completed' ? undefined : await readFile(db, job.fileId)
  if (!rule || !file) throw new Problem('job_file_not_found', { id: jobId, days: jobFileDays })
  return { ...file, exported: await rule.check(db, access, job) }
}

/** Makes a file of the bytes that a job stored, in the transaction that saves its end. */
export async function saveJobFile(trx: Transaction, { id, createdBy }: Job, file: NewFile): Promise<void> {
  const fileId = await createFile(trx, file, { purpose: 'job', userId: createdBy })
  await trx.updateTable('local.job').set({ file_id: fileId }).where('id', '=', id).execute()
}

// The server made the file, so that its declared type is true.
async function readFile(db: Database, id: number): Promise<FoundFile | undefined> {
  const { rows } = await sql<FoundFile>`
    select id, name, size, coalesce(declared_type, content_type) as "contentType", declared_type as "declaredType", sha256,
      created_by as "createdBy", instant(created_at) as "createdAt", location
    from file where id = ${id}`.execute(db)
  return rows[0]
}
