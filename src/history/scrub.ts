import { sql } from 'kysely'
import type { Task, TaskContext } from '../jobs/task.ts'

const entriesAtOnce = 20_000

/**
 * Removes the values of a deleted field from the history of its record type, in batches by id. The values are already
 * hidden when the task starts, because history is read through existing fields only.
 */
export const scrubTask: Task<{ typeId: number; key: string }, TaskContext> = {
  name: 'scrub-field',
  async run({ db }, { typeId, key }, signal) {
    for (let last: number | null = 0; last !== null; ) {
      signal.throwIfAborted()
      const { rows }: { rows: { last: number | null }[] } = await sql<{ last: number | null }>`
        with page as (select id from history where id > ${last} order by id limit ${entriesAtOnce}),
          scrubbed as (update history set changes = changes - ${key}
            where id in (select id from page) and type_id = ${typeId} and changes ? ${key})
        select max(id) as last from page`.execute(db)
      last = rows[0]?.last ?? null
    }
  },
}
