import { sql } from 'kysely'
import type { Database } from '../database/connect.ts'

/** A place in the order of changes: after the entry with this key. */
export interface ChangePosition {
  /** The highest transaction of the entry and the earlier ones of its record. */
  transaction: string
  id: number
}

/** How far changes can be read now. */
export interface ChangeOrder {
  /** The end: the lowest running transaction. What commits from now on comes after it. */
  end: ChangePosition
  /** The database whose transactions these are. Another one, or one restored from a backup, counts them anew. */
  generation: string
  /** The last pruned entry, or the lowest place. */
  pruned: { transaction: string; at: string }
}

/** Returns how far changes can be read now. */
export async function readChangeOrder(db: Database): Promise<ChangeOrder> {
  const { rows } = await sql<{ end: string; generation: string; transaction: string; at: string }>`
    select pg_snapshot_xmin(pg_current_snapshot())::text as end, settled_after::text as transaction, at::text,
      concat_ws('-', (select system_identifier from pg_control_system()), left(pg_walfile_name(pg_current_wal_lsn()), 8),
        (select oid from pg_database where datname = current_database())) as generation
    from local.pruned_history`.execute(db)
  const { end, generation, ...pruned } = rows[0]!
  return { end: { transaction: end, id: 0 }, generation, pruned }
}

/** Returns whether entries after a place may have been pruned. */
export function isPruned({ transaction }: ChangePosition, { pruned }: ChangeOrder): boolean {
  return BigInt(transaction) <= BigInt(pruned.transaction)
}

/** Changes of transactions that ran longer than this would be missing after an instant. */
const longestTransaction = '10 minutes'

/** Returns the place before all changes since an instant, or undefined if some of them were pruned. */
export async function findPlaceOf(
  db: Database,
  instant: string,
  { end }: ChangeOrder,
): Promise<ChangePosition | undefined> {
  const from = sql`${instant}::timestamptz - ${longestTransaction}::interval`
  // Without the offset, Postgres would walk through the order instead of using the index on time.
  const { rows } = await sql<{ isKept: boolean; transaction: string | null }>`
    select ${from} > (select at from local.pruned_history) as "isKept", (select min(settled_after)::text
      from (select settled_after from history where at >= ${from} offset 0) as since) as transaction`.execute(db)
  const { isKept, transaction } = rows[0]!
  if (!isKept) return
  const isBefore = transaction !== null && BigInt(transaction) < BigInt(end.transaction)
  return isBefore ? { transaction, id: 0 } : end
}

/** The place of an entry, and its record. */
export interface SettledEntry extends ChangePosition {
  recordId: number
}

/** Which entries to read. */
export interface SettledRange {
  typeId: number
  after: ChangePosition
  end: ChangePosition
  /** Keys of the fields that the caller does not see. Entries that change nothing else are left out. */
  hiddenKeys: readonly string[]
  limit: number
}

/** Reads entries in the order of changes. What comes before the end is complete, and stays as it is. */
export async function readSettled(
  db: Database,
  { typeId, after, end, hiddenKeys, limit }: SettledRange,
): Promise<SettledEntry[]> {
  const isSeen = hiddenKeys.length ? sql`and (h.kind <> 'changed' or h.changes - ${hiddenKeys}::text[] <> '{}')` : sql``
  const { rows } = await sql<SettledEntry>`
    select h.settled_after::text as transaction, h.id, h.record_id as "recordId" from history as h
    where h.type_id = ${typeId} and ${isAfter(after)} and h.settled_after < ${end.transaction}::xid8 ${isSeen}
    order by h.settled_after, h.id limit ${limit}`.execute(db)
  return rows
}

/** Returns the condition that an entry (`h`) comes after a place. */
export function isAfter({ transaction, id }: ChangePosition) {
  return sql<boolean>`(h.settled_after, h.id) > (${transaction}::xid8, ${id}::bigint)`
}
