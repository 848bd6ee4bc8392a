import type { FastifyRequest } from 'fastify'
import type { Database } from '../../database/connect.ts'
import type { Transaction } from '../../database/transaction.ts'
import type { EntityType } from '../../entities/catalogue.ts'
import { findType } from '../../entities/find-type.ts'
import type { JobQueue } from '../../jobs/queue.ts'
import type { Access, AccessMaker } from '../../rights/access.ts'
import { lockPipelines } from './write.ts'

/** The dependencies of the routes that change pipelines. */
export interface PipelineRoutes {
  db: Database
  access: AccessMaker
  queue: JobQueue
}

/** Returns the type whose pipelines an administrator changes. Throws `settings_required`, `crm_unavailable`, `type_not_found`. */
export function changeableType({ access }: FastifyRequest, code: string): EntityType {
  access.requireCrm()
  access.requireSettings()
  return findType(access.catalogue, code)
}

/**
 * Locks the pipelines of a type, and returns the access with the pipelines as they are saved now. Requests before this
 * one are committed, so the checks that follow hold until the end of the transaction.
 */
export async function lockedAccess(
  trx: Transaction,
  maker: AccessMaker,
  access: Access,
  type: EntityType,
): Promise<Access> {
  await lockPipelines(trx, type.id)
  return await maker.within(trx, access)
}
