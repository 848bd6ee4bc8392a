import type { Transaction } from '../database/transaction.ts'
import { stopIfUndone } from '../duplicates/auto-merge-stop.ts'
import { writeTime } from '../records/write/change-time.ts'
import { lockRecords } from '../records/write/lock-records.ts'
import { type Precondition, preconditionProblems } from '../records/write/precondition.ts'
import type { WriteContext } from '../records/write/write-context.ts'
import type { Access } from '../rights/access.ts'
import { requireAllFields } from './check-members.ts'
import { readMergeById, readMergeOfJob, type StoredMerge } from './find-merges.ts'
import { lockAll, referrersOf } from './lock-members.ts'
import type { Merging } from './merge-log.ts'
import { mergedSince } from './merged-since.ts'
import { dependentMerge, otherMerges } from './other-merges.ts'
import { readMerged, restoreMerged } from './restore-merged.ts'
import { restoreValues } from './restore-values.ts'
import { type KeptPart, returnPrimary, returnReferences } from './return-references.ts'
import { checkUndoable, laterMerge, type MovedReference, markUndone, readMoved } from './stored-merge.ts'

/** The result of undoing a merge. */
export interface UndoneMerge {
  restoredIds: number[]
  kept: KeptPart[]
}

/** Undoes a merge whose survivor the caller may read. Throws `merge_not_found` and what `undo` throws. */
export async function undoMerge(
  trx: Transaction,
  {
    access,
    writing,
    id,
    ifMatch,
  }: { access: Access; writing(type: string): WriteContext; id: number; ifMatch?: Precondition | undefined },
): Promise<UndoneMerge> {
  const merge = await readMergeById(trx, access, id)
  return await undo(trx, writing(merge.type), { ...merge, ifMatch })
}

/** Undoes the merge that a job made into this record. Throws `record_not_found` and what `undo` throws. */
export async function undoMergeOfJob(
  trx: Transaction,
  writing: WriteContext,
  merge: { jobId: number; survivorId: number },
): Promise<UndoneMerge> {
  return await undo(trx, writing, await readMergeOfJob(trx, writing.grant, merge))
}

/**
 * Undoes a merge: the merged records are records of their own again, with the references that they had, and the survivor
 * gets its earlier values back. What was changed since stays as it is and is reported. Throws what prevents it.
 */
async function undo(
  trx: Transaction,
  given: WriteContext,
  { id, survivorId, ids: mergedIds, jobId, ifMatch }: StoredMerge & { ifMatch?: Precondition | undefined },
): Promise<UndoneMerge> {
  const writing: WriteContext = { ...given, via: 'revert', isSilent: true }
  const { grant } = writing
  requireAllFields(grant)
  const merging: Merging = { grant, id, survivorId, mergedIds }
  const moved = await readMoved(trx, merging)
  await lockAll(trx, grant, [survivorId, ...mergedIds], await recordsOf(trx, merging, moved))
  const values = await checkUndoable(trx, merging)
  const others = await otherMerges(trx, merging)
  const first =
    (await mergedSince(trx, merging, { values, moved })) ??
    (await dependentMerge(trx, merging, { values, moved, others }))
  if (first !== null) throw laterMerge(id, first)
  const { versions, refusal } = await lockRecords(trx, grant, 'update', [survivorId])
  const clash = (await preconditionProblems(trx, grant, [{ id: survivorId, ifMatch }], versions)).get(survivorId)
  if (!versions.has(survivorId) || clash) throw clash ?? refusal(survivorId)
  const merged = await readMerged(trx, merging)
  if (merged.some(({ mayRestore }) => !mayRestore)) throw grant.refusal('delete')

  await returnPrimary(trx, merging, moved)
  const kept = [
    ...(await restoreValues(trx, writing, merging, { values, others })),
    ...(await returnReferences(trx, merging, moved)),
    ...(await restoreMerged(trx, writing, merged)),
  ]
  await markUndone(trx, merging, writeTime(writing.context))
  if (jobId !== null) await stopIfUndone(trx, grant.type.id, grant.userId)
  return { restoredIds: merged.map((one) => one.id), kept }
}

/** Returns the ids of the records whose references an undo returns, by the id of their type. */
async function recordsOf(
  trx: Transaction,
  merging: Merging,
  moved: readonly MovedReference[],
): Promise<Map<number, readonly number[]>> {
  const { grant, mergedIds } = merging
  const types = [...grant.catalogue.types.values()]
  const found = new Map(await referrersOf(trx, grant, mergedIds))
  for (const { table, otherType, ids } of moved) {
    const type = otherType ?? types.find((one) => one.table === table)?.id
    if (type !== undefined) found.set(type, [...(found.get(type) ?? []), ...ids])
  }
  return found
}
