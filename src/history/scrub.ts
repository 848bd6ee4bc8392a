import { sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import type { Task, TaskContext } from '../jobs/task.ts'

const entriesAtOnce = 20_000

/**
 * Removes the values of a deleted field from the history of its record type, in batches by id, and its links. They are
 * already hidden when the task starts, because values are read through existing fields only.
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
    // Only user fields have links. The parent of a record is a column.
    const [, fieldId] = /^f_(\d+)$/.exec(key) ?? []
    if (fieldId) await removeLinks(db, Number(fieldId), signal)
  },
}

/** Removes the links of a deleted field, in batches. */
async function removeLinks(db: Database, fieldId: number, signal: AbortSignal): Promise<void> {
  const ofField = sql`field_id = ${fieldId}`
  for (let removed = 1n; removed > 0n; ) {
    signal.throwIfAborted()
    const { numAffectedRows = 0n } = await sql`
      delete from link where ${ofField} and id in (select id from link where ${ofField} limit ${entriesAtOnce})`.execute(
      db,
    )
    removed = numAffectedRows
  }
}
