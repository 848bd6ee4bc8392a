import { isReference } from '../fields/kinds/kinds.ts'
import type { SystemType } from './types.ts'

/**
 * What a merge does with the rows of the merged records.
 *
 * - `moves`: the rows point at the survivor afterwards.
 * - `unites`: the rows are values of a field. The survivor gets them by the rules of the kind of field, without repeats;
 *   the merged records keep theirs.
 * - `stays`: the rows say something about the merged record itself.
 */
export type AtMerge =
  | { how: 'unites' | 'stays' }
  | {
      how: 'moves'
      /**
       * The columns whose values a record can have once. A row stays with its merged record if the survivor has these
       * values already, and only one row of several merged records moves. Null if rows cannot repeat.
       */
      once: readonly string[] | null
      /** The flag that a row that stays passes on to the row of the survivor with the same values. */
      passes?: string
    }

/** A column of record ids: of the type in `typeColumn` of the row, or always of one type. */
export type RecordReference = { table: string; column: string; atMerge: AtMerge } & (
  | {
      typeColumn: string
      /** The row stays after the record is purged: it reports what a job did and contains no data of the record. */
      outlives?: true
    }
  | { type: string }
)

const [unites, stays] = [{ how: 'unites' }, { how: 'stays' }] as const
const record = { column: 'record_id', typeColumn: 'type_id' }

const shared: readonly RecordReference[] = [
  // The survivor has each file once. A file that it has already stays with the merged record as well.
  { table: 'attachment', ...record, atMerge: { how: 'moves', once: ['file_id'] } },
  { table: 'local.bulk_target', ...record, outlives: true, atMerge: stays },
  // A lead is converted once, so only one conversion moves.
  { table: 'conversion', ...record, atMerge: { how: 'moves', once: [] } },
  // An undone conversion must find the records that it created.
  { table: 'conversion_target', ...record, atMerge: stays },
  { table: 'communication', ...record, atMerge: unites },
  { table: 'local.duplicate_pair', column: 'first_id', typeColumn: 'type_id', atMerge: stays },
  { table: 'local.duplicate_pair', column: 'second_id', typeColumn: 'type_id', atMerge: stays },
  { table: 'duplicate_dismissal', column: 'first_id', typeColumn: 'type_id', atMerge: stays },
  { table: 'duplicate_dismissal', column: 'second_id', typeColumn: 'type_id', atMerge: stays },
  { table: 'external_id', ...record, atMerge: unites },
  { table: 'history', ...record, atMerge: stays },
  { table: 'local.job_fault', ...record, outlives: true, atMerge: stays },
  // The links in the lists of a record are values of its fields, on both sides of a relation that both sides show.
  { table: 'link', column: 'from_id', typeColumn: 'from_type', atMerge: unites },
  {
    table: 'link',
    column: 'to_id',
    typeColumn: 'to_type',
    atMerge: { how: 'moves', once: ['relation', 'from_type', 'from_id'], passes: 'is_primary' },
  },
  { table: 'merge_source', ...record, atMerge: stays },
  { table: 'record_file', ...record, atMerge: unites },
  { table: 'record_merge', column: 'survivor_id', typeColumn: 'type_id', atMerge: stays },
  { table: 'stage_history', ...record, atMerge: stays },
]

/**
 * Returns every column that points to records. Purging, merging and erasing a record must update them. A test compares
 * the list with the database schema.
 */
export function recordReferences(types: readonly SystemType[]): RecordReference[] {
  const ofTypes = types.flatMap(({ code, table, fields }): RecordReference[] => [
    { table, column: 'merged_into', type: code, atMerge: stays },
    ...fields
      .filter(isReference)
      .map(({ column, settings }) => ({ table, column, type: settings.type ?? '', atMerge: pointer })),
  ])
  return [...shared, ...ofTypes]
}

const pointer: AtMerge = { how: 'moves', once: null }
