import type { Field, FieldsByPath } from '../fields/field.ts'
import type { Value } from '../fields/value.ts'

/** A row of the history table. */
export interface HistoryRow {
  id: number
  at: string
  actorId: number | null
  via: string
  version: number
  kind: string
  changes: Record<string, [Value, Value]> | null
}

/** A changed field with its old and new value. */
export interface FieldChange {
  field: Field
  old: Value
  new: Value
}

/** Returns the changes of the fields that the caller sees. Deleted fields are left out. */
export function changesOf({ kind, changes }: HistoryRow, readable: FieldsByPath): FieldChange[] {
  // What is kept of a purged record only decides who is told.
  if (kind === 'purged') return []
  return [...readable.values()].flatMap((field) => {
    const change = changes?.[field.key]
    return change ? [{ field, old: change[0], new: change[1] }] : []
  })
}
