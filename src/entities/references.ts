import { isReference } from '../fields/kinds/kinds.ts'
import type { SystemType } from './types.ts'

/** A column that holds ids of records: of the type in `typeColumn` of its row, or always of one type. */
export type RecordReference = { table: string; column: string } & (
  | {
      typeColumn: string
      /** What a job did to which ids is told after the records are purged, too: it is nothing about them. */
      outlives?: true
    }
  | { type: string }
)

const shared: readonly RecordReference[] = [
  { table: 'local.bulk_target', column: 'record_id', typeColumn: 'type_id', outlives: true },
  { table: 'communication', column: 'record_id', typeColumn: 'type_id' },
  { table: 'external_id', column: 'record_id', typeColumn: 'type_id' },
  { table: 'history', column: 'record_id', typeColumn: 'type_id' },
  { table: 'local.job_fault', column: 'record_id', typeColumn: 'type_id', outlives: true },
  { table: 'link', column: 'from_id', typeColumn: 'from_type' },
  { table: 'link', column: 'to_id', typeColumn: 'to_type' },
  { table: 'record_file', column: 'record_id', typeColumn: 'type_id' },
  { table: 'stage_history', column: 'record_id', typeColumn: 'type_id' },
]

/**
 * Every column that points at records: what has to follow when a record is purged, merged or erased. A test compares it
 * with the schema.
 */
export function recordReferences(types: readonly SystemType[]): RecordReference[] {
  const ofTypes = types.flatMap(({ code, fields }) => [
    { table: code, column: 'merged_into', type: code },
    ...fields.filter(isReference).map(({ column, settings }) => ({ table: code, column, type: settings.type ?? '' })),
  ])
  return [...shared, ...ofTypes]
}
