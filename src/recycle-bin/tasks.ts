import { sql } from 'kysely'
import { whileModelChanges } from '../database/changed-model.ts'
import type { Database } from '../database/connect.ts'
import { inTransaction } from '../database/transaction.ts'
import { finishJob, holdJob, type Job, JobFailed, jobTask, moveJob, setTotal } from '../jobs/job.ts'
import type { Task } from '../jobs/task.ts'
import { deletedFor } from '../records/query/record-query.ts'
import type { Access, AccessMaker } from '../rights/access.ts'
import { condemn, type Purging, purgeRecords } from './purge.ts'

/** The dependencies of the purge tasks. */
export interface PurgeContext {
  db: Database
  access: AccessMaker
}

const recordsAtOnce = 200
const day = 86_400_000

/** Every night, purges records that have been in the recycle bin longer than the settings allow. */
export const purgeTask: Task<object, PurgeContext> = {
  name: 'purge-recycle-bin',
  schedule: '17 3 * * *',
  async run({ db, access: maker }, _payload, signal) {
    const accessNow = () => maker.system(db)
    const { catalogue } = await accessNow()
    const until = new Date(Date.now() - catalogue.lookups.settings.recycleBinDays * day)
    await purgeDeleted(db, accessNow, until, { authorship: { actorId: null, via: 'system' }, signal })
  },
}

/** Purges every record that was in the recycle bin when an administrator sent the request. */
export const emptyTask = jobTask('empty-recycle-bin', emptyBin)

async function emptyBin({ db, access: maker }: PurgeContext, job: Job, signal: AbortSignal): Promise<void> {
  const accessNow = () => maker.of(db, job.createdBy)
  const access = await accessNow()
  if (!access.caller.isAdmin) throw new JobFailed('admin_required')
  const until = await createdAt(db, job)
  if (job.total === null) await setTotal(db, job.id, await countDeleted(db, access, until))
  let { done } = job
  await purgeDeleted(db, accessNow, until, {
    authorship: { actorId: job.createdBy, via: 'api' },
    signal,
    async settle(trx, count) {
      await holdJob(trx, { id: job.id, done })
      await moveJob(trx, { id: job.id, done: done + count, result: { purged: done + count } })
    },
    onPurged: (count) => {
      done += count
    },
  })
  await finishJob(db, { id: job.id, result: { purged: done } }, 'completed')
}

/** Purges records deleted up to the given time, type by type. Records that an earlier purge left behind come first. */
async function purgeDeleted(
  db: Database,
  accessNow: () => Promise<Access>,
  until: Date,
  { onPurged, ...purging }: Purging & { signal: AbortSignal; onPurged?(count: number): void },
): Promise<void> {
  const { catalogue } = await accessNow()
  for (const code of catalogue.types.keys()) {
    const condemnSome = async () => {
      // Each page gets a new grant, because rights and fields may have changed.
      const grant = (await accessNow()).grant(code)
      const deleted = deletedFor(grant, until)
      const some = deleted.select(sql`record.id`, { orderBy: sql`record.deleted_at`, limit: recordsAtOnce })
      const oldest = deleted.and(sql`record.id in (${some})`)
      return { grant, ids: await inTransaction(db, (trx) => condemn(trx, grant, oldest)) }
    }
    for (;;) {
      purging.signal.throwIfAborted()
      const { grant, ids } = await whileModelChanges(condemnSome)
      if (!ids.length) break
      const count = await purgeRecords(db, grant, ids, purging)
      onPurged?.(count)
    }
  }
}

/** Counts the records of all types that were deleted up to the given time. */
export async function countDeleted(db: Database, access: Access, until: Date): Promise<number> {
  let total = 0
  for (const { code } of access.catalogue.types.values()) {
    const deleted = deletedFor(access.grant(code), until)
    const { rows } = await deleted.select<{ n: number }>(sql`count(*) as n`).execute(db)
    total += rows[0]?.n ?? 0
  }
  return total
}

async function createdAt(db: Database, { id }: Job): Promise<Date> {
  const { at } = await db
    .selectFrom('local.job')
    .select('created_at as at')
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  return new Date(at)
}
