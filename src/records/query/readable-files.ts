import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { isInRows } from '../../fields/kinds/kinds.ts'
import type { Grant } from '../../rights/grant.ts'
import { recordsFor } from './record-query.ts'

/** Who wants to read files. */
export type FileReader = Pick<Grant, 'userId' | 'isAdmin' | 'catalogue' | 'of'>

/**
 * The condition on a file (`file` in SQL) that somebody may read it: administrators every one, others their own and
 * those that a record names which they may read, in a field which they may read.
 */
export function readableFile(reader: FileReader): RawBuilder<SqlBool> {
  if (reader.isAdmin) return sql`true`
  const grants = [...reader.catalogue.types.keys()].map((code) => reader.of(code))
  const named = grants.flatMap((grant) => namedBy(grant) ?? [])
  return sql`(${sql.join([sql`file.created_by = ${reader.userId}`, ...named], sql` or `)})`
}

function namedBy(grant: Grant): RawBuilder<SqlBool> | undefined {
  const fields = [...grant.readable.values()].filter((field) => isInRows(field, 'record_file')).map(({ key }) => key)
  if (!fields.length) return
  return sql`exists (select ${recordsFor(grant, 'read')} and record.id in (select item.record_id from record_file as item
    where item.file_id = file.id and item.type_id = ${grant.type.id} and item.field = any(${fields})))`
}
