import { sql } from 'kysely'
import type { Static } from 'typebox'
import type { Transaction } from '../database/transaction.ts'
import { lockDictionary } from '../dictionaries/write-dictionary.ts'
import { lockTypes } from '../entities/lock-types.ts'
import { faultDocument, invalid } from '../errors/problem.ts'
import type { Access, AccessMaker } from '../rights/access.ts'
import { indexTask } from '../user-fields/make-indexes.ts'
import type { FieldRemoval } from '../user-fields/remove-field.ts'
import { lockUserFields } from '../user-fields/write-user-field.ts'
import { planModel } from './plan-model.ts'
import type { Present } from './plan-types.ts'
import type { ModelEffect, ModelInput } from './schemas.ts'

/** What a model is applied with. */
export interface ModelApplying {
  maker: AccessMaker
  access: Access
  removal: FieldRemoval
}

/**
 * Applies a model, all of it or nothing. Throws `validation_failed` if a part is refused. A dry run returns the effect and
 * the refused parts, and changes nothing.
 */
export async function applyModel(
  trx: Transaction,
  { maker, access, removal }: ModelApplying,
  { model, dryRun }: { model: ModelInput; dryRun: boolean },
): Promise<Static<typeof ModelEffect>> {
  await lockModel(trx, model)
  const present: Present = {
    access: await maker.within(trx, access),
    async renew(trx) {
      present.access = await maker.within(trx, access)
    },
  }
  const plan = await planModel(trx, { present, removal }, model)
  const { faults, steps, indexed, created, deleted, missing, unchanged } = plan
  if (!dryRun) {
    if (faults.length) throw invalid(faults)
    for (const step of steps) await step(trx)
    for (const { id } of indexed) await removal.queue.enqueue(trx, indexTask, { typeId: id })
  }
  const refused = faults.map((fault) => faultDocument(fault, access.language))
  return { created, changed: plan.changed, deleted, missing, unchanged, refused }
}

/** Makes other changes of the same dictionaries and of user fields wait until the end of the transaction. */
async function lockModel(trx: Transaction, { dictionaries = [] }: ModelInput): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('model'))`.execute(trx)
  await lockTypes(trx)
  for (const code of dictionaries.map(({ code }) => code).toSorted()) await lockDictionary(trx, code)
  await lockUserFields(trx)
}
