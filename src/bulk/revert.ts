import { sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import type { Transaction } from '../database/transaction.ts'
import { Problem } from '../http/problem.ts'
import { createJob, type Job, JobFailed, jobTask } from '../jobs/job.ts'
import type { JobQueue } from '../jobs/queue.ts'
import { type Done, putBack } from '../records/put-back.ts'
import { binnedFor, recordsFor } from '../records/source.ts'
import type { Writing } from '../records/writing.ts'
import { restoreRecords } from '../recycle-bin/restore.ts'
import type { Access } from '../rights/access.ts'
import { doInChunks, type Target, type TargetOutcome } from './chunks.ts'
import type { Preview } from './start.ts'
import type { BulkContext } from './task.ts'

/** Undoes what a bulk action did, where nothing changed since. */
export const revertTask = jobTask('revert', runRevert)

const over = ['completed', 'completedWithErrors', 'cancelled', 'failed']

/**
 * The type of the records that a job changed, if it can be undone. Throws job_state, already_reverted, not_revertible.
 */
async function findUndoable(trx: Transaction, jobId: number): Promise<{ typeId: number; typeCode: string }> {
  // Two who undo the same wait for each other here.
  const found = await trx
    .selectFrom('job')
    .leftJoin('bulk', 'bulk.job_id', 'job.id')
    .leftJoin('record_type', 'record_type.id', 'bulk.type_id')
    .select(['job.status', 'bulk.type_id as typeId', 'code as typeCode', 'bulk.reverts_job_id as revertsJobId'])
    .where('job.id', '=', jobId)
    .forUpdate('job')
    .executeTakeFirstOrThrow()
  const { status, typeId, typeCode, revertsJobId } = found
  if (typeId === null || typeCode === null || revertsJobId !== null) throw new Problem('not_revertible', { id: jobId })
  if (!over.includes(status)) throw new Problem('job_state', { status })
  const earlier = await trx.selectFrom('bulk').select('job_id').where('reverts_job_id', '=', jobId).executeTakeFirst()
  if (earlier) throw new Problem('already_reverted', { id: earlier.job_id })
  return { typeId, typeCode }
}

/** What undoing a job would meet: how many records, and on how many of them the caller may not do it. */
export async function previewRevert(trx: Transaction, access: Access, jobId: number): Promise<Preview> {
  const { typeId, typeCode } = await findUndoable(trx, jobId)
  const grant = access.grant(typeCode)
  const { now } = access.context()
  const { rows } = await sql<Preview>`
    select count(*) as matched, count(*) filter (where not case h.kind
      when 'deleted' then exists (select ${binnedFor(grant, now)} and record.id = h.record_id)
      else exists (select ${recordsFor(grant, 'update')} and record.id = h.record_id) end) as denied
    from history h where h.job_id = ${jobId} and h.type_id = ${typeId}`.execute(trx)
  return rows[0]!
}

/**
 * Notes the job that will undo another one, record by record in the reverse order; answers its id. Throws job_state for
 * one that still runs, was undone already, or is none to be undone.
 */
export async function startRevert(
  trx: Transaction,
  queue: JobQueue,
  { jobId, userId }: { jobId: number; userId: number },
): Promise<number> {
  const { typeId } = await findUndoable(trx, jobId)
  const id = await createJob(trx, { type: revertTask.name, userId })
  await trx.insertInto('bulk').values({ job_id: id, type_id: typeId, action: null, reverts_job_id: jobId }).execute()
  const { numAffectedRows = 0n } = await sql`
    insert into bulk_target (job_id, place, type_id, record_id)
    select ${id}, row_number() over (order by h.id desc), h.type_id, h.record_id
    from history h where h.job_id = ${jobId} and h.type_id = ${typeId}`.execute(trx)
  await trx
    .updateTable('job')
    .set({ total: Number(numAffectedRows) })
    .where('id', '=', id)
    .execute()
  await queue.enqueue(trx, revertTask, { jobId: id })
  return id
}

async function runRevert({ db, access }: BulkContext, job: Job, signal: AbortSignal): Promise<void> {
  const { typeCode, revertsJobId } = await readRevert(db, job.id)
  if (revertsJobId === null) throw new JobFailed('internal_error')
  await doInChunks({ db, access, job, typeCode, via: 'revert', signal }, async (trx, writing, targets) => {
    const done = await doneTo(trx, revertsJobId, writing, targets)
    const deleted = done.filter(({ kind }) => kind === 'deleted').map(({ id }) => id)
    const changed = done.filter(({ kind }) => kind !== 'deleted')
    const restored = deleted.length ? await restoreRecords(trx, writing, deleted) : []
    const back = changed.length ? await putBack(trx, writing, changed) : []
    const outcomes = new Map<number, TargetOutcome>([
      ...deleted.map((id, index) => [id, restored[index]!] as const),
      ...changed.map(({ id }, index) => [id, back[index]!] as const),
    ])
    return targets.map(({ recordId }) => outcomes.get(recordId)!)
  })
}

/** What a job did to a record. */
type DoneByJob = Done & { kind: 'changed' | 'deleted' }

/** What the job did to the records, by its history. */
async function doneTo(
  trx: Transaction,
  jobId: number,
  { grant }: Writing,
  targets: readonly Target[],
): Promise<DoneByJob[]> {
  const { rows } = await sql<DoneByJob>`
    select record_id as id, kind, coalesce(changes, '{}') as changes from history
    where job_id = ${jobId} and type_id = ${grant.type.id} and record_id = any(${targets.map(({ recordId }) => recordId)})`.execute(
    trx,
  )
  const byId = new Map(rows.map((row) => [row.id, row]))
  return targets.map(({ recordId }) => byId.get(recordId) ?? { id: recordId, kind: 'changed', changes: {} })
}

async function readRevert(db: Database, jobId: number) {
  return await db
    .selectFrom('bulk')
    .innerJoin('record_type', 'record_type.id', 'bulk.type_id')
    .select(['record_type.code as typeCode', 'bulk.reverts_job_id as revertsJobId'])
    .where('job_id', '=', jobId)
    .executeTakeFirstOrThrow()
}
