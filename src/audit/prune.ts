import { sql } from 'kysely'
import type { Task, TaskContext } from '../jobs/task.ts'

/** How long entries of the audit log are kept. */
export const auditRetention = '12 months'
const entriesAtOnce = 10_000

/** Deletes entries of the audit log that are too old, every night. */
export const pruneAuditTask: Task<object, TaskContext> = {
  name: 'prune-audit',
  schedule: '53 3 * * *',
  async run({ db }, _payload, signal) {
    for (let removed = entriesAtOnce; removed === entriesAtOnce; ) {
      signal.throwIfAborted()
      const { numAffectedRows = 0n } = await sql`delete from audit where id in (
        select id from audit where at < now() - ${sql.lit(auditRetention)}::interval
        order by at limit ${entriesAtOnce})`.execute(db)
      removed = Number(numAffectedRows)
    }
  },
}
