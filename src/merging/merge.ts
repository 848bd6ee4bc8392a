import type { Transaction } from '../database/transaction.ts'
import type { Change, PresentRecord } from '../entities/change.ts'
import { invalid } from '../errors/problem.ts'
import type { Link } from '../fields/kinds/link-kinds.ts'
import type { SavedRecord } from '../records/list/read-record.ts'
import { stamp } from '../records/write/change.ts'
import { timeAfter, withTime, writeTime } from '../records/write/change-time.ts'
import { resolveReferences } from '../records/write/resolve-references.ts'
import { applyRules } from '../records/write/rules.ts'
import { saveRecords } from '../records/write/save-records.ts'
import type { WriteContext } from '../records/write/write-context.ts'
import type { Grant } from '../rights/grant.ts'
import { refuseMissing, requireAllFields, requireMergeable } from './check-members.ts'
import { type Conflict, combineValues } from './combine-values.ts'
import { goneRecords } from './gone-records.ts'
import { type LockedMembers, lockMembers, sharedLists } from './lock-members.ts'
import { markMerged, releaseKeys } from './mark-merged.ts'
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

/** Locks records and merges them into one of them. Throws what prevents it. */
export async function lockAndMerge(trx: Transaction, writing: WriteContext, request: MergeRequest): Promise<Merge> {
  const { grant } = writing
  requireAllFields(grant)
  await refuseMissing(trx, grant, request)
  return await mergeRecords(trx, writing, request, await lockMembers(trx, grant, [request]))
}

/**
 * Merges locked records into one of them, for a caller who sees all fields. The survivor gets their values and all
 * references to them. The merged records keep their own values, and only their ids lead to the survivor. Throws what
 * prevents the merge.
 */
export async function mergeRecords(
  trx: Transaction,
  given: WriteContext,
  request: MergeRequest,
  members: LockedMembers,
): Promise<Merge> {
  const writing: WriteContext = { ...given, via: 'merge' }
  const { grant } = writing
  await requireMergeable(trx, grant, request, members)
  const records = [request.survivorId, ...request.mergedIds].map((id) => members.records.get(id)!)
  const { after, conflicts, faults } = combineValues(
    { type: grant.type, records, gone: await goneRecords(trx, grant, records) },
    request,
  )
  if (faults.length) throw invalid(faults)

  const change = changeOf(writing, records[0]!, after)
  const merging: Merging = {
    grant,
    ...request,
    id: await saveMerge(trx, grant, { ...request, ...savedBy(change), jobId: writing.jobId }),
  }
  await releaseKeys(trx, merging)
  const record = await saveSurvivor(trx, writing, change)
  await takePlaces(trx, merging, addedLinks(change, grant))
  const moved = await moveReferences(trx, merging, members.referring)
  await markMerged(trx, writing, merging, members.merged)
  return { id: merging.id, record, moved, conflicts }
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
