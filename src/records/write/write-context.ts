import type { Transaction } from '../../database/transaction.ts'
import type { Change } from '../../entities/change.ts'
import { type Fault, invalid, type Params, Problem } from '../../errors/problem.ts'
import type { Field } from '../../fields/field.ts'
import type { Context } from '../../fields/value.ts'
import type { Via } from '../../history/write.ts'
import type { Grant } from '../../rights/grant.ts'
import type { SavedRecord } from '../list/read-record.ts'

/** A write context: the grant on a record type, the caller's context, and how the write is made. */
export interface WriteContext {
  grant: Grant
  context: Context
  via: Via
  /** The job that makes the write, if any. */
  jobId?: number
  /** The right that new records need. Default: `add`. */
  addRight?: 'add' | 'import'
  /** The job to revert. Restored references may point at records in the recycle bin. */
  undoes?: number
  /** Records that the caller may refer to without the right to read them, by type: made or shown by the same request. */
  known?: ReadonlyMap<string, ReadonlySet<number>>
  /** What happens to a new record that has a certain duplicate. Default: it is created. */
  onDuplicate?: OnDuplicate | undefined
  /** Skips reading the saved records. The outcomes have no body. */
  isSilent?: boolean
  /** Continues the creation of records. The records must not be read back before it. */
  onCreated?: OnCreated
  /** Nothing is done in the transaction after this write, so it is committed with it. Only for a single record. */
  isLast?: boolean
}

/** What happens to a new record that has a certain duplicate: it is refused, or the duplicate is changed instead. */
export type OnDuplicate = 'reject' | 'update'

/** Continues the creation of records in the same transaction, and returns their new outcomes by id. */
export type OnCreated = (
  trx: Transaction,
  writing: WriteContext,
  created: readonly Change[],
) => Promise<ReadonlyMap<number, Outcome>>

/** Returns how the creation of records of a type continues, if it does. */
export type OnCreatedOf = (grant: Grant) => OnCreated | undefined

/**
 * The outcome of one item of a list: the saved record, or a problem. With `isWritten` the item was written before it
 * was rejected, so its transaction must be rolled back.
 */
export type Outcome = SavedRecord | { problem: Problem; isWritten?: boolean }

/** Transaction options that retry when another transaction takes the same external key first. */
export const retryOnTakenKey = { retryOnUnique: ['external_id_active_key'] }

/** Returns the problem of a rejected change: a conflict if every fault is a taken external key, else invalid input. */
export function rejection(faults: readonly Fault[]): Problem {
  const [taken] = faults
  const isClash = taken && faults.every(({ code }) => code === 'duplicate_external_id')
  if (isClash) return keyTaken(taken.params ?? {}, taken.params?.id)
  return invalid(faults)
}

/** Returns the problem of a taken external key, with the id of the record that has it if the caller may read it. */
export function keyTaken({ source = '', key = '' }: Params, holder?: Params[string] | null): Problem {
  return new Problem('external_id_taken', { source, key }, { extra: typeof holder === 'number' ? { id: holder } : {} })
}

/** A list of a change before and after it. */
export interface ListChange<T> {
  change: Change
  field: Field
  before: T[]
  after: T[]
}

/** Returns the lists in the matching fields of changes of one record type, without those that stay as they are. */
export function listsOf<T>(changes: readonly Change[], isOf: (field: Field) => boolean): ListChange<T>[] {
  const fields = changes[0]?.type.fields.filter(isOf) ?? []
  const lists: ListChange<T>[] = []
  for (const change of changes) {
    for (const field of fields) {
      const before = (change.before?.get(field.key) ?? []) as T[]
      const after = (change.after.get(field.key) ?? []) as T[]
      if (before !== after && before.length + after.length > 0) lists.push({ change, field, before, after })
    }
  }
  return lists
}
