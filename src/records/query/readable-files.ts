import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { isInRows } from '../../fields/kinds/kinds.ts'
import type { Grant } from '../../rights/grant.ts'
import { recordsFor } from './record-query.ts'

/** The caller who reads files. */
export type FileReader = Pick<Grant, 'userId' | 'seesEverything' | 'catalogue' | 'of'>

/**
 * Returns the condition on a file (`file` in SQL) that the caller may read it. Administrators may read every file.
 * Other users may read the files they uploaded, and files in readable fields of readable records.
 */
export function isReadableFile(reader: FileReader): RawBuilder<SqlBool> {
  if (reader.seesEverything) return sql`true`
  const grants = [...reader.catalogue.types.keys()].map((code) => reader.of(code))
  const inRecords = grants.flatMap((grant) => namedBy(grant) ?? [])
  return sql`(${sql.join([sql`file.created_by = ${reader.userId}`, ...inRecords], sql` or `)})`
}

function namedBy(grant: Grant): RawBuilder<SqlBool> | undefined {
  const fields = [...grant.readable.values()].filter((field) => isInRows(field, 'record_file')).map(({ key }) => key)
  if (!fields.length) return
  const users = sql`select item.record_id from record_file as item
    where item.file_id = file.id and item.type_id = ${grant.type.id} and item.field = any(${fields})`
  return recordsFor(grant, 'read').and(sql`record.id in (${users})`).exists()
}
