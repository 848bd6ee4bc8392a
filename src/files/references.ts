import { type RawBuilder, type SqlBool, sql } from 'kysely'

/** All columns that reference files. A test compares the list with the schema. */
export const fileReferences: readonly { table: string; column: string }[] = [
  { table: 'attachment', column: 'file_id' },
  { table: 'local.import', column: 'file_id' },
  { table: 'local.job', column: 'file_id' },
  { table: 'record_file', column: 'file_id' },
]

/** SQL condition: nothing references the row of `file`. */
export const isUnreferenced: RawBuilder<SqlBool> = sql`(${sql.join(
  fileReferences.map(
    ({ table, column }) =>
      sql`not exists (select from ${sql.table(table)} as user_of_it where ${sql.ref(`user_of_it.${column}`)} = file.id)`,
  ),
  sql` and `,
)})`
