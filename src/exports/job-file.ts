import { sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import { Problem } from '../errors/problem.ts'
import { jobFileDays } from '../files/clean-up.ts'
import type { FoundFile } from '../files/find.ts'
import type { SignedValues } from '../json/signed-values.ts'
import type { Scopes } from '../people/scopes.ts'
import type { Access } from '../rights/access.ts'
import { requireExport } from './require.ts'

/** The file of an export job. */
export interface JobFile extends FoundFile {
  typeCode: string
  rows: number
}

/**
 * Returns the file of a job of the caller, or of anybody for portal administrators. Throws job_not_found,
 * job_file_not_found, export_fields_hidden, and the refusals of exports: what the caller may do now counts.
 */
export async function findJobFile(db: Database, access: Access, jobId: number): Promise<JobFile> {
  access.requireCrm()
  const job = await db
    .selectFrom('local.job as job')
    .leftJoin('local.export as export', 'export.job_id', 'job.id')
    .leftJoin('record_type', 'record_type.id', 'export.type_id')
    .select(['job.status', 'job.result', 'job.file_id as fileId', 'export.fields', 'record_type.code as typeCode'])
    .where('job.id', '=', jobId)
    .$if(!access.administers, (jobs) => jobs.where('job.created_by', '=', access.caller.userId))
    .executeTakeFirst()
  if (!job) throw new Problem('job_not_found', { id: jobId })
  const { typeCode, fileId } = job
  const file = fileId === null || job.status !== 'completed' ? undefined : await readFile(db, fileId)
  if (typeCode === null || !file) throw new Problem('job_file_not_found', { id: jobId, days: jobFileDays })
  const { type, readable } = requireExport(access, typeCode)
  const readableKeys = new Set([...readable.values()].map(({ key }) => key))
  const isHidden = type.fields.some(({ key }) => job.fields?.includes(key) && !readableKeys.has(key))
  if (isHidden) throw new Problem('export_fields_hidden')
  return { ...file, typeCode, rows: Number(job.result.rows) }
}

async function readFile(db: Database, id: number): Promise<FoundFile | undefined> {
  const { rows } = await sql<FoundFile>`
    select id, name, size, content_type as "contentType", declared_type as "declaredType", sha256,
      created_by as "createdBy", instant(created_at) as "createdAt", location
    from file where id = ${id}`.execute(db)
  return rows[0]
}

/** How long a link to a file is valid, in minutes. */
export const linkMinutes = 10

/** The content of a link to the file of a job: who made it, and with which scopes of a key. */
export interface FileLink {
  use: 'job file'
  jobId: number
  userId: number
  scopes: Scopes
  /** In milliseconds since 1970. */
  expiresAt: number
}

/** Returns a link to the file of a job, which works without a key and as long as the user who created it may fetch the file. */
export function linkTo(values: SignedValues, jobId: number, { caller }: Access, now: Date) {
  const expiresAt = now.getTime() + linkMinutes * 60_000
  const link: FileLink = { use: 'job file', jobId, userId: caller.userId, scopes: caller.scopes, expiresAt }
  return { url: `/v1/downloads/${values.write(link)}`, expiresAt: new Date(expiresAt).toISOString() }
}

/** Returns the content of a link. Throws invalid_link when it was changed or has expired. */
export function readLink(values: SignedValues, text: string, now: Date): FileLink {
  const link = values.read<FileLink>(text, { use: 'job file' })
  if (!link || link.expiresAt <= now.getTime()) throw new Problem('invalid_link')
  return link
}
