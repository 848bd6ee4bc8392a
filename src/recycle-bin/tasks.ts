import { sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import { inTransaction } from '../database/transaction.ts'
import { finishJob, holdJob, type Job, JobFailed, jobTask, moveJob, setTotal } from '../jobs/job.ts'
import type { Task } from '../jobs/task.ts'
import { deletedFor } from '../records/source.ts'
import type { Access, AccessMaker } from '../rights/access.ts'
import { condemn, type Purging, purgeRecords } from './purge.ts'

/** What emptying the bin needs beside its job. */
export interface PurgeContext {
  db: Database
  access: AccessMaker
}

const recordsAtOnce = 200
const day = 86_400_000

/** Purges, every night, what has lain in the bin for as long as the settings say. */
export const purgeTask: Task<object, PurgeContext> = {
  name: 'purge-recycle-bin',
  schedule: '17 3 * * *',
  async run({ db, access: maker }, _payload, signal) {
    const access = await maker.system(db)
    const until = new Date(Date.now() - access.catalogue.lookups.settings.recycleBinDays * day)
    await purgeDeleted(db, access, until, { authorship: { actorId: null, via: 'system' }, signal })
  },
}

/** Purges everything that was in the bin when an administrator asked for it. */
export const emptyTask = jobTask('empty-recycle-bin', emptyBin)

async function emptyBin({ db, access: maker }: PurgeContext, job: Job, signal: AbortSignal): Promise<void> {
  const access = await maker.of(db, job.createdBy)
  if (!access.caller.isAdmin) throw new JobFailed('admin_required')
  const until = await askedAt(db, job)
  if (job.total === null) await setTotal(db, job.id, await countDeleted(db, access, until))
  let { done } = job
  await purgeDeleted(db, access, until, {
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

/** Purges what was deleted up to a moment, type by type, what was left half done by others first. */
async function purgeDeleted(
  db: Database,
  access: Access,
  until: Date,
  { onPurged, ...purging }: Purging & { signal: AbortSignal; onPurged?(count: number): void },
): Promise<void> {
  for (const { code } of access.catalogue.types.values()) {
    const grant = access.grant(code)
    const oldest = sql`${deletedFor(grant, until)} and record.id in (
      select record.id ${deletedFor(grant, until)} order by record.deleted_at limit ${recordsAtOnce})`
    for (;;) {
      purging.signal.throwIfAborted()
      const ids = await inTransaction(db, (trx) => condemn(trx, grant, oldest))
      if (!ids.length) break
      const count = await purgeRecords(db, grant, ids, purging)
      onPurged?.(count)
    }
  }
}

/** How many records of all types were deleted up to a moment. */
export async function countDeleted(db: Database, access: Access, until: Date): Promise<number> {
  let total = 0
  for (const { code } of access.catalogue.types.values()) {
    const { rows } = await sql<{ n: number }>`select count(*) as n ${deletedFor(access.grant(code), until)}`.execute(db)
    total += rows[0]?.n ?? 0
  }
  return total
}

async function askedAt(db: Database, { id }: Job): Promise<Date> {
  const { at } = await db
    .selectFrom('local.job')
    .select('created_at as at')
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  return new Date(at)
}
