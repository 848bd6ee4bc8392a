import { sql } from 'kysely'
import { Temporal } from 'temporal-polyfill'
import type { Database } from '../../database/connect.ts'
import { unfinished } from '../../database/job-status.ts'
import { inTransaction, type Transaction } from '../../database/transaction.ts'
import type { Context } from '../../fields/value.ts'
import type { JobQueue } from '../../jobs/queue.ts'
import type { Task } from '../../jobs/task.ts'
import type { AccessContext } from '../../rights/access-context.ts'
import { rebuildKeys } from '../rebuild-keys.ts'
import { lastPlannedScan, type Schedule } from '../schedule.ts'
import { deleteAll } from './finish.ts'
import { startScan } from './start.ts'
import { scanTask } from './task.ts'

/** What the upkeep needs: it starts jobs. */
type UpkeepContext = AccessContext & { queue: JobQueue }

/** The time, and the zone whose nights count. */
type Clock = Pick<Context, 'now' | 'timeZone'>

/**
 * Keeps what duplicates need: computes keys again after the compared fields or the way to compare have changed, and starts
 * the scans that are due, and removes what scans that were cancelled or failed have left. A change of the settings starts it
 * at once.
 */
export const upkeepTask: Task<object, UpkeepContext> = {
  name: 'duplicates-upkeep',
  schedule: '*/5 * * * *',
  async run(context, _payload, signal) {
    const access = await context.access.system(context.db)
    const { catalogue } = access
    const clock = { now: access.context().now, timeZone: catalogue.lookups.settings.timeZone }
    for (const { id, code, traits } of catalogue.types.values()) {
      if (!traits.has('duplicates')) continue
      await rebuildKeys(context, code, signal)
      await startIfDue(context, id, clock)
    }
    await removeLeftBlocks(context.db)
  },
}

/** Starts the scan of a type if it is due. Of two processes that look at once, one starts it. */
async function startIfDue({ db, queue }: UpkeepContext, typeId: number, clock: Clock): Promise<void> {
  await queue.prepare(scanTask)
  await inTransaction(db, async (trx) => {
    const userId = await userOfDueScan(trx, typeId, clock)
    if (userId !== undefined) await startScan(trx, queue, { typeId, creator: { userId, scopes: null }, isFull: false })
  })
}

async function removeLeftBlocks(db: Database): Promise<void> {
  const isOver = sql`job_id in (select id from local.job where status <> all(${unfinished}))`
  const some = (most: number) => sql`delete from local.duplicate_block where ctid = any(array(
    select ctid from local.duplicate_block where ${isOver} limit ${most}))`
  await inTransaction(db, (trx) => deleteAll(trx, some))
}

/**
 * Returns the user in whose name a scan is due: the schedule planned it, and no scan has ended, was stopped or is running
 * since.
 */
async function userOfDueScan(trx: Transaction, typeId: number, { now, timeZone }: Clock): Promise<number | undefined> {
  const setting = await trx
    .selectFrom('duplicate_setting')
    .select(['schedule', 'schedule_since as since', 'changed_by as userId'])
    .where('type_id', '=', typeId)
    .forNoKeyUpdate()
    .executeTakeFirst()
  if (!setting) return
  const since = Temporal.Instant.from(setting.since)
  const clock = { now: Temporal.Instant.fromEpochMilliseconds(now.getTime()), timeZone }
  const planned = lastPlannedScan(setting.schedule as Schedule, since, clock)?.toString()
  if (planned === undefined) return
  const { rows } = await sql<{ isDone: boolean }>`select exists (select from local.duplicate_state as state
      where state.type_id = ${typeId} and state.scanned_at >= ${planned}::timestamptz)
    or exists (select from local.duplicate_scan as scan join local.job as job on job.id = scan.job_id
      where scan.type_id = ${typeId} and (job.status = any(${unfinished}) or job.created_at >= ${planned}::timestamptz))
    as "isDone"`.execute(trx)
  return rows[0]?.isDone ? undefined : setting.userId
}
