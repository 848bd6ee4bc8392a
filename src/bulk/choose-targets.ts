import { type RawBuilder, sql } from 'kysely'
import { retryOnModelChange } from '../database/changed-model.ts'
import type { Database } from '../database/connect.ts'
import { inTransaction, type Transaction } from '../database/transaction.ts'
import { resolveFilter } from '../filters/resolve.ts'
import { type Job, lockJob, setTotal } from '../jobs/job.ts'
import { recordsFor } from '../records/query/record-query.ts'
import { conditionsFor } from '../reporting-period/read-event.ts'
import type { Access } from '../rights/access.ts'
import type { Grant } from '../rights/grant.ts'
import type { Target } from './do-chunk.ts'

/** The stored selection of a bulk action whose records are chosen page by page. */
export interface StoredSelection {
  /** The filter of the request; null for all records. */
  filter: unknown
  /** The time zone of words such as `today`, the same for every page. */
  timeZone: string
  now: string
  /** The highest record id at the time of the request. */
  upTo: number
}

/** SQL that counts the selected records and reads the next of them. */
export interface TargetQueries {
  count: RawBuilder<unknown>
  /** `select id, rank …`: up to `many` records after this record, ordered by rank; null starts at the first. */
  after(recordId: number | null, many: number): RawBuilder<unknown>
}

/** Records processed per transaction. */
export const recordsAtOnce = 1000

/** Records chosen per transaction. */
const chosenAtOnce = 10_000

/** Returns SQL of the records that match a filter, by id. Throws the faults of a filter that is no longer valid. */
export function targetQueriesFor(
  { filter, timeZone, now, upTo }: StoredSelection,
  access: Access,
  grant: Grant,
): TargetQueries {
  const context = { ...access.context(timeZone), now: new Date(now) }
  const where = filter === null ? null : resolveFilter(filter, conditionsFor(grant), context, '/filter')
  const matching = recordsFor(grant, 'read').matching(where).and(sql`record.id <= ${upTo}`)
  return {
    count: matching.select(sql`count(*) as n`),
    after: (recordId, many) =>
      matching
        .and(sql`record.id > ${recordId ?? 0}`)
        .select(sql`record.id, record.id as rank`, { orderBy: sql`record.id`, limit: many }),
  }
}

/** Reads the access of the caller and returns what it selects. */
type ReadChoosing = () => Promise<TargetQueries>

/** Counts the matches. Their number may change before they are chosen. */
export async function countTargets(db: Database, readChoosing: ReadChoosing): Promise<number> {
  const { rows } = await retryOnModelChange(readChoosing, ({ count }) => sql<{ n: number }>`${count}`.execute(db))
  return rows[0]?.n ?? 0
}

/** Yields the rest of the records of a job in chunks, and chooses further ones unless the request listed all. */
export async function* targetChunks(
  db: Database,
  { job, typeId, atOnce }: { job: Job; typeId: number; atOnce: number },
  readChoosing: ReadChoosing | null,
): AsyncGenerator<Target[], void, undefined> {
  let { done } = job
  for (;;) {
    const targets = await targetsAfter(db, job.id, done, atOnce)
    if (targets.length) {
      yield targets
      done = targets.at(-1)!.place
    } else if (!readChoosing || !(await chooseMore(db, { id: job.id, done }, typeId, readChoosing))) break
  }
  // The count at the start differs if records changed meanwhile.
  if (readChoosing) await setTotal(db, job.id, done)
}

async function targetsAfter(db: Database, jobId: number, place: number, atOnce: number): Promise<Target[]> {
  return await db
    .selectFrom('local.bulk_target')
    .select(['place', 'type_id as typeId', 'record_id as recordId'])
    .where('job_id', '=', jobId)
    .where('place', '>', place)
    .orderBy('place')
    .limit(atOnce)
    .execute()
}

/** Chooses the next records of a job. Returns false when there are no more. Throws JobLost. */
async function chooseMore(
  db: Database,
  progress: Pick<Job, 'id' | 'done'>,
  typeId: number,
  readChoosing: ReadChoosing,
): Promise<boolean> {
  const choose = async (trx: Transaction, choosing: TargetQueries) => {
    await lockJob(trx, progress)
    const last = await trx
      .selectFrom('local.bulk_target')
      .select(['place', 'record_id as recordId'])
      .where('job_id', '=', progress.id)
      .orderBy('place', 'desc')
      .limit(1)
      .executeTakeFirst()
    // Another process that runs the same job has chosen records meanwhile.
    if (last && last.place > progress.done) return true
    const { numAffectedRows = 0n } = await sql`insert into local.bulk_target (job_id, place, type_id, record_id)
      select ${progress.id}, ${progress.done}::bigint + row_number() over (order by rank), ${typeId}, id
      from (${choosing.after(last?.recordId ?? null, chosenAtOnce)}) as chosen`.execute(trx)
    return numAffectedRows > 0n
  }
  return await retryOnModelChange(readChoosing, (choosing) => inTransaction(db, (trx) => choose(trx, choosing)))
}
