import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Database } from '../../database/connect.ts'
import type { PageStart } from '../../http/id-page.ts'
import { recordsFor } from '../../records/query/record-query.ts'
import type { Grant } from '../../rights/grant.ts'
import { seesAll } from '../comparing.ts'
import type { Judge } from '../judge.ts'
import { suggestionLimits } from '../model/limits.ts'

/** A stored pair. */
export interface StoredPair {
  a: number
  b: number
}

/** What people have said about a group: nothing yet, or that its records are no duplicates. */
export type GroupStatus = 'open' | 'dismissed'

/** Whose groups are read, and which. */
export interface GroupView {
  grant: Grant
  judge: Judge
  status: GroupStatus
}

/**
 * Returns the first records of the next stored pairs, of which the caller may read both records, the nearest first. For
 * dismissed groups, only of pairs that were dismissed at some time.
 */
export async function readSeeds(
  db: Database,
  { grant, judge, status }: GroupView,
  { start: { id, back }, limit }: { start: PageStart; limit: number },
): Promise<number[]> {
  // The stored score is that of who sees everything. Others cannot use it, because it tells about what they do not see.
  const isLikely = seesAll(judge.comparing, grant)
    ? sql<SqlBool>`p.score >= ${suggestionLimits.link}`
    : sql<SqlBool>`true`
  const wasDismissed = sql<SqlBool>`exists (select from duplicate_dismissal as d
    where d.type_id = p.type_id and d.first_id = p.first_id and d.second_id = p.second_id)`
  const isNext = back ? sql`p.first_id < ${id}` : sql`p.first_id > ${id}`
  const { rows } = await sql<{ id: number }>`select distinct p.first_id as id from local.duplicate_pair as p
    where p.type_id = ${grant.type.id} and ${isNext} and ${isLikely} and ${areReadable(grant)}
      and ${status === 'dismissed' ? wasDismissed : sql`true`}
    order by p.first_id ${back ? sql`desc` : sql`asc`} limit ${limit}`.execute(db)
  return rows.map(({ id }) => id)
}

/** Returns the stored pairs of these records, of which the caller may read both records. */
export async function readPairs(db: Database, grant: Grant, ids: readonly number[]): Promise<StoredPair[]> {
  const side = (
    column: RawBuilder<unknown>,
  ) => sql`select p.first_id as a, p.second_id as b from local.duplicate_pair as p
    where p.type_id = ${grant.type.id} and ${column} = any(${ids}::bigint[]) and ${areReadable(grant)}`
  const { rows } = await sql<StoredPair>`${side(sql`p.first_id`)} union ${side(sql`p.second_id`)}`.execute(db)
  return rows
}

function areReadable(grant: Grant): RawBuilder<SqlBool> {
  const isReadable = (id: RawBuilder<unknown>) => recordsFor(grant, 'read').and(sql`record.id = ${id}`).exists()
  return sql<SqlBool>`${isReadable(sql`p.first_id`)} and ${isReadable(sql`p.second_id`)}`
}
