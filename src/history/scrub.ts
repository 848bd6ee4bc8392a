import { sql } from 'kysely'
import type { Task, TaskContext } from '../jobs/task.ts'

const entriesAtOnce = 20_000

/**
 * Takes the values of a deleted field out of the history of its type's records, walking through it by id, some thousand
 * entries at once. Nobody is shown them any more when it begins: entries are read through the fields that there are.
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
