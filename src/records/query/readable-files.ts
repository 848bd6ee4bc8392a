import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { isInRows } from '../../fields/kinds/kinds.ts'
import type { Grant } from '../../rights/grant.ts'
import { recordsFor } from './record-query.ts'

/** The caller who reads files. */
export type FileReader = Pick<Grant, 'userId' | 'seesEverything' | 'catalogue' | 'of'>

/**
 * Returns the condition on a file (`file` in SQL) that the caller may read it. Administrators may read every file.
 * Other users may read the files they uploaded, and files that are attached to readable records or stand in readable
 * fields of them.
 */
export function isReadableFile(reader: FileReader): RawBuilder<SqlBool> {
  if (reader.seesEverything) return sql`true`
  const grants = [...reader.catalogue.types.keys()].map((code) => reader.of(code))
  const inRecords = grants.map(referredToBy)
  return sql`(${sql.join([sql`file.created_by = ${reader.userId}`, ...inRecords], sql` or `)})`
}

function referredToBy(grant: Grant): RawBuilder<SqlBool> {
  const ofFile = sql`item.file_id = file.id and item.type_id = ${grant.type.id}`
  const attached = sql`select item.record_id from attachment as item where ${ofFile}`
  const fields = [...grant.readable.values()].filter((field) => isInRows(field, 'record_file')).map(({ key }) => key)
  const inFields = sql`select item.record_id from record_file as item where ${ofFile} and item.field = any(${fields})`
  const records = fields.length ? sql`${attached} union all ${inFields}` : attached
  return recordsFor(grant, 'read').and(sql`record.id in (${records})`).exists()
}

/**
 * Returns SQL that locks uploaded files, in the order of their ids, until the end of the transaction, so that they cannot
 * be deleted. `visible` tells whether the caller may refer to them.
 */
export function lockedFiles(ids: readonly number[], visible: RawBuilder<SqlBool>): RawBuilder<unknown> {
  return sql`select file.id, file.name, file.size, ${visible} is true as visible from file
    where file.id = any(${ids}::bigint[]) and file.purpose = 'upload' order by file.id for key share of file`
}
