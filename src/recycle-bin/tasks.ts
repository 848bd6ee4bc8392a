import { sql } from 'kysely'
import { retryOnModelChange } from '../database/changed-model.ts'
import type { Database } from '../database/connect.ts'
import { inTransaction, type Transaction } from '../database/transaction.ts'
import type { Authorship } from '../history/write.ts'
import { countOnce, type Job } from '../jobs/job.ts'
import { JobFailed, jobTask } from '../jobs/job-task.ts'
import { runInChunks } from '../jobs/run-in-chunks.ts'
import type { Task } from '../jobs/task.ts'
import { recordsDeletedUntil } from '../records/query/record-query.ts'
import type { Access } from '../rights/access.ts'
import type { AccessContext } from '../rights/access-context.ts'
import { markForPurge, purgeSome } from './purge.ts'

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
    const read = () => maker.system(db)
    const { catalogue } = await read()
    const until = new Date(Date.now() - catalogue.lookups.settings.recycleBinDays * day)
    for await (const page of condemned(db, read, until)) {
      signal.throwIfAborted()
      await retryOnModelChange(read, (access) =>
        inTransaction(db, (trx) => purgePage(trx, access, page, { actorId: null, via: 'system' })),
      )
    }
  },
}

/** Purges every record that was in the recycle bin when an administrator sent the request. */
export const emptyTask = jobTask('empty-recycle-bin', emptyBin)

async function emptyBin({ db, access: maker }: AccessContext, job: Job, signal: AbortSignal): Promise<Job['result']> {
  const read = () => maker.ofJob(db, job)
  const access = await read()
  if (!access.configures) throw new JobFailed('admin_required')
  const until = await createdAt(db, job)
  await countOnce(db, job, () => retryOnModelChange(read, (fresh) => countDeleted(db, fresh, until)))
  const result = { purged: 0, ...job.result }
  const pages = condemned(db, read, until)
  return await runInChunks({ db, job: { ...job, result }, signal, read }, pages, async (trx, page, access) => {
    const purged = await purgePage(trx, access, page, { actorId: job.createdBy, via: 'api' })
    return { items: purged, counters: { purged } }
  })
}

/** Records of one type that are marked for purge. */
interface Page {
  typeCode: string
  ids: readonly number[]
}

/**
 * Marks records deleted up to the given time for purge, type by type, and yields them a page at a time. What a purge
 * left behind comes first.
 */
async function* condemned(
  db: Database,
  read: () => Promise<Access>,
  until: Date,
): AsyncGenerator<Page, void, undefined> {
  const { catalogue } = await read()
  for (const typeCode of catalogue.types.keys()) {
    const condemnSome = async (access: Access) => {
      if (isGone(access, typeCode)) return []
      const grant = access.grant(typeCode)
      const deleted = recordsDeletedUntil(grant, until)
      const some = deleted.select(sql`record.id`, { orderBy: sql`record.deleted_at`, limit: recordsAtOnce })
      const oldest = deleted.and(sql`record.id in (${some})`)
      return await inTransaction(db, (trx) => markForPurge(trx, grant, oldest))
    }
    for (;;) {
      const ids = await retryOnModelChange(read, condemnSome)
      if (!ids.length) break
      yield { typeCode, ids }
    }
  }
}

/** Purges a page and returns the number of purged records: 0 while rows that must be removed first remain. */
async function purgePage(
  trx: Transaction,
  access: Access,
  { typeCode, ids }: Page,
  authorship: Authorship,
): Promise<number> {
  return isGone(access, typeCode) ? 0 : ((await purgeSome(trx, access.grant(typeCode), ids, authorship)) ?? 0)
}

/** Returns whether a type was deleted meanwhile, with its records. */
function isGone({ catalogue }: Access, typeCode: string): boolean {
  return !catalogue.types.has(typeCode)
}

/** Counts the records of all types that were deleted up to the given time. */
export async function countDeleted(db: Database, access: Access, until: Date): Promise<number> {
  let total = 0
  for (const { code } of access.catalogue.types.values()) {
    const deleted = recordsDeletedUntil(access.grant(code), until)
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
