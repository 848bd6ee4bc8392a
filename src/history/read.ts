import type { FieldsByPath } from '../fields/field.ts'
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

/** An entry cut to the fields that its reader may see; fields that are no more are left out. */
export function shownEntry({ changes, ...entry }: HistoryRow, readable: FieldsByPath) {
  const fields = [...readable.values()].filter(({ key }) => changes && key in changes)
  return {
    ...entry,
    changes: fields.map(({ key, path }) => ({
      field: path,
      old: changes?.[key]?.[0] ?? null,
      new: changes?.[key]?.[1] ?? null,
    })),
  }
}
