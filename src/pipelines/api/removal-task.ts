import { sql } from 'kysely'
import { retryOnModelChange } from '../../database/changed-model.ts'
import type { Database } from '../../database/connect.ts'
import { inTransaction, type Transaction } from '../../database/transaction.ts'
import { countOnce, type JobCreator } from '../../jobs/job.ts'
import { JobFailed, jobTask, queueJob } from '../../jobs/job-task.ts'
import type { JobQueue } from '../../jobs/queue.ts'
import { runInChunks } from '../../jobs/run-in-chunks.ts'
import { moveToStages } from '../../records/write/stage-moves.ts'
import type { Access } from '../../rights/access.ts'
import type { AccessContext } from '../../rights/access-context.ts'
import { pipelinesOf } from './find.ts'
import { correspondingStage, type Removable, type Removal, recordsIn, removeIfEmpty } from './removal.ts'
import { lockPipelines } from './write.ts'

const recordsAtOnce = 500

/**
 * Moves the records out of a stage or pipeline and then removes it. Records that enter it meanwhile move too. The rules
 * of the new stage do not apply, since nobody chose to move these records.
 */
export const removalTask = jobTask('remove-stage', async ({ db, access: maker }: AccessContext, job, signal) => {
  const removal = await readRemoval(db, job.id)
  const read = async () => {
    const access = await maker.ofJob(db, job)
    if (!access.configures) throw new JobFailed('admin_required')
    return access
  }
  await countOnce(db, job, async () => await countRecords(db, await read(), removal))
  const chunked = { db, job: { ...job, result: { moved: 0, ...job.result } }, signal, read }
  return await runInChunks(chunked, pagesOf(db, read, removal), async (trx, ids, access) => {
    const moved = await moveOut(trx, access, removal, { ids, jobId: job.id })
    return { items: moved, counters: { moved } }
  })
})

/** Creates the job that removes a stage or pipeline, and returns its id. */
export async function startRemoval(
  trx: Transaction,
  queue: JobQueue,
  removal: Removal & { typeId: number; creator: JobCreator },
): Promise<number> {
  const { typeId, creator, pipelineId, stageId, toPipelineId, toStageId } = removal
  const jobId = await queueJob(trx, queue, removalTask, { creator, result: { moved: 0 } })
  await trx
    .insertInto('local.stage_removal')
    .values({
      job_id: jobId,
      type_id: typeId,
      pipeline_id: pipelineId,
      stage_id: stageId,
      to_pipeline_id: toPipelineId,
      to_stage_id: toStageId,
    })
    .execute()
  return jobId
}

async function readRemoval(db: Database, jobId: number): Promise<Removal> {
  return await db
    .selectFrom('local.stage_removal as removal')
    .innerJoin('record_type', 'record_type.id', 'removal.type_id')
    .select(['record_type.code as typeCode', 'pipeline_id as pipelineId', 'stage_id as stageId'])
    .select(['to_pipeline_id as toPipelineId', 'to_stage_id as toStageId'])
    .where('job_id', '=', jobId)
    .executeTakeFirstOrThrow()
}

/** Counts the records of a stage or pipeline. */
export async function countRecords(db: Database, access: Access, removal: Removable): Promise<number> {
  const records = recordsIn(access.grant(removal.typeCode), removal)
  const { rows } = await records.select<{ n: number }>(sql`count(*) as n`).execute(db)
  return rows[0]!.n
}

/** Yields the ids of records to move, page by page, until the stage or pipeline is empty and removed. */
async function* pagesOf(db: Database, read: () => Promise<Access>, removal: Removal): AsyncGenerator<number[]> {
  for (;;) {
    const ids = await retryOnModelChange(read, async (access) => {
      const page = recordsIn(access.grant(removal.typeCode), removal)
      const { rows } = await page
        .select<{ id: number }>(sql`record.id`, { orderBy: sql`record.created_at, record.id`, limit: recordsAtOnce })
        .execute(db)
      return rows.map(({ id }) => id)
    })
    if (ids.length) yield ids
    else if (await retryOnModelChange(read, (access) => inTransaction(db, (trx) => remove(trx, access, removal))))
      return
  }
}

async function remove(trx: Transaction, access: Access, removal: Removal): Promise<boolean> {
  await lockPipelines(trx, access.grant(removal.typeCode).type.id)
  return await removeIfEmpty(trx, access, removal)
}

async function moveOut(
  trx: Transaction,
  access: Access,
  removal: Removal,
  { ids, jobId }: { ids: readonly number[]; jobId: number },
): Promise<number> {
  const grant = access.grant(removal.typeCode)
  const target = pipelinesOf(access, removal.typeCode).find(({ id }) => id === removal.toPipelineId)
  if (!target) throw new JobFailed('pipeline_not_found', { id: removal.toPipelineId })
  const { toStageId } = removal
  if (toStageId !== null && !target.stages.some(({ id }) => id === toStageId)) {
    throw new JobFailed('stage_not_found', { id: toStageId })
  }
  const writing = { grant, context: access.context(), via: 'bulk' as const, jobId, isSilent: true }
  return await moveToStages(trx, writing, ids, ({ pipelineId, stageId, semantic }) => {
    const isHere = pipelineId === removal.pipelineId && (removal.stageId === null || stageId === removal.stageId)
    if (!isHere) return
    return { pipelineId: target.id, stageId: toStageId ?? correspondingStage(target, { id: stageId, semantic }).id }
  })
}
