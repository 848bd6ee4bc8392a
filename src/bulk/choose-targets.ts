import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import { inTransaction, type Transaction } from '../database/transaction.ts'
import { Problem } from '../errors/problem.ts'
import { resolveFilter } from '../filters/resolve.ts'
import { toSql } from '../filters/sql.ts'
import { holdJob, type Job, JobFailed, setTotal } from '../jobs/job.ts'
import { recordsFor } from '../records/query/record-query.ts'
import { targetsFor } from '../records/query/relations.ts'
import type { Access } from '../rights/access.ts'
import type { Grant } from '../rights/grant.ts'

/** The records of a bulk action that are chosen when their turn comes. */
export interface Choice {
  /** The filter as it was asked for; null for all records. */
  filter: unknown
  /** In which words such as `today` are understood, at every page. */
  timeZone: string
  now: string
  /** The last record there was when it was asked for. */
  upTo: number
}

/** SQL of records that are still to be chosen: how many, and those after one that was. */
export interface Choosing {
  count: RawBuilder<unknown>
  /** `select id, rank …`, in the order of the rank, of so many that come after this record; null before the first. */
  after(recordId: number | null, many: number): RawBuilder<unknown>
}

/** So many records are chosen in one transaction. */
const chosenAtOnce = 10_000

/** Chooses the records that a filter finds, by id. Throws JobFailed where the filter is understood no more. */
export function choosingBy({ filter, timeZone, now, upTo }: Choice, access: Access, grant: Grant): Choosing {
  const context = { ...access.context(timeZone), now: new Date(now) }
  const where =
    filter === null
      ? sql<SqlBool>`true`
      : conditionOf(() => resolveFilter(filter, targetsFor(grant), context, '/filter'))
  const matching = sql`${recordsFor(grant, 'read')} and ${where} and record.id <= ${upTo}`
  return {
    count: sql`select count(*) as n ${matching}`,
    after: (recordId, many) =>
      sql`select record.id, record.id as rank ${matching} and record.id > ${recordId ?? 0} order by record.id limit ${many}`,
  }
}

function conditionOf(resolve: () => Parameters<typeof toSql>[0]): RawBuilder<SqlBool> {
  try {
    return toSql(resolve())
  } catch (error) {
    const fault = error instanceof Problem ? error.faults[0] : undefined
    // A field that it names was deleted meanwhile, most likely.
    throw fault ? new JobFailed(fault.code, fault.params) : error
  }
}

/** Says how many records there are to do, as far as that can be told before they are chosen. */
export async function countTargets(db: Database, jobId: number, { count }: Choosing): Promise<void> {
  const { rows } = await sql<{ n: number }>`${count}`.execute(db)
  await setTotal(db, jobId, rows[0]?.n ?? 0)
}

/** Chooses the next records of a job; false when there are no more. Throws JobLost. */
export async function chooseMore(
  db: Database,
  progress: Pick<Job, 'id' | 'done'>,
  choosingIn: (trx: Transaction) => Promise<{ choosing: Choosing; typeId: number }>,
): Promise<boolean> {
  return await inTransaction(db, async (trx) => {
    await holdJob(trx, progress)
    const last = await trx
      .selectFrom('local.bulk_target')
      .select(['place', 'record_id as recordId'])
      .where('job_id', '=', progress.id)
      .orderBy('place', 'desc')
      .limit(1)
      .executeTakeFirst()
    // Another process that does the same job has chosen meanwhile.
    if (last && last.place > progress.done) return true
    const { choosing, typeId } = await choosingIn(trx)
    const { numAffectedRows = 0n } = await sql`insert into local.bulk_target (job_id, place, type_id, record_id)
      select ${progress.id}, ${progress.done}::bigint + row_number() over (order by rank), ${typeId}, id
      from (${choosing.after(last?.recordId ?? null, chosenAtOnce)}) as chosen`.execute(trx)
    return numAffectedRows > 0n
  })
}
