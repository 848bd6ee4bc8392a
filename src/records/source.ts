import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Grant, Operation } from '../rights/grant.ts'

/** Records that are neither in the recycle bin nor merged away; written as the partial indexes have it. */
const live = sql<SqlBool>`record.deleted_at is null and record.merged_into is null`

/**
 * `from … where …` over the records of the grant's type on which its holder may do this: every query about records
 * starts here, and goes on with `and`.
 */
export function recordsFor(grant: Grant, operation: Operation): RawBuilder<unknown> {
  const condition = grant.rows[operation]
  return sql`${allRecords(grant)}${condition ? sql` and ${condition}` : sql``}`
}

/** The same over every record that is there: only for what follows by itself from a change that is allowed. */
export function allRecords(grant: Grant): RawBuilder<unknown> {
  return sql`from ${sql.table(grant.type.code)} as record where ${live}`
}

/** The grant's type as the target of a statement that writes; only for records that recordsFor has found. */
export function tableOf(grant: Grant): RawBuilder<unknown> {
  return sql.table(grant.type.code)
}
