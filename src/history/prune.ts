import { sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import type { Task, TaskContext } from '../jobs/task.ts'

const entriesAtOnce = 10_000

/**
 * Deletes history entries older than the setting `historyMonths` every night, if it is set. Older changes can then not
 * be reverted or replayed. Stage history is kept, because times in a stage are computed from it.
 */
export const pruneTask: Task<object, TaskContext> = {
  name: 'prune-history',
  schedule: '47 3 * * *',
  async run({ db }, _payload, signal) {
    const old = await oldEntries(db)
    if (!old) return
    for (let next: number | null = old.first; next !== null; ) {
      signal.throwIfAborted()
      next = await pruneFrom(db, next, old)
    }
  },
}

interface OldEntries {
  /** Entries before this time are deleted. */
  until: string
  /** The range of their ids. With several sites it may also contain newer entries. */
  first: number
  last: number
}

/** Finds the range of entries that are too old, by the index on time. Returns undefined when there are none. */
async function oldEntries(db: Database): Promise<OldEntries | undefined> {
  const { rows: settings } = await sql<{
    until: string
  }>`select now() - make_interval(months => value::text::int) as until
    from setting where key = 'historyMonths' and value <> 'null'`.execute(db)
  const until = settings[0]?.until
  if (until === undefined) return
  // Without the offset, Postgres searches the bounds by id and reads all newer entries.
  const { rows } = await sql<{ first: number | null; last: number | null }>`
    select min(id) as first, max(id) as last
    from (select id from history where at < ${until}::timestamptz offset 0) as old`.execute(db)
  const { first = null, last = null } = rows[0] ?? {}
  return first === null || last === null ? undefined : { until, first, last }
}

/** Deletes the old entries among the next ones by id. Returns the id to continue from, or null at the end. */
async function pruneFrom(db: Database, from: number, { until, last }: OldEntries): Promise<number | null> {
  const { rows } = await sql<{ next: number | null }>`
    with page as (select id, at from history where id between ${from} and ${last} order by id limit ${entriesAtOnce}),
      gone as (delete from history where id in (select id from page where at < ${until}::timestamptz)
        returning settled_after, at),
      noted as (update local.pruned_history as pruned
        set settled_after = greatest(pruned.settled_after, gone.settled_after), at = greatest(pruned.at, gone.at)
        from (select max(settled_after) as settled_after, max(at) as at from gone) as gone)
    select case when count(*) = ${entriesAtOnce} then max(id) + 1 end as next from page`.execute(db)
  return rows[0]?.next ?? null
}
