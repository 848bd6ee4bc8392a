import type { Change } from '../../entities/change.ts'
import { type Fault, invalid, type Params, Problem } from '../../errors/problem.ts'
import type { Field } from '../../fields/field.ts'
import type { Context } from '../../fields/value.ts'
import type { Via } from '../../history/write.ts'
import type { Grant } from '../../rights/grant.ts'
import type { Saved } from '../list/read-record.ts'

/** Who writes records of which type, and through what. */
export interface Writing {
  grant: Grant
  context: Context
  via: Via
  /** The job that writes, if it is one. */
  jobId?: number
  /** The job that is undone: values return to where they were, those that lead to the recycle bin included. */
  undoes?: number
  /** Nobody reads the records as saved: outcomes have no body. */
  isSilent?: boolean
}

/**
 * What became of one item of a list: the record as saved, or why it was not. One that is refused for what it became is
 * written all the same, so that its transaction has to be taken back.
 */
export type Outcome = Saved | { problem: Problem; isWritten?: boolean }

/** A loser of a race for an external key finds the winner's when it looks again. */
export const races = { retryOnUnique: ['external_id_active_key'] }

/** The refusal of a change: a taken key is a clash, all else is a matter of meaning. */
export function refusal(faults: readonly Fault[]): Problem {
  const [taken] = faults
  const isClash = taken && faults.every(({ code }) => code === 'duplicate_external_id')
  if (isClash) return keyTaken(taken.params ?? {}, taken.params?.id)
  return invalid(faults)
}

/** The refusal of a key that another record has, with the id of that one if it may be seen. */
export function keyTaken({ source = '', key = '' }: Params, holder?: string | number | null): Problem {
  return new Problem('external_id_taken', { source, key }, { extra: typeof holder === 'number' ? { id: holder } : {} })
}

/** Fields of the changes that are of a kind kept in rows, with their lists before and after. */
export function listsOf<T>(changes: readonly Change[], isOf: (field: Field) => boolean) {
  return changes.flatMap((change) =>
    change.type.fields.filter(isOf).map((field) => ({
      change,
      field,
      before: (change.before?.get(field.key) ?? []) as T[],
      after: (change.after.get(field.key) ?? []) as T[],
    })),
  )
}
