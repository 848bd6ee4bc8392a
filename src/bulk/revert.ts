import { type RawBuilder, sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import { isOver } from '../database/job-status.ts'
import { inTransaction, type Transaction } from '../database/transaction.ts'
import { Problem } from '../errors/problem.ts'
import { setTotal } from '../jobs/job.ts'
import { queueJob } from '../jobs/job-task.ts'
import type { JobQueue } from '../jobs/queue.ts'
import { writingOf } from '../records/batch/operations.ts'
import { type RecordQuery, recordsFor, recordsInBin } from '../records/query/record-query.ts'
import type { Access } from '../rights/access.ts'
import type { Grant } from '../rights/grant.ts'
import { noCounters } from './do-chunk.ts'
import { type Preview, type PreviewCounts, withExpectedResults } from './preview.ts'
import { grantOf, revertTargets, revertTask } from './undo.ts'

/** A job that can be reverted. */
interface Undoable {
  jobId: number
  /** The type of the records that it changed or created. */
  typeId: number
  typeCode: string
  /** How its targets are found. */
  targets: keyof typeof targetsOf
}

/**
 * Returns a job that can be reverted, or reverted further. Throws job_state, job_already_running, already_reverted,
 * not_revertible, type_deleted.
 */
async function findUndoable(trx: Transaction, jobId: number): Promise<Undoable> {
  // The lock makes concurrent reverts of the same job wait for each other.
  const found = await trx
    .selectFrom('local.job as job')
    .leftJoin('local.bulk as bulk', 'bulk.job_id', 'job.id')
    .leftJoin('local.import as import', 'import.job_id', 'job.id')
    .leftJoin('local.duplicate_merge as merging', 'merging.job_id', 'job.id')
    .leftJoin('record_type', (join) =>
      join.on(
        ({ fn, ref }) =>
          sql`${ref('record_type.id')} = ${fn.coalesce('bulk.type_id', 'import.type_id', 'merging.type_id')}`,
      ),
    )
    .select(['job.type', 'job.status', 'record_type.id as typeId', 'code as typeCode'])
    .where('job.id', '=', jobId)
    .forUpdate('job')
    .executeTakeFirstOrThrow()
  const { type, status, typeId, typeCode } = found
  if (!isRevertible(type)) throw new Problem('not_revertible', { id: jobId })
  if (typeId === null || typeCode === null) throw new Problem('type_deleted', { id: jobId })
  if (!isOver(status)) throw new Problem('job_state', { status })
  const earlier = await trx
    .selectFrom('local.bulk as bulk')
    .innerJoin('local.job as job', 'job.id', 'bulk.job_id')
    .select(['job.id', 'job.status'])
    .where('reverts_job_id', '=', jobId)
    .execute()
  for (const { id, status } of earlier) {
    if (!isOver(status)) throw new Problem('job_already_running', { id })
    if (status === 'completed') throw new Problem('already_reverted', { id })
  }
  return { jobId, typeId, typeCode, targets: type }
}

/** Returns `from … where …` of the targets (`target`) of a job that still have something to revert. */
function undoable({ jobId, typeId, targets }: Undoable): RawBuilder<unknown> {
  return targetsOf[targets](jobId, typeId)
}

/** The targets of the jobs that can be reverted, by the type of the job. */
const targetsOf = { bulk: changedBy, import: importedBy, 'duplicate-merge': mergedBy }

function isRevertible(type: string): type is keyof typeof targetsOf {
  return Object.hasOwn(targetsOf, type)
}

/** Returns the records into which an automatic merge merged others, unless that is undone. */
function mergedBy(jobId: number): RawBuilder<unknown> {
  return sql`from (select type_id, survivor_id as record_id, id as place from record_merge
    where job_id = ${jobId} and undone_at is null) as target`
}

/**
 * Returns the records that an import created or changed, and last those of other types that it created for their links.
 * Purged records are missing, because a purge deletes the history of a record.
 */
function importedBy(jobId: number, typeId: number): RawBuilder<unknown> {
  return sql`from (select type_id, record_id, (type_id = ${typeId}, min(id)) as place from history
    where job_id = ${jobId} and (kind = 'created' or (kind = 'changed' and type_id = ${typeId}))
    group by type_id, record_id) as target where ${notReverted(jobId)}`
}

/** Returns the targets that a bulk action changed, and those purged since, by their history. */
function changedBy(jobId: number): RawBuilder<unknown> {
  return sql`from local.bulk_target as target join local.job as doer on doer.id = target.job_id
    where doer.id = ${jobId} and target.place <= doer.done
    and exists (select from history as h where h.type_id = target.type_id and h.record_id = target.record_id
      and (h.job_id = ${jobId} or h.kind = 'purged'))
    and not exists (select from local.job_fault as f where f.job_id = ${jobId} and f.type_id = target.type_id
      and f.record_id = target.record_id and f.severity = 'error')
    and ${notReverted(jobId)}`
}

/** Returns the condition that no earlier revert restored a target without a fault. */
function notReverted(jobId: number): RawBuilder<unknown> {
  return sql`not exists (select from local.bulk as earlier join local.job on job.id = earlier.job_id
    join local.bulk_target as done on done.job_id = job.id and done.place <= job.done
    where earlier.reverts_job_id = ${jobId} and done.type_id = target.type_id and done.record_id = target.record_id
      and not exists (select from local.job_fault as f where f.job_id = job.id and f.type_id = done.type_id
        and f.record_id = done.record_id))`
}

/** Returns the preview of a revert. Throws the same problems as `startRevert`. */
export async function previewRevert(db: Database, access: Access, jobId: number): Promise<Preview> {
  const found = await inTransaction(db, (trx) => findUndoable(trx, jobId))
  const writing = { ...writingOf(access, found.typeCode), via: 'revert' as const, undoes: jobId }
  const { rows: types } = await sql<{ id: number }>`select distinct target.type_id as id ${undoable(found)}`.execute(db)
  const allowed = types.map(({ id }) => sql`when ${id} then ${isAllowed(grantOf(writing, id), writing.context.now)}`)
  const { rows } = await sql<PreviewCounts>`
    select count(kind) as matched, count(*) filter (where kind is null) as missing,
      count(*) filter (where kind is not null and not ${allowed.length ? sql`case type_id ${sql.join(allowed, sql` `)} end` : sql`true`}) as denied
    from (select target.type_id, target.record_id, (select h.kind from history as h where h.type_id = target.type_id
      and h.record_id = target.record_id and h.job_id = ${jobId} order by h.id limit 1) as kind
      ${undoable(found)}) as met`.execute(db)
  const targets = sql`select target.record_id as id, target.type_id as "typeId" ${undoable(found)} order by target.place desc`
  return await withExpectedResults(db, writing, rows[0]!, { targets, work: revertTargets })
}

/** Returns the condition that the caller may revert the change of a target: its `kind` of record `record_id`. */
function isAllowed(grant: Grant, now: Date): RawBuilder<unknown> {
  const binned = recordsInBin(grant, now)
  const isAmong = (records: RecordQuery) => records.and(sql`record.id = record_id`).exists()
  return sql`(case kind when 'created' then ${isAmong(recordsFor(grant, 'delete'))} or ${isAmong(binned)}
    when 'deleted' then ${isAmong(binned)} or ${isAmong(recordsFor(grant, 'read'))}
    else ${isAmong(recordsFor(grant, 'update'))} end)`
}

/**
 * Creates the job that reverts another job record by record, in reverse order, and returns its id. Throws job_state for
 * a job that still runs, job_already_running while another revert runs, already_reverted, not_revertible, type_deleted.
 */
export async function startRevert(
  trx: Transaction,
  queue: JobQueue,
  { jobId, access }: { jobId: number; access: Access },
): Promise<number> {
  const found = await findUndoable(trx, jobId)
  // A type that is closed to the caller is refused now, not in the job.
  access.grant(found.typeCode)
  const id = await queueJob(trx, queue, revertTask, { creator: access.caller, result: noCounters })
  await trx
    .insertInto('local.bulk')
    .values({ job_id: id, type_id: found.typeId, action: null, reverts_job_id: jobId })
    .execute()
  const { numAffectedRows = 0n } = await sql`
    insert into local.bulk_target (job_id, place, type_id, record_id)
    select ${id}, row_number() over (order by target.place desc), target.type_id, target.record_id
    ${undoable(found)}`.execute(trx)
  await setTotal(trx, id, Number(numAffectedRows))
  return id
}
