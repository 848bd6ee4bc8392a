import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Grant, Operation } from '../../rights/grant.ts'

/** Records that are neither in the recycle bin nor merged away. Must match the condition of the partial indexes. */
const live = sql<SqlBool>`record.deleted_at is null and record.merged_into is null`

/**
 * Returns `from … where …` over the records on which the grant allows the operation. Every query about records starts
 * here and continues with `and`.
 */
export function recordsFor(grant: Grant, operation: Operation): RawBuilder<unknown> {
  const condition = grant.rows[operation]
  return sql`${allRecords(grant)}${condition ? sql` and ${condition}` : sql``}`
}

/** Returns `from … where …` over all live records. Use it only for the automatic consequences of an allowed change. */
export function allRecords(grant: Grant): RawBuilder<unknown> {
  return sql`from ${sql.table(grant.type.code)} as record where ${live}`
}

/**
 * Returns `from … where …` over the records that the caller sees in the recycle bin. Records older than the setting
 * `recycleBinDays` are excluded even before the purge removes them.
 */
export function binnedFor(grant: Grant, now: Date): RawBuilder<unknown> {
  const { recycleBinDays } = grant.catalogue.lookups.settings
  const since = new Date(now.getTime() - recycleBinDays * 86_400_000).toISOString()
  return sql`from ${sql.table(grant.type.code)} as record where record.deleted_at > ${since}::timestamptz
    and record.merged_into is null${grant.bin ? sql` and ${grant.bin}` : sql``}`
}

/** Returns `from … where …` over all records deleted up to a time. Use it only for the purge. */
export function deletedFor(grant: Grant, until: Date): RawBuilder<unknown> {
  return sql`from ${tableOf(grant)} as record where record.deleted_at <= ${until.toISOString()}::timestamptz`
}

/** Returns `from … where …` over all records that are live or can be restored. Use it only to put links back. */
export function lastingRecords(grant: Grant): RawBuilder<unknown> {
  return sql`from ${tableOf(grant)} as record where record.merged_into is null
    and (record.deleted_at is null or record.deleted_at > '-infinity')`
}

/** Returns the table of the grant's type for a statement that writes. Use it only for records found by `recordsFor`. */
export function tableOf(grant: Grant): RawBuilder<unknown> {
  return sql.table(grant.type.code)
}
