import type { Field, FieldsByPath } from '../fields/field.ts'
import type { Value } from '../fields/value.ts'

/** An entry as it stands in the table. */
export interface HistoryRow {
  id: number
  at: string
  actorId: number | null
  via: string
  version: number
  kind: string
  changes: Record<string, [Value, Value]> | null
}

/** A field that changed, with its values before and since. */
export interface FieldChange {
  field: Field
  old: Value
  new: Value
}

/** What changed among the fields that a reader sees; those that are no more are left out. */
export function changesOf({ changes }: HistoryRow, readable: FieldsByPath): FieldChange[] {
  return [...readable.values()].flatMap((field) => {
    const change = changes?.[field.key]
    return change ? [{ field, old: change[0], new: change[1] }] : []
  })
}
