import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { EntityType } from '../../entities/catalogue.ts'
import { problems } from '../../errors/documents.ts'
import type { Problem } from '../../errors/problem.ts'
import { answerOnce, isDryRun } from '../../idempotency/once.ts'
import { jobAccepted } from '../../jobs/api/requests.ts'
import { JobDocument } from '../../jobs/schemas.ts'
import type { Access } from '../../rights/access.ts'
import { ref } from '../../schema/build.ts'
import { type Removable, type Removal, removeIfEmpty } from './removal.ts'
import { countRecords, removalTask, startRemoval } from './removal-task.ts'
import { lockedAccess, type PipelineRoutes } from './route-context.ts'
import { StageRemoval } from './schemas.ts'

/** The responses of a request that removes a stage or a pipeline. */
export const removalAnswers = {
  200: ref(StageRemoval),
  202: ref(JobDocument),
  204: Type.Null({ description: 'It had no records and is deleted.' }),
  ...problems(400, 401, 403, 404, 409, 503),
}

/** What a request removes. */
export interface RemovalRequest {
  type: EntityType
  removable: Removable
  /** Returns where the records move, or undefined if the request does not say. Throws if the removal is not allowed. */
  targetIn(access: Access): Pick<Removal, 'toPipelineId' | 'toStageId'> | undefined
  /** The problem of records without a target. */
  inUse: Problem
}

/**
 * Removes an empty stage or pipeline at once. Otherwise starts the job that moves its records first. A dry run with a
 * target counts the records.
 */
export async function answerRemoval(
  request: FastifyRequest,
  reply: FastifyReply,
  { db, access: maker, queue }: PipelineRoutes,
  { type, removable, targetIn, inUse }: RemovalRequest,
): Promise<{ records: number }> {
  if (isDryRun(request) && targetIn(request.access)) {
    return { records: await countRecords(db, request.access, removable) }
  }
  await queue.prepare(removalTask)
  return await answerOnce(request, reply, db, async (trx) => {
    const access = await lockedAccess(trx, maker, request.access, type)
    const target = targetIn(access)
    if (await removeIfEmpty(trx, access, removable)) return { status: 204 }
    if (!target) throw inUse
    const removal = { ...removable, ...target, typeId: type.id, creator: access.caller }
    return await jobAccepted(trx, await startRemoval(trx, queue, removal), request)
  })
}
