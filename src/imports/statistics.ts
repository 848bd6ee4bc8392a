import { sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import { tableOf } from '../records/query/record-query.ts'
import type { Grant } from '../rights/grant.ts'

/** Number of new rows that make the planner's statistics of a table outdated. */
const manyRows = 1000

/** The planner's statistics of tables that grow by an import. */
export interface Statistics {
  /** Counts new records. */
  add(records: number): void
  /** Renews the statistics after 1,000 new records, 10 times as many, and so on. */
  renew(): Promise<void>
  /** Renews the statistics at the end of an import that has created so many records. */
  finish(created: number): Promise<void>
}

/** Keeps statistics up to date: Postgres plans badly with those of a table that was empty a minute ago. */
export function statisticsOf(db: Database, grant: Grant): Statistics {
  const analyze = () => sql`analyze ${tableOf(grant)}, communication, external_id, link, history`.execute(db)
  let [added, analyzed] = [0, 0]
  return {
    add(records) {
      added += records
    },
    async renew() {
      if (added < Math.max(manyRows, analyzed * 10)) return
      await analyze()
      analyzed = added
    },
    async finish(created) {
      if (created >= manyRows) await analyze()
    },
  }
}
