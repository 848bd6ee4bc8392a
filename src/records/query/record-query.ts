import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Grant, Operation } from '../../rights/grant.ts'

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

/**
 * The same over the records in the recycle bin that the holder sees there at this moment. What has lain there for as
 * long as the settings say is gone, whether or not it is purged yet.
 */
export function binnedFor(grant: Grant, now: Date): RawBuilder<unknown> {
  const { recycleBinDays } = grant.catalogue.lookups.settings
  const since = new Date(now.getTime() - recycleBinDays * 86_400_000).toISOString()
  return sql`from ${sql.table(grant.type.code)} as record where record.deleted_at > ${since}::timestamptz
    and record.merged_into is null${grant.bin ? sql` and ${grant.bin}` : sql``}`
}

/** Records that were deleted up to a moment, whoever they belong to: only for the purge. */
export function deletedFor(grant: Grant, until: Date): RawBuilder<unknown> {
  return sql`from ${tableOf(grant)} as record where record.deleted_at <= ${until.toISOString()}::timestamptz`
}

/**
 * The same over every record that is there or may come back from the recycle bin: only for what goes back to where it
 * was, as if that had never lain there.
 */
export function lastingRecords(grant: Grant): RawBuilder<unknown> {
  return sql`from ${tableOf(grant)} as record where record.merged_into is null
    and (record.deleted_at is null or record.deleted_at > '-infinity')`
}

/** The grant's type as the target of a statement that writes; only for records that recordsFor has found. */
export function tableOf(grant: Grant): RawBuilder<unknown> {
  return sql.table(grant.type.code)
}
