import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { Transaction } from '../../database/transaction.ts'
import type { Answer } from '../../idempotency/once.ts'
import { type Owner, readJob } from '../find.ts'

/** The path parameters of a route of one job. */
export const JobParams = Type.Object({
  id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description: 'Id of the job.', examples: [1] }),
})

/**
 * Returns whose jobs the caller sees: users see their own jobs, administrators all jobs. Throws `crm_unavailable`, because
 * every job is about records.
 */
export function ownerOf({ access }: FastifyRequest): Owner {
  const { caller, configures } = access
  access.requireCrm()
  return configures ? 'anybody' : caller.userId
}

/** Returns the response of a request that created a job. */
export async function jobAccepted(
  trx: Transaction,
  jobId: number,
  { access, language }: FastifyRequest,
): Promise<Answer> {
  const job = await readJob(trx, jobId, access.caller.userId, language)
  return { status: 202, headers: { location: job.links.self ?? '' }, body: job }
}
