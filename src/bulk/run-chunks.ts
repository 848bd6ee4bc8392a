import { sql } from 'kysely'
import { whileModelChanges } from '../database/changed-model.ts'
import type { Database } from '../database/connect.ts'
import { inTransaction, type Transaction } from '../database/transaction.ts'
import type { Fault, Problem } from '../errors/problem.ts'
import type { Via } from '../history/write.ts'
import { finishJob, holdJob, type Job, moveJob, setTotal } from '../jobs/job.ts'
import { ItemsDenied, withoutDenied } from '../records/write/denied.ts'
import type { Left } from '../records/write/revert-changes.ts'
import { races, type Writing } from '../records/write/write-context.ts'
import type { Access, AccessMaker } from '../rights/access.ts'
import type { Grant } from '../rights/grant.ts'
import { type Choosing, chooseMore, countTargets } from './choose-targets.ts'

/** Records processed per transaction. */
const recordsAtOnce = 1000

/** A record of a job and its place in the order. */
export interface Target {
  place: number
  recordId: number
}

/** The result for a record; `left` lists the parts that were skipped. */
export type TargetOutcome = ({ id: number } | { problem: Problem; isWritten?: boolean }) & { left?: readonly Left[] }

/** The counters at the start of a job. */
export const noCounters = { records: 0, done: 0, failed: 0, left: 0 }

/** The parameters of a bulk job. */
export interface BulkJob {
  db: Database
  access: AccessMaker
  job: Job
  typeCode: string
  via: Via
  /** The job that this one reverts. */
  undoes?: number
  /** Selects the records, unless the request listed their ids. */
  choosing?: ((access: Access, grant: Grant) => Choosing) | undefined
  signal: AbortSignal
}

/** Processes a chunk of records and returns their results in the same order. */
export type TargetWork = (
  trx: Transaction,
  writing: Writing,
  targets: readonly Target[],
) => Promise<readonly TargetOutcome[]>

/** Processes all chunks and finishes the job. Each chunk and its progress are saved in one transaction. */
export async function doInChunks(
  { db, access, job, typeCode, via, undoes, choosing, signal }: BulkJob,
  work: TargetWork,
): Promise<void> {
  const before: Record<string, number> = { ...noCounters, ...job.result }
  let progress = { id: job.id, done: Number(job.done), result: before }
  // Read again for every chunk: rights and fields may have changed meanwhile.
  const accessIn = async (on: Database) => {
    const caller = await access.of(on, job.createdBy)
    return { caller, grant: caller.grant(typeCode) }
  }
  const choosingIn = async (on: Database, choose: NonNullable<typeof choosing>) => {
    const { caller, grant } = await accessIn(on)
    return { choosing: choose(caller, grant), typeId: grant.type.id }
  }
  const chooseNext = async (choose: NonNullable<typeof choosing>) =>
    await whileModelChanges(() => chooseMore(db, progress, (trx) => choosingIn(trx, choose)))
  if (choosing && job.total === null) {
    await whileModelChanges(async () => countTargets(db, job.id, (await choosingIn(db, choosing)).choosing))
  }
  for (;;) {
    signal.throwIfAborted()
    const targets = await targetsAfter(db, progress.id, progress.done)
    if (!targets.length) {
      if (!choosing || !(await chooseNext(choosing))) break
      continue
    }
    const chunk = async (trx: Transaction, denied: ReadonlyMap<number, Problem>) => {
      await holdJob(trx, progress)
      const { caller, grant } = await accessIn(trx)
      const doing = { via, jobId: job.id, ...(undoes !== undefined && { undoes }) }
      const writing = { grant, context: caller.context(), ...doing, isSilent: true }
      const { counters, faults } = await doChunk(trx, writing, targets, { denied, work })
      await keepFaults(trx, job.id, grant.type.id, faults)
      const next = { ...progress, done: targets.at(-1)!.place, result: sum(progress.result, counters) }
      await moveJob(trx, next)
      return next
    }
    progress = await whileModelChanges(() =>
      withoutDenied((denied) => inTransaction(db, (trx) => chunk(trx, denied), races)),
    )
  }
  // The count at the start differs if records changed meanwhile.
  if (choosing) await setTotal(db, job.id, progress.done)
  const { failed, left } = progress.result
  await finishJob(db, progress, failed || left ? 'completedWithErrors' : 'completed')
}

/** Processes one chunk without the denied records. Throws ItemsDenied when further records turn out to be denied. */
export async function doChunk(
  trx: Transaction,
  writing: Writing,
  targets: readonly Target[],
  { denied, work }: { denied: ReadonlyMap<number, Problem>; work: TargetWork },
) {
  const tried = targets.filter(({ place }) => !denied.has(place))
  const outcomes = await work(trx, writing, tried)
  const written = tried.flatMap(({ place }, index): [number, Problem][] => {
    const outcome = outcomes[index]!
    return 'problem' in outcome && outcome.isWritten ? [[place, outcome.problem]] : []
  })
  if (written.length) throw new ItemsDenied(new Map(written))
  const all = [
    ...tried.map(({ recordId }, index) => ({ recordId, outcome: outcomes[index]! })),
    ...targets.flatMap(({ recordId, place }) => {
      const problem = denied.get(place)
      return problem ? [{ recordId, outcome: { problem } as TargetOutcome }] : []
    }),
  ]
  const failed = all.filter(({ outcome }) => 'problem' in outcome).length
  const left = all.filter(({ outcome }) => outcome.left?.length).length
  return {
    counters: { records: all.length, done: all.length - failed, failed, left },
    faults: all.flatMap(({ recordId, outcome }) => faultsOf(recordId, outcome)),
  }
}

/** A fault of a record: its code and field, never a value. */
interface RecordFault {
  recordId: number
  field: string | null
  severity: 'error' | 'warning'
  code: string
  params: Record<string, string | number>
}

function faultsOf(recordId: number, outcome: TargetOutcome): RecordFault[] {
  const fault = (code: string, field: string | null, params: Fault['params'] = {}): RecordFault => ({
    ...{ recordId, field, severity: 'error', code, params: impersonal(params) },
  })
  const left = (outcome.left ?? []).map(({ path, code, params }) => ({
    ...fault(code, path, params),
    severity: 'warning' as const,
  }))
  if (!('problem' in outcome)) return left
  const { code, params, faults } = outcome.problem
  if (!faults.length) return [fault(code, null, params), ...left]
  return [...faults.map(({ code, pointer = '', params }) => fault(code, pathOf(pointer), params)), ...left]
}

async function targetsAfter(db: Database, jobId: number, place: number): Promise<Target[]> {
  return await db
    .selectFrom('local.bulk_target')
    .select(['place', 'record_id as recordId'])
    .where('job_id', '=', jobId)
    .where('place', '>', place)
    .orderBy('place')
    .limit(recordsAtOnce)
    .execute()
}

function sum(before: Record<string, number>, more: Record<string, number>): Record<string, number> {
  return { ...before, ...Object.fromEntries(Object.entries(more).map(([name, n]) => [name, (before[name] ?? 0) + n])) }
}

function pathOf(pointer: string): string | null {
  const [, first = '', second = ''] = pointer.split('/')
  return first ? (first === 'userFields' ? `${first}.${second}` : first) : null
}

/** Keeps the parameters that messages need; the others may contain parts of values. */
function impersonal(params: NonNullable<Fault['params']>): RecordFault['params'] {
  const kept = ['limit', 'min', 'max', 'expected', 'format', 'type', 'source', 'operation', 'id']
  return Object.fromEntries(Object.entries(params).filter(([name]) => kept.includes(name)))
}

async function keepFaults(
  trx: Transaction,
  jobId: number,
  typeId: number,
  faults: readonly RecordFault[],
): Promise<void> {
  if (!faults.length) return
  await sql`insert into local.job_fault (job_id, type_id, record_id, column_name, severity, code, params)
    select ${jobId}, ${typeId}, "recordId", field, severity, code, params from json_to_recordset(${JSON.stringify(faults)})
      as v ("recordId" bigint, field text, severity text, code text, params jsonb)`.execute(trx)
}
