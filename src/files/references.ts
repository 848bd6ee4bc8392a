import { type RawBuilder, type SqlBool, sql } from 'kysely'

/** Every column that names files; a test compares it with the schema. */
export const fileReferences: readonly { table: string; column: string }[] = [
  { table: 'local.import', column: 'file_id' },
  { table: 'record_file', column: 'file_id' },
]

/** The condition on a file (`file` in SQL) that nothing names it. */
export const unused: RawBuilder<SqlBool> = sql`(${sql.join(
  fileReferences.map(
    ({ table, column }) =>
      sql`not exists (select from ${sql.table(table)} as user_of_it where ${sql.ref(`user_of_it.${column}`)} = file.id)`,
  ),
  sql` and `,
)})`
