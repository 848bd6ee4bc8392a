import { sql } from 'kysely'
import type { Database } from '../../database/connect.ts'
import { unfinished } from '../../database/job-status.ts'
import { inTransaction } from '../../database/transaction.ts'
import type { JobQueue } from '../../jobs/queue.ts'
import type { Task } from '../../jobs/task.ts'
import type { AccessContext } from '../../rights/access-context.ts'
import { rebuildKeys } from '../rebuild-keys.ts'
import { schedules } from '../settings.ts'
import { deleteAll } from './finish.ts'
import { startScan } from './start.ts'
import { scanTask } from './task.ts'

/** What the upkeep needs: it starts jobs. */
type UpkeepContext = AccessContext & { queue: JobQueue }

/**
 * Keeps what duplicates need: computes keys again after the compared fields or the way to compare have changed, and starts
 * the scans that are due, and removes what scans that were cancelled or failed have left. A change of the settings starts it
 * at once.
 */
export const upkeepTask: Task<object, UpkeepContext> = {
  name: 'duplicates-upkeep',
  schedule: '*/5 * * * *',
  async run(context, _payload, signal) {
    const { catalogue } = await context.access.system(context.db)
    for (const { id, code, traits } of catalogue.types.values()) {
      if (!traits.has('duplicates')) continue
      await rebuildKeys(context, code, signal)
      await startIfDue(context, id)
    }
    await removeLeftBlocks(context.db)
  },
}

/** Starts the scan of a type if it is due and none is running. Of two processes that look at once, one starts it. */
async function startIfDue({ db, queue }: UpkeepContext, typeId: number): Promise<void> {
  await queue.prepare(scanTask)
  await inTransaction(db, async (trx) => {
    const userId = await userOfDueScan(trx, typeId)
    if (userId !== undefined) await startScan(trx, queue, { typeId, creator: { userId, scopes: null }, isFull: false })
  })
}

async function removeLeftBlocks(db: Database): Promise<void> {
  const isOver = sql`job_id in (select id from local.job where status <> all(${unfinished}))`
  const some = (most: number) => sql`delete from local.duplicate_block where ctid = any(array(
    select ctid from local.duplicate_block where ${isOver} limit ${most}))`
  await inTransaction(db, (trx) => deleteAll(trx, some))
}

async function userOfDueScan(trx: Database, typeId: number): Promise<number | undefined> {
  const times = JSON.stringify(schedules)
  const { rows } = await sql<{ userId: number }>`select s.changed_by as "userId" from duplicate_setting as s
    where s.type_id = ${typeId} and ${times}::jsonb ->> s.schedule is not null
      and not exists (select from local.duplicate_state as d where d.type_id = s.type_id
        and d.scanned_at + (${times}::jsonb ->> s.schedule)::interval > now())
      and not exists (select from local.duplicate_scan as scan join local.job as job on job.id = scan.job_id
        where scan.type_id = s.type_id and job.status = any(${unfinished}))
    for no key update of s`.execute(trx)
  return rows[0]?.userId
}
