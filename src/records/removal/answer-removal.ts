import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { Database } from '../../database/connect.ts'
import type { Transaction } from '../../database/transaction.ts'
import { problems } from '../../errors/documents.ts'
import type { Problem } from '../../errors/problem.ts'
import { type Answer, answerOnce, isDryRun } from '../../idempotency/once.ts'
import { jobAccepted } from '../../jobs/api/requests.ts'
import type { JobQueue } from '../../jobs/queue.ts'
import { JobDocument } from '../../jobs/schemas.ts'
import type { Access, AccessMaker } from '../../rights/access.ts'
import { ref } from '../../schema/build.ts'
import { countUses, removeIfUnused, type UseCounts } from './removal.ts'
import { type RemovalTask, startRemoval } from './removal-task.ts'
import { RemovalEffect } from './schemas.ts'

/** The responses of a request that removes a part of the model. */
export const removalAnswers = {
  200: ref(RemovalEffect),
  202: ref(JobDocument),
  204: Type.Null({ description: 'No record used it. It is deleted.' }),
  ...problems(400, 401, 403, 404, 409, 503),
}

/** What a request removes. */
export interface RemovalRequest<Part extends object, Target> {
  task: RemovalTask<Part, Target>
  part: Part
  /** Returns what records get instead, or null if the request does not say. Throws if the removal is not allowed. */
  targetIn(access: Access): Target | null
  /** Returns the problem of records that use it and get nothing instead. */
  inUse(counts: UseCounts): Problem
}

/**
 * Removes a part of the model at once if no record uses it. Otherwise starts the job that first gives its records another
 * value. A dry run counts the records.
 */
export async function answerRemoval<Part extends object, Target>(
  request: FastifyRequest,
  reply: FastifyReply,
  { db, access: maker, queue }: { db: Database; access: AccessMaker; queue: JobQueue },
  { task, part, targetIn, inUse }: RemovalRequest<Part, Target>,
): Promise<UseCounts> {
  const planIn = (access: Access, target: Target | null) => task.kind.planOf(access, part, target)
  if (isDryRun(request)) {
    const target = targetIn(request.access)
    if (target !== null) return await countUses(db, planIn(request.access, target)?.uses ?? [])
  }
  await queue.prepare(task)
  return await answerOnce(request, reply, db, async (trx) => {
    await task.kind.lock(trx, request.access, part)
    const access = await maker.within(trx, request.access)
    const target = targetIn(access)
    const plan = planIn(access, target)
    if (!plan || (await removeIfUnused(trx, plan))) return isDryRun(request) ? await unused(trx) : { status: 204 }
    if (target === null) throw inUse(await countUses(trx, plan.uses))
    return await jobAccepted(
      trx,
      await startRemoval(trx, queue, { task, part, target, creator: access.caller }),
      request,
    )
  })
}

async function unused(trx: Transaction): Promise<Answer> {
  return { status: 200, body: await countUses(trx, []) }
}
