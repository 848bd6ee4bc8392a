import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Condition } from '../../filters/condition.ts'
import { toSql } from '../../filters/sql.ts'
import { membershipIds } from '../../people/memberships.ts'
import type { Grant, Operation } from '../../rights/grant.ts'
import type { Way } from '../../rights/rule.ts'

/** The end of a query. */
interface Ending {
  groupBy?: RawBuilder<unknown>
  orderBy?: RawBuilder<unknown> | undefined
  limit?: number | RawBuilder<unknown>
  /** Locks the rows until the end of the transaction. */
  lock?: keyof typeof locks
  /** Keeps Postgres from computing the columns again outside the query. */
  isFence?: boolean
}

const locks = {
  update: sql` for update of record`,
  noKeyUpdate: sql` for no key update of record`,
  keyShare: sql` for key share of record`,
  /** Leaves out rows that others have locked. */
  freeOnly: sql` for no key update of record skip locked`,
}

const none = sql``

function endSql({ groupBy, orderBy, limit, lock, isFence }: Ending): RawBuilder<unknown> {
  const group = groupBy ? sql` group by ${groupBy}` : none
  const order = orderBy ? sql` order by ${orderBy}` : none
  // With a parameter, the planner of a kept statement would not know how few rows it reads.
  const count = limit === undefined ? none : sql` limit ${typeof limit === 'number' ? sql.lit(limit) : limit}`
  return sql`${group}${order}${count}${isFence ? sql` offset 0` : none}${lock ? locks[lock] : none}`
}

/**
 * A query about rows that SQL calls `record`. Conditions can only be added, each in parentheses of its own, so nothing
 * that continues a query can widen it.
 */
class RecordQuery {
  readonly #rows: RawBuilder<unknown>
  readonly #where: RawBuilder<unknown> | null

  constructor(rows: RawBuilder<unknown>, where: RawBuilder<unknown> | null = null) {
    this.#rows = rows
    this.#where = where
  }

  /** Returns the query with one more condition. Null adds none. */
  and(condition: RawBuilder<SqlBool> | null): RecordQuery {
    if (!condition) return this
    const where = this.#where ? sql`${this.#where} and (${condition})` : sql` where (${condition})`
    return new RecordQuery(this.#rows, where)
  }

  /** Returns the query with the condition of a filter. Null adds none. */
  matching(condition: Condition | null): RecordQuery {
    return this.and(condition && toSql(condition))
  }

  /** Returns the whole `select`. */
  select<Row = unknown>(columns: RawBuilder<unknown> = none, ending?: Ending): RawBuilder<Row> {
    const end = ending ? endSql(ending) : none
    return sql`select ${columns} from ${this.#rows} as record${this.#where ?? none}${end}`
  }

  /** Returns the condition that there is such a row. */
  exists(): RawBuilder<SqlBool> {
    return sql`exists (${this.select()})`
  }
}

export type { RecordQuery }

/** Records that are neither in the recycle bin nor merged away. Must match the condition of the partial indexes. */
const live = sql<SqlBool>`record.deleted_at is null and record.merged_into is null`

/** Returns the records on which the grant allows the operation. Every query about records starts here. */
export function recordsFor(grant: Grant, operation: Operation): RecordQuery {
  return allRecords(grant).and(grant.rows[operation])
}

/** Returns the records on a way of the grant, all of which the caller may read. They may name the row of its keys. */
export function recordsOnWay(grant: Grant, way: Way): RecordQuery {
  return allRecords(grant).and(way.matches)
}

/**
 * Returns all live records. Use it only for the automatic consequences of an allowed change, and where the rule of the
 * grant is checked afterwards.
 */
export function allRecords(grant: Grant): RecordQuery {
  return storedRecords(grant).and(live)
}

/**
 * Returns the records that the caller sees in the recycle bin. Records older than the setting `recycleBinDays` are
 * excluded even before the purge removes them.
 */
export function recordsInBin(grant: Grant, now: Date): RecordQuery {
  const { recycleBinDays } = grant.catalogue.lookups.settings
  const since = new Date(now.getTime() - recycleBinDays * 86_400_000).toISOString()
  return storedRecords(grant)
    .and(sql`record.deleted_at > ${since}::timestamptz and record.merged_into is null`)
    .and(grant.bin)
}

/** Returns all records deleted up to a time. Use it only for the purge. */
export function recordsDeletedUntil(grant: Grant, until: Date): RecordQuery {
  return storedRecords(grant).and(sql`record.deleted_at <= ${until.toISOString()}::timestamptz`)
}

/** Returns all records that are live or can be restored. Use it only to put links back. */
export function restorableRecords(grant: Grant): RecordQuery {
  return storedRecords(grant).and(
    sql`record.merged_into is null and (record.deleted_at is null or record.deleted_at > '-infinity')`,
  )
}

/**
 * Returns all records, whatever their state. Use it only where deleted and merged records count, or for records that
 * another query found.
 */
export function storedRecords(grant: Grant): RecordQuery {
  return new RecordQuery(tableOf(grant))
}

/**
 * Returns records as they were: each row of `states` has a `record_id`, and in `columns` the values that differ from the
 * present ones, by column. Use it only to find out what the caller could read.
 */
export function earlierRecords(grant: Grant, states: RawBuilder<unknown>): RecordQuery {
  const present = storedRecords(grant).and(sql`record.id = state.record_id`).select(sql`to_jsonb(record) as columns`)
  return rowsOf(sql`select state.record_id, earlier.* from (${states}) as state
    left join lateral (${present}) as present on true cross join lateral jsonb_populate_record(
      null::${tableOf(grant)}, coalesce(present.columns, '{}') || state.columns) as earlier`)
}

/**
 * Returns all records, whatever their state, in parts for which there are indexes: live, deleted and merged ones. Use it
 * only to find out what a value is used for.
 */
export function storedParts(grant: Grant): RecordQuery[] {
  const [all, deleted] = [storedRecords(grant), sql<SqlBool>`record.deleted_at is not null`]
  const merged = all.and(sql`record.merged_into is not null`).and(sql`record.deleted_at is null`)
  return [allRecords(grant), all.and(deleted), merged]
}

/** Returns the rows of a `select …`. Conditions apply to these rows only. */
export function rowsOf(select: RawBuilder<unknown>): RecordQuery {
  return new RecordQuery(sql`(${select})`)
}

/** All users, with the ids of their departments. */
export const allUsers = rowsOf(
  sql`select "user".*, ${membershipIds('department', 'user')} as department_ids from "user"`,
)

/** Returns the linked records that the caller may read, or all users, by the end of a link. */
export function recordsAt(grant: Grant, to: string): RecordQuery {
  return to === 'user' ? allUsers : recordsFor(grant.of(to), 'read')
}

/** Returns the table of the grant's type for a statement that writes. Use it only for records that a query found. */
export function tableOf(grant: Grant): RawBuilder<unknown> {
  return sql.table(grant.type.table)
}
