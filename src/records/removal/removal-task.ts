import { retryOnModelChange } from '../../database/changed-model.ts'
import type { Database } from '../../database/connect.ts'
import { inTransaction, type Transaction } from '../../database/transaction.ts'
import { countOnce, type JobCreator } from '../../jobs/job.ts'
import { JobFailed, jobTask, queueJob } from '../../jobs/job-task.ts'
import type { JobQueue } from '../../jobs/queue.ts'
import { runInChunks } from '../../jobs/run-in-chunks.ts'
import type { Task } from '../../jobs/task.ts'
import type { Access } from '../../rights/access.ts'
import type { AccessContext } from '../../rights/access-context.ts'
import { countUses, findUsers, type RemovalKind, type RemovalPlan, removeIfUnused } from './removal.ts'

const recordsAtOnce = 500

/** The job of a kind of removal. */
export interface RemovalTask<Part extends object, Target> extends Task<{ jobId: number }, AccessContext> {
  kind: RemovalKind<Part, Target>
}

/** A part of the model to remove, and what its records get instead. */
interface Removal<Part extends object, Target> {
  part: Part
  target: Target
}

/**
 * Returns the task that gives the records which use a part of the model another value, and then removes the part.
 * Records that begin to use it meanwhile get the other value too.
 */
export function removalTaskOf<Part extends object, Target>(kind: RemovalKind<Part, Target>): RemovalTask<Part, Target> {
  const task = jobTask(kind.name, async ({ db, access: maker }: AccessContext, job, signal) => {
    const { part, target } = await readRemoval<Part, Target>(db, job.id)
    const read = async () => {
      const access = await maker.ofJob(db, job)
      if (!access.configures) throw new JobFailed('settings_required')
      return { access, plan: kind.planOf(access, part, target) }
    }
    const remove = async (trx: Transaction, access: Access) => {
      await kind.lock(trx, access, part)
      const plan = kind.planOf(await maker.within(trx, access), part, target)
      return !plan || (await removeIfUnused(trx, plan))
    }
    const count = async ({ plan }: { plan: RemovalPlan | null }) => (await countUses(db, plan?.uses ?? [])).records
    await countOnce(db, job, () => retryOnModelChange(read, count))
    const pages = pagesOf(
      (find) => retryOnModelChange(read, ({ plan }) => find(db, plan)),
      () => retryOnModelChange(read, ({ access }) => inTransaction(db, (trx) => remove(trx, access))),
    )
    const chunked = { db, job: { ...job, result: { moved: 0, ...job.result } }, signal, read }
    return await runInChunks(chunked, pages, async (trx, { typeCode, ids }, { access, plan }) => {
      // The type was deleted meanwhile, with its records.
      if (!access.catalogue.types.has(typeCode)) return { items: 0, counters: {} }
      const writing = { grant: access.grant(typeCode), context: access.context(), via: 'bulk' as const, jobId: job.id }
      const moved = plan ? await plan.replace(trx, writing, ids) : 0
      return { items: moved, counters: { moved } }
    })
  })
  return { ...task, kind }
}

/** Creates the job of a removal, and returns its id. */
export async function startRemoval<Part extends object, Target>(
  trx: Transaction,
  queue: JobQueue,
  { task, creator, ...removal }: Removal<Part, Target> & { task: RemovalTask<Part, Target>; creator: JobCreator },
): Promise<number> {
  const jobId = await queueJob(trx, queue, task, { creator, result: { moved: 0 } })
  await trx
    .insertInto('local.removal')
    .values({ job_id: jobId, removal: JSON.stringify(removal) })
    .execute()
  return jobId
}

async function readRemoval<Part extends object, Target>(db: Database, jobId: number): Promise<Removal<Part, Target>> {
  const query = db.selectFrom('local.removal').select('removal').where('job_id', '=', jobId)
  // `startRemoval` of the same task stored it.
  return (await query.executeTakeFirstOrThrow()).removal as Removal<Part, Target>
}

/** Ids of records of one type. */
interface Page {
  typeCode: string
  ids: readonly number[]
}

/** Where the next page starts: after a record among the records of one use. */
interface Place {
  use: number
  afterId: number
}

type Find = (db: Database, plan: RemovalPlan | null) => Promise<{ page: Page | null; next: Place | null }>

/** Yields the records that use a part of the model, page by page, until no record uses it and it is removed. */
async function* pagesOf(
  read: (find: Find) => ReturnType<Find>,
  removeIfUnused: () => Promise<boolean>,
): AsyncGenerator<Page> {
  do {
    for (let place: Place | null = { use: 0, afterId: 0 }; place; ) {
      const { page, next } = await read(pageAt(place))
      if (page?.ids.length) yield page
      place = next
    }
  } while (!(await removeIfUnused()))
}

function pageAt({ use, afterId }: Place): Find {
  return async (db, plan) => {
    const present = plan?.uses[use]
    if (!present) return { page: null, next: null }
    const ids = await findUsers(db, present, afterId, recordsAtOnce)
    const isMore = ids.length === recordsAtOnce
    const next = isMore ? { use, afterId: ids.at(-1)! } : { use: use + 1, afterId: 0 }
    return { page: { typeCode: present.grant.type.code, ids }, next }
  }
}
