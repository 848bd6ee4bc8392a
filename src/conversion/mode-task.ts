import { sql } from 'kysely'
import { doChunk, noCounters, type TargetWork } from '../bulk/do-chunk.ts'
import { retryOnModelChange } from '../database/changed-model.ts'
import type { Database } from '../database/connect.ts'
import type { Transaction } from '../database/transaction.ts'
import { keysOf, pointerOf } from '../errors/json-pointer.ts'
import { Problem } from '../errors/problem.ts'
import { countOnce, type Job, type JobCreator } from '../jobs/job.ts'
import { JobFailed, jobTask, queueJob } from '../jobs/job-task.ts'
import type { JobQueue } from '../jobs/queue.ts'
import { runInChunks } from '../jobs/run-in-chunks.ts'
import { type RecordQuery, recordsFor } from '../records/query/record-query.ts'
import { withoutDenied } from '../records/write/denied.ts'
import { lockAndRead } from '../records/write/lock-records.ts'
import type { AccessContext } from '../rights/access-context.ts'
import type { Grant } from '../rights/grant.ts'
import { convertAll, targetsOf } from './simple-mode.ts'

/** The modes of leads. */
export const leadModes = ['classic', 'simple'] as const
export type LeadMode = (typeof leadModes)[number]

const leadsAtOnce = 200

/**
 * Converts the leads that were open when the simple mode began. In the classic mode there is nothing to convert, so the
 * job ends at once, also when the mode is changed back while it runs. Leads with faults stay open and are listed.
 */
export const leadModeTask = jobTask('lead-mode', async ({ db, access: maker }: AccessContext, job, signal) => {
  const read = async () => {
    const access = await maker.ofJob(db, job)
    if (!access.configures) throw new JobFailed('admin_required')
    return { grant: access.grant('lead'), context: access.context() }
  }
  await countOnce(db, job, async () => await countOpen(db, (await read()).grant, job))
  const chunked = { db, job, signal, read, typeId: (await read()).grant.type.id, transaction: withoutDenied }
  return await runInChunks(chunked, pagesOf(db, read, job), (trx, ids, { grant, context }, denied) => {
    const writing = { grant, context, via: 'bulk' as const, jobId: job.id, isSilent: true }
    const targets = ids.map((recordId) => ({ place: recordId, typeId: grant.type.id, recordId }))
    return doChunk(trx, writing, targets, { denied, work })
  })
})

/** Changes the mode of new leads and creates the job that converts the open ones. Returns the id of the job. */
export async function startMode(
  trx: Transaction,
  queue: JobQueue,
  { mode, creator }: { mode: LeadMode; creator: JobCreator },
): Promise<number> {
  // Waits for leads that are being created in the earlier mode. The job finds them.
  await sql`select pg_advisory_xact_lock(lead_mode_lock())`.execute(trx)
  await trx
    .updateTable('setting')
    .set({ value: JSON.stringify(mode) })
    .where('key', '=', 'leadMode')
    .execute()
  return await queueJob(trx, queue, leadModeTask, { creator, result: noCounters })
}

/** Returns the open leads that the job has not found faulty yet, or none in the classic mode. */
function openLeads(grant: Grant, { id }: Job, after: number): RecordQuery {
  const isSimple = grant.catalogue.lookups.settings.leadMode === 'simple'
  const isFaulty = sql`exists (select from local.job_fault as f
    where f.job_id = ${id} and f.type_id = ${grant.type.id} and f.record_id = record.id)`
  return recordsFor(grant, 'read')
    .and(sql`${isSimple} and record.stage_semantic = 'process' and record.id > ${after}`)
    .and(sql`not ${isFaulty}`)
}

async function countOpen(db: Database, grant: Grant, job: Job): Promise<number> {
  const { rows } = await openLeads(grant, job, 0).select<{ n: number }>(sql`count(*) as n`).execute(db)
  return rows[0]?.n ?? 0
}

/** Yields the ids of open leads, page by page. After a restart it begins again: converted leads are no longer open. */
async function* pagesOf(
  db: Database,
  read: () => Promise<{ grant: Grant }>,
  job: Job,
): AsyncGenerator<number[], void, undefined> {
  for (let after = 0; ; ) {
    const ids = await retryOnModelChange(read, async ({ grant }) => {
      const page = { orderBy: sql`record.id`, limit: leadsAtOnce }
      const { rows } = await openLeads(grant, job, after).select<{ id: number }>(sql`record.id`, page).execute(db)
      return rows.map(({ id }) => id)
    })
    if (!ids.length) return
    yield ids
    after = ids.at(-1)!
  }
}

const work: TargetWork = async (trx, writing, targets) => {
  const ids = targets.map(({ recordId }) => recordId)
  const input = { stageId: null, companyId: null, contacts: null }
  const { locked, present } = await lockAndRead(trx, writing.grant, ids, [{ input }])
  // Somebody may have closed or converted a lead since it was chosen.
  const open = ids.filter((id) => present.get(id)?.state.get('stageSemantic') === 'process')
  const items = open.map((id) => ({ id, targets: targetsOf(present.get(id)!.state) }))
  const problems = await convertAll(trx, writing, items)
  return ids.map((id) => {
    const failed = problems.get(id)
    if (failed) return { ...failed, problem: named(failed.problem) }
    return present.has(id) ? { id } : { problem: locked.refusal(id) }
  })
}

/** Names the fields of the faults with the record that they belong to, such as `deal.amount`. */
function named({ code, params, faults }: Problem): Problem {
  const moved = faults.map((fault) => ({ ...fault, pointer: pointerOf([keysOf(fault.pointer ?? '').join('.')]) }))
  return new Problem(code, params, { faults: moved })
}
