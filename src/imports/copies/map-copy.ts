import { columnsOf } from '../../columns/columns.ts'
import type { CsvColumn } from '../../fields/kind.ts'
import { kindOf } from '../../fields/kinds/kinds.ts'
import { JobFailed } from '../../jobs/job-task.ts'
import type { Grant } from '../../rights/grant.ts'

/** A column of a copy and its target. */
export interface CopiedColumn {
  index: number
  name: string
  column: CsvColumn
}

/** The columns of a copy of records: an export in raw mode from another database. */
export interface CopyMapping {
  /** Columns of writable fields. */
  columns: readonly CopiedColumn[]
  /** Columns with values that the server sets otherwise, such as the id. */
  kept: readonly CopiedColumn[]
}

/** Maps the columns of a copy by their exact keys. Throws JobFailed for another file, or one without ids. */
export function mapCopy(grant: Grant, header: readonly string[]): CopyMapping {
  const byKey = new Map(columnsOf(grant.readable.values(), 'raw').map((column) => [column.key, column]))
  const unknown = header.find((name) => !byKey.has(name))
  if (unknown !== undefined || !header.includes('id'))
    throw new JobFailed('raw_export_required', { name: unknown ?? 'id' })
  const columns = header.map((name, index) => ({ index, name, column: byKey.get(name)! }))
  return {
    columns: columns.filter(({ column }) => grant.writable.has(column.field.path)),
    kept: columns.filter(({ column: { field } }) => field.readOnly && !kindOf(field).isDerived),
  }
}
