import { type SqlBool, sql } from 'kysely'
import type { Transaction } from '../database/transaction.ts'
import { Problem } from '../errors/problem.ts'
import type { Value } from '../fields/value.ts'
import { JobFailed, jobTask } from '../jobs/job-task.ts'
import { undoMergeOfJob } from '../merging/undo-merge.ts'
import { recordsFor, recordsInBin } from '../records/query/record-query.ts'
import { type RecordChanges, revertChanges } from '../records/write/revert-changes.ts'
import type { WriteContext } from '../records/write/write-context.ts'
import { restoreRecords } from '../recycle-bin/restore.ts'
import type { AccessContext } from '../rights/access-context.ts'
import type { Grant } from '../rights/grant.ts'
import type { Target, TargetOutcome, TargetWork } from './do-chunk.ts'
import { removeCreated } from './remove-created.ts'
import { readBulk, runBulk } from './run-bulk.ts'

/** Reverts a bulk action, an import or automatic merges where nothing changed since. */
export const revertTask = jobTask('revert', async (context: AccessContext, job, signal) => {
  const bulk = await readBulk(context.db, job.id)
  if (bulk.undoes === null) throw new JobFailed('internal_error')
  return await runBulk(context, { job, bulk, signal }, revertTargets)
})

/** Reverts the changes of a job to a chunk of its targets, in their order. */
export const revertTargets: TargetWork = async (trx, writing, targets) => {
  const outcomes: TargetOutcome[] = []
  for (const some of ofOneType(targets)) {
    outcomes.push(...(await revertOfType(trx, { ...writing, grant: grantOf(writing, some[0]!.typeId) }, some)))
  }
  return outcomes
}

/** Returns the grant for a type by its id. */
export function grantOf({ grant }: Pick<WriteContext, 'grant'>, typeId: number): Grant {
  const type = [...grant.catalogue.types.values()].find(({ id }) => id === typeId)
  return type ? grant.of(type.code) : grant
}

/** Returns the runs of targets of the same type. */
function ofOneType(targets: readonly Target[]): Target[][] {
  const runs: Target[][] = []
  for (const target of targets) {
    const last = runs.at(-1)
    if (last?.[0]?.typeId === target.typeId) last.push(target)
    else runs.push([target])
  }
  return runs
}

async function revertOfType(
  trx: Transaction,
  writing: WriteContext,
  targets: readonly Target[],
): Promise<TargetOutcome[]> {
  const done = await doneTo(trx, writing, targets)
  const ids = (wanted: DoneByJob['kind']) => done.filter(({ kind }) => kind === wanted).map(({ id }) => id)
  const [created, deleted] = [ids('created'), ids('deleted')]
  const changed = done.filter(({ kind }) => kind === 'changed')
  const removed = created.length ? await removeCreated(trx, writing, created) : []
  const restored = deleted.length ? await bringBack(trx, writing, deleted) : []
  const back = changed.length ? await revertChanges(trx, writing, changed) : []
  const merged = await undoMerges(trx, writing, ids('merged'))
  const outcomes = new Map<number, TargetOutcome>([
    ...merged,
    ...created.map((id, index) => [id, removed[index]!] as const),
    ...deleted.map((id, index) => [id, restored[index]!] as const),
    ...changed.map(({ id }, index) => [id, back[index]!] as const),
  ])
  return targets.map(({ recordId }) => outcomes.get(recordId)!)
}

/** Undoes the merges that the job made into these records. */
async function undoMerges(
  trx: Transaction,
  writing: WriteContext,
  ids: readonly number[],
): Promise<[number, TargetOutcome][]> {
  const outcomes: [number, TargetOutcome][] = []
  for (const id of ids) {
    try {
      const { kept } = await undoMergeOfJob(trx, writing, { jobId: writing.undoes!, survivorId: id })
      const left = kept.map((part) => ({
        path: part.id === id ? part.field : null,
        code: part.code,
        ...(part.params && { params: part.params }),
      }))
      outcomes.push([id, { id, left }])
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      outcomes.push([id, { problem: error, isWritten: true }])
    }
  }
  return outcomes
}

/** Restores deleted records. Accepts those that somebody restored already and keeps those deleted again. */
async function bringBack(trx: Transaction, writing: WriteContext, ids: readonly number[]): Promise<TargetOutcome[]> {
  const { grant, context } = writing
  const outcomes = await restoreRecords(trx, writing, ids)
  const missing = ids.filter((_, index) => isMissing(outcomes[index]!))
  if (!missing.length) return outcomes
  const isMissed = sql<SqlBool>`record.id = any(${missing})`
  const { rows } = await sql<{ id: number; isBack: boolean }>`
    ${recordsFor(grant, 'read').and(isMissed).select(sql`record.id, true as "isBack"`)}
    union all ${recordsInBin(grant, context.now).and(isMissed).select(sql`record.id, false`)}`.execute(trx)
  const found = new Map(rows.map((row) => [row.id, row]))
  return outcomes.map((outcome, index) => {
    const id = ids[index]!
    const present = isMissing(outcome) ? found.get(id) : undefined
    if (!present) return outcome
    return { id, left: present.isBack ? [] : [{ path: null, code: 'changed_since' }] }
  })
}

function isMissing(outcome: TargetOutcome): boolean {
  return 'problem' in outcome && outcome.problem.code === 'not_in_recycle_bin'
}

/** The change that a job made to a record. */
type DoneByJob = RecordChanges & { kind: 'created' | 'changed' | 'deleted' | 'merged' }

/** Reads from the history what the job did to the records; purged records have no history and no changes. */
async function doneTo(
  trx: Transaction,
  { grant, undoes }: WriteContext,
  targets: readonly Target[],
): Promise<DoneByJob[]> {
  const { rows } = await sql<DoneByJob>`
    select record_id as id, kind, coalesce(changes, '{}') as changes from history
    where job_id = ${undoes} and type_id = ${grant.type.id} and record_id = any(${targets.map(({ recordId }) => recordId)})
    order by history.id`.execute(trx)
  const byId = new Map<number, DoneByJob>()
  for (const row of rows) {
    const earlier = byId.get(row.id)
    byId.set(row.id, earlier ? { ...earlier, changes: together(earlier.changes, row.changes) } : row)
  }
  return targets.map(({ recordId }) => byId.get(recordId) ?? { id: recordId, kind: 'changed', changes: {} })
}

/** Returns two changes of a record, one after the other, as one. */
function together(first: RecordChanges['changes'], then: RecordChanges['changes']): RecordChanges['changes'] {
  const all: Record<string, readonly [Value, Value]> = { ...first }
  for (const [key, [before, after]] of Object.entries(then)) all[key] = [all[key] ? all[key][0] : before, after]
  return all
}
