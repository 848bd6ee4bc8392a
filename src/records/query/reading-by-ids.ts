import { sql } from 'kysely'
import { type Template, template } from '../../database/statement.ts'
import type { Selection } from '../../fields/selection.ts'
import type { Grant } from '../../rights/grant.ts'
import type { RecordQuery } from './record-query.ts'

/** The statement that reads records by their ids, and how its rows are read. */
export interface ReadingByIds<Row> {
  selection: Selection<Row>
  byIds: Template<'ids'>
}

/** Compiles the statement that selects those of the records that have certain ids. */
export function readingByIds(
  { catalogue }: Grant,
  records: RecordQuery,
  { columns }: Selection<unknown>,
  family: string,
): Template<'ids'> {
  const keep = { family, version: catalogue.version }
  return template((hole) => records.and(sql`record.id = any(${hole('ids')}::bigint[])`).select(columns), {
    keep,
    isText: true,
  })
}
