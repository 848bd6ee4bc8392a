import { isReference } from '../fields/kinds/kinds.ts'
import type { SystemType } from './types.ts'

/** A column of record ids: of the type in `typeColumn` of the row, or always of one type. */
export type RecordReference = { table: string; column: string } & (
  | {
      typeColumn: string
      /** The row stays after the record is purged: it reports what a job did and contains no data of the record. */
      outlives?: true
    }
  | { type: string }
)

const shared: readonly RecordReference[] = [
  { table: 'local.bulk_target', column: 'record_id', typeColumn: 'type_id', outlives: true },
  { table: 'conversion', column: 'record_id', typeColumn: 'type_id' },
  { table: 'conversion_target', column: 'record_id', typeColumn: 'type_id' },
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
 * Returns every column that points to records. Purging, merging and erasing a record must update them. A test compares
 * the list with the database schema.
 */
export function recordReferences(types: readonly SystemType[]): RecordReference[] {
  const ofTypes = types.flatMap(({ code, table, fields }) => [
    { table, column: 'merged_into', type: code },
    ...fields.filter(isReference).map(({ column, settings }) => ({ table, column, type: settings.type ?? '' })),
  ])
  return [...shared, ...ofTypes]
}
