import { sql } from 'kysely'
import { whileModelChanges } from '../database/changed-model.ts'
import type { Database } from '../database/connect.ts'
import { inTransaction, type Transaction } from '../database/transaction.ts'
import type { Authorship } from '../history/write.ts'
import { countOnce, type Job } from '../jobs/job.ts'
import { JobFailed, jobTask } from '../jobs/job-task.ts'
import { runInChunks } from '../jobs/run-in-chunks.ts'
import type { Task } from '../jobs/task.ts'
import { deletedFor } from '../records/query/record-query.ts'
import type { Access } from '../rights/access.ts'
import type { AccessContext } from '../rights/access-context.ts'
import { condemn, purgeSome } from './purge.ts'

const recordsAtOnce = 200
const day = 86_400_000

/**
 * Every night, purges records that have been in the recycle bin longer than the settings allow. It has no job, because
 * no progress has to be saved: the next run continues with the records that this one marked.
 */
export const purgeTask: Task<object, AccessContext> = {
  name: 'purge-recycle-bin',
  schedule: '17 3 * * *',
  async run({ db, access: maker }, _payload, signal) {
    const accessIn: AccessIn = (on) => maker.system(on)
    const { catalogue } = await accessIn(db)
    const until = new Date(Date.now() - catalogue.lookups.settings.recycleBinDays * day)
    const purge = purging(accessIn, { actorId: null, via: 'system' })
    for await (const page of condemned(db, accessIn, until)) {
      signal.throwIfAborted()
      await whileModelChanges(() => inTransaction(db, (trx) => purge(trx, page)))
    }
  },
}

/** Purges every record that was in the recycle bin when an administrator sent the request. */
export const emptyTask = jobTask('empty-recycle-bin', emptyBin)

async function emptyBin({ db, access: maker }: AccessContext, job: Job, signal: AbortSignal): Promise<Job['result']> {
  const accessIn: AccessIn = (on) => maker.of(on, job.createdBy)
  const access = await accessIn(db)
  if (!access.caller.isAdmin) throw new JobFailed('admin_required')
  const until = await createdAt(db, job)
  await countOnce(db, job, () => countDeleted(db, access, until))
  const purge = purging(accessIn, { actorId: job.createdBy, via: 'api' })
  const result = { purged: 0, ...job.result }
  const pages = condemned(db, accessIn, until)
  return await runInChunks({ db, job: { ...job, result }, signal }, pages, async (trx, page) => {
    const purged = await purge(trx, page)
    return { items: purged, counters: { purged } }
  })
}

/** Reads the access of the purge. Each step reads it again, because rights and fields may have changed. */
type AccessIn = (on: Database) => Promise<Access>

/** Records of one type that are marked for purge. */
interface Page {
  typeCode: string
  ids: readonly number[]
}

/**
 * Marks records deleted up to the given time for purge, type by type, and yields them a page at a time. What a purge
 * left behind comes first.
 */
async function* condemned(db: Database, accessIn: AccessIn, until: Date): AsyncGenerator<Page, void, undefined> {
  const { catalogue } = await accessIn(db)
  for (const typeCode of catalogue.types.keys()) {
    const condemnSome = async () => {
      const grant = (await accessIn(db)).grant(typeCode)
      const deleted = deletedFor(grant, until)
      const some = deleted.select(sql`record.id`, { orderBy: sql`record.deleted_at`, limit: recordsAtOnce })
      const oldest = deleted.and(sql`record.id in (${some})`)
      return await inTransaction(db, (trx) => condemn(trx, grant, oldest))
    }
    for (;;) {
      const ids = await whileModelChanges(condemnSome)
      if (!ids.length) break
      yield { typeCode, ids }
    }
  }
}

/** Returns the purge of a page in one transaction. It returns the number of purged records: 0 if rows of them are left. */
function purging(accessIn: AccessIn, authorship: Authorship) {
  return async (trx: Transaction, { typeCode, ids }: Page): Promise<number> => {
    const grant = (await accessIn(trx)).grant(typeCode)
    return (await purgeSome(trx, grant, ids, authorship)) ?? 0
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
