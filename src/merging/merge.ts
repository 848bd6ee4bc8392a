import { sql } from 'kysely'
import type { Part } from '../database/statement.ts'
import { rowsOf } from '../database/statement.ts'
import type { Transaction } from '../database/transaction.ts'
import type { Change, PresentRecord } from '../entities/change.ts'
import { pointerOf } from '../errors/json-pointer.ts'
import { type Fault, invalid, Problem } from '../errors/problem.ts'
import type { Link } from '../fields/kinds/link-kinds.ts'
import { historyInsert } from '../history/write.ts'
import type { SavedRecord } from '../records/list/read-record.ts'
import { tableOf } from '../records/query/record-query.ts'
import { combined } from '../records/query/run-statements.ts'
import { stamp } from '../records/write/change.ts'
import { recordTimes, timeAfter, timesOf, withTime, writeTime } from '../records/write/change-time.ts'
import { lockRecords, readStates } from '../records/write/lock-records.ts'
import { preconditionProblems } from '../records/write/precondition.ts'
import { resolveReferences } from '../records/write/resolve-references.ts'
import { applyRules } from '../records/write/rules.ts'
import { saveRecords } from '../records/write/save-records.ts'
import type { WriteContext } from '../records/write/write-context.ts'
import type { Grant } from '../rights/grant.ts'
import { type Conflict, combineValues } from './combine-values.ts'
import { goneRecords } from './gone-records.ts'
import { lockMembers, sharedLists } from './lock-members.ts'
import { type Merging, saveMerge } from './merge-log.ts'
import type { MergeRequest } from './merge-request.ts'
import { takePlaces } from './move-links.ts'
import { type MovedCounts, moveReferences } from './move-references.ts'

/** A merge that was just made. */
export interface Merge {
  id: number
  record: SavedRecord
  moved: MovedCounts
  conflicts: Conflict[]
}

/**
 * Merges records into one of them. The survivor gets their values and all references to them. The merged records keep
 * their own values, and only their ids lead to the survivor. Throws what prevents the merge.
 */
export async function mergeRecords(trx: Transaction, given: WriteContext, request: MergeRequest): Promise<Merge> {
  const writing: WriteContext = { ...given, via: 'merge' }
  const { grant } = writing
  requireAllFields(grant)
  const referring = await lockMembers(trx, { grant, ...request })
  const { versions, moments } = await lockAllowed(trx, grant, request)
  const states = await readStates(trx, grant, [request.survivorId, ...request.mergedIds])
  const records = [request.survivorId, ...request.mergedIds].map((id) => states.get(id)!)
  const { after, conflicts, faults } = combineValues(
    { type: grant.type, records, gone: await goneRecords(trx, grant, records) },
    request,
  )
  if (faults.length) throw invalid(faults)

  const change = changeOf(writing, records[0]!, after)
  const merging: Merging = { grant, ...request, id: await saveMerge(trx, grant, { ...request, ...savedBy(change) }) }
  await releaseKeys(trx, merging)
  const record = await saveSurvivor(trx, writing, change)
  await takePlaces(trx, merging, addedLinks(change, grant))
  const moved = await moveReferences(trx, merging, referring)
  await markMerged(trx, writing, merging, { versions, moments })
  return { id: merging.id, record, moved, conflicts }
}

/** Throws `fields_hidden` unless the caller sees and may change every field of the type. */
export function requireAllFields({ type, readable }: Grant): void {
  if (type.fields.some(({ path }) => !readable.has(path))) throw new Problem('fields_hidden')
}

/** Checks the rights to the records. A record that the caller may not read is missing. */
async function lockAllowed(trx: Transaction, grant: Grant, { survivorId, mergedIds, ifMatch }: MergeRequest) {
  const survivor = await lockRecords(trx, grant, 'update', [survivorId])
  const merged = await lockRecords(trx, grant, 'delete', mergedIds)
  const problems = [
    ...(survivor.versions.has(survivorId) ? [] : [{ pointer: '/survivorId', problem: survivor.refusal(survivorId) }]),
    ...mergedIds.flatMap((id, at) =>
      merged.versions.has(id) ? [] : [{ pointer: pointerOf(['ids', at]), problem: merged.refusal(id) }],
    ),
  ]
  const faults = problems.flatMap(({ pointer, problem }) => faultOf(pointer, problem))
  if (faults.length) throw invalid(faults)
  if (problems[0]) throw problems[0].problem
  const clash = (await preconditionProblems(trx, grant, [{ id: survivorId, ifMatch }], survivor.versions)).get(
    survivorId,
  )
  if (clash) throw clash
  return merged
}

/** Returns the fault of a missing record. Other problems, such as a missing right, are no faults of the request. */
function faultOf(pointer: string, { code, params }: Problem): Fault[] {
  if (code === 'record_not_found') return [{ pointer, code: 'not_found_reference', params }]
  if (code === 'record_merged') return [{ pointer, code: 'merged_record', params, allowed: [String(params.survivor)] }]
  return []
}

function changeOf(
  { grant, context }: WriteContext,
  { id, state: before }: PresentRecord,
  after: Change['after'],
): Change {
  const change: Change = {
    type: grant.type,
    context: withTime(context, timeAfter(writeTime(context), before.get('updatedAt'))),
    id,
    before,
    after,
    given: new Map(),
    faults: [],
    writable: grant.writable,
    isRevert: true,
    merging: 'merge',
  }
  applyRules([change])
  stamp(change)
  return change
}

function savedBy({ after, context }: Change) {
  return { version: Number(after.get('version')), at: context.now }
}

/** Lets the survivor take the external keys of the merged records, which keep them for an undo. */
async function releaseKeys(trx: Transaction, { grant, mergedIds }: Merging): Promise<void> {
  await sql`update external_id set active = false
    where type_id = ${grant.type.id} and record_id = any(${mergedIds}::bigint[]) and active`.execute(trx)
}

async function saveSurvivor(trx: Transaction, given: WriteContext, change: Change): Promise<SavedRecord> {
  const writing = { ...given, context: change.context }
  const inverse = await resolveReferences(trx, writing, [change])
  if (change.faults.length) {
    throw invalid(change.faults.map((fault) => ({ ...fault, pointer: `/choices${fault.pointer ?? ''}` })))
  }
  const outcome = (await saveRecords(trx, writing, { changes: [change], inverse })).get(change.id)!
  if ('problem' in outcome) throw outcome.problem
  return outcome
}

/** Returns the records to which the survivor did not link before, by field key. */
function addedLinks({ before, after }: Change, grant: Grant): Map<string, number[]> {
  const idsIn = (value: unknown) => ((value ?? []) as Link[]).map(({ id }) => id)
  return new Map(
    sharedLists(grant).map(({ key }) => {
      const old = new Set(idsIn(before?.get(key)))
      return [key, idsIn(after.get(key)).filter((id) => !old.has(id))]
    }),
  )
}

/** The versions of records before a write, and the times of the write. */
interface Locked {
  versions: ReadonlyMap<number, number>
  moments: ReadonlyMap<number, Date>
}

async function markMerged(
  trx: Transaction,
  { context, via, jobId }: WriteContext,
  { grant, survivorId, mergedIds }: Merging,
  { versions, moments }: Locked,
): Promise<void> {
  const entries = mergedIds.map((id) => ({
    typeId: grant.type.id,
    recordId: id,
    version: versions.get(id)! + 1,
    at: moments.get(id)!,
    kind: 'merged' as const,
    changes: null,
  }))
  const update: Part = {
    shape: 'merge',
    values: [survivorId, context.userId, timesOf(entries)],
    sql: (survivor, userId, times) => sql`update ${tableOf(grant)} as record set merged_into = ${survivor},
      version = record.version + 1, updated_at = v.at, updated_by = ${userId} from ${recordTimes(times)} where record.id = v.id`,
  }
  await rowsOf(trx, combined(grant, [update, historyInsert(entries, { actorId: context.userId, via, jobId })], 'merge'))
}
