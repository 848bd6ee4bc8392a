import { sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import type { Task, TaskContext } from '../jobs/task.ts'

const entriesAtOnce = 10_000

/**
 * Forgets, every night, the history of records that is older than the settings say, if they do. What can be undone or
 * replayed ends there. The history of stages stays: times in a stage are reckoned from it.
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
  /** The last moment that is forgotten. */
  until: string
  /** Between these ids they stand; others stand there, too, where several sites write. */
  first: number
  last: number
}

/** Which entries are too old, found by the index of their times; undefined where there are none. */
async function oldEntries(db: Database): Promise<OldEntries | undefined> {
  const { rows: settings } = await sql<{
    until: string
  }>`select now() - make_interval(months => value::text::int) as until
    from setting where key = 'historyMonths' and value <> 'null'`.execute(db)
  const until = settings[0]?.until
  if (until === undefined) return
  // Without the offset the bounds would be looked for by id, through all that is to stay.
  const { rows } = await sql<{ first: number | null; last: number | null }>`
    select min(id) as first, max(id) as last
    from (select id from history where at < ${until}::timestamptz offset 0) as old`.execute(db)
  const { first = null, last = null } = rows[0] ?? {}
  return first === null || last === null ? undefined : { until, first, last }
}

/** Forgets the old ones among the next entries, in the order of ids; the id where it goes on, if it does. */
async function pruneFrom(db: Database, from: number, { until, last }: OldEntries): Promise<number | null> {
  const { rows } = await sql<{ next: number | null }>`
    with page as (select id, at from history where id between ${from} and ${last} order by id limit ${entriesAtOnce}),
      gone as (delete from history where id in (select id from page where at < ${until}::timestamptz))
    select case when count(*) = ${entriesAtOnce} then max(id) + 1 end as next from page`.execute(db)
  return rows[0]?.next ?? null
}
