import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import { Problem } from '../errors/problem.ts'
import { type PageRequest, readIdPage } from '../http/id-page.ts'
import { recordNotFound } from '../records/list/read-record.ts'
import { storedRecords } from '../records/query/record-query.ts'
import type { Access } from '../rights/access.ts'
import type { Grant } from '../rights/grant.ts'

/** A stored merge. */
export interface StoredMerge {
  id: number
  type: string
  survivorId: number
  ids: number[]
  at: string
  by: number
  /** The job that merged automatically. */
  jobId: number | null
  undoneAt: string | null
  undoneBy: number | null
}

/** Which merges to list. */
export interface MergeFilter {
  type?: string | undefined
  recordId?: number | undefined
  /** Whether the merges are automatic. */
  automatic?: boolean | undefined
  job?: number | undefined
}

/** Reads a page of the merges, newest first, whose survivor the caller may read. */
export async function findMerges(db: Database, access: Access, filter: MergeFilter, page: PageRequest) {
  const grants = filter.type === undefined ? access.open() : [access.grant(filter.type)]
  const { recordId, automatic, job } = filter
  const isOfRecord = sql<SqlBool>`(survivor_id = ${recordId} or exists (select from merge_source as one
    where one.merge_id = record_merge.id and one.record_id = ${recordId}))`
  const rows = merges(db, grants)
    .$if(recordId !== undefined, (query) => query.where(isOfRecord))
    .$if(automatic !== undefined, (query) => query.where('job_id', automatic ? 'is not' : 'is', null))
    .$if(job !== undefined, (query) => query.where('job_id', '=', job ?? null))
  return await readIdPage({ name: 'merges', filter, order: 'newest first' }, page, rows)
}

/** Reads a merge whose survivor the caller may read. Throws `merge_not_found`. */
export async function readMergeById(db: Database, access: Access, id: number): Promise<StoredMerge> {
  const merge = await merges(db, access.open()).where('id', '=', id).executeTakeFirst()
  if (!merge) throw new Problem('merge_not_found', { id })
  return merge
}

/** Reads the merge that a job made into a record. Throws `record_not_found` if the caller may not read it. */
export async function readMergeOfJob(
  db: Database,
  grant: Grant,
  { jobId, survivorId }: { jobId: number; survivorId: number },
): Promise<StoredMerge> {
  const made = merges(db, [grant]).where('job_id', '=', jobId).where('survivor_id', '=', survivorId)
  const merge = await made.orderBy('id', 'desc').executeTakeFirst()
  if (!merge) throw recordNotFound(grant, survivorId)
  return merge
}

function merges(db: Database, grants: readonly Grant[]) {
  const codes = JSON.stringify(Object.fromEntries(grants.map(({ type }) => [type.id, type.code])))
  return db
    .selectFrom('record_merge')
    .select(['id', 'survivor_id as survivorId', 'actor_id as by', 'job_id as jobId', 'undone_by as undoneBy'])
    .select([
      sql`(${codes}::jsonb ->> type_id::text)`.as('type'),
      sql`array(select one.record_id from merge_source as one where one.merge_id = record_merge.id order by one.id)`.as(
        'ids',
      ),
      sql`instant(at)`.as('at'),
      sql`instant(undone_at)`.as('undoneAt'),
    ])
    .where(sql<SqlBool>`(${sql.join([sql`false`, ...grants.map(isReadable)], sql` or `)})`)
    .$castTo<StoredMerge>()
}

/** The condition that the caller may read the survivor, or could before it was merged as well. */
function isReadable(grant: Grant): RawBuilder<SqlBool> {
  const survivor = storedRecords(grant)
    .and(sql`record.id = record_merge.survivor_id and record.deleted_at is null`)
    .and(grant.rows.read)
  return sql`(record_merge.type_id = ${grant.type.id} and ${survivor.exists()})`
}
