import type { Transaction } from '../database/transaction.ts'
import type { FieldUses, UsedField } from '../fields/field-use.ts'
import { scrubTask } from '../history/scrub.ts'
import type { JobQueue } from '../jobs/queue.ts'
import { deleteUserField } from './write-user-field.ts'

/** What the removal of a field needs besides the transaction. */
export interface FieldRemoval {
  queue: JobQueue
  /** The places that can use a user field. */
  uses: readonly FieldUses[]
}

/** Removes a field from the places that use it, deletes it with its values, and starts the job that scrubs its history. */
export async function removeField(trx: Transaction, field: UsedField, { queue, uses }: FieldRemoval): Promise<void> {
  for (const one of uses) await one.forget?.(trx, field)
  await deleteUserField(trx, field)
  await queue.enqueue(trx, scrubTask, { typeId: field.typeId, key: field.key })
}
