import type { Transaction } from '../database/transaction.ts'
import type { Fault } from '../errors/problem.ts'
import type { Field } from '../fields/field.ts'
import { kindOf } from '../fields/kinds/kinds.ts'
import { isNothing, same, type Value } from '../fields/value.ts'
import { writeTime } from '../records/write/change-time.ts'
import { lockRecords, readStates } from '../records/write/lock-records.ts'
import { type Precondition, preconditionProblems } from '../records/write/precondition.ts'
import { revertChanges } from '../records/write/revert-changes.ts'
import type { WriteContext } from '../records/write/write-context.ts'
import type { Access } from '../rights/access.ts'
import { readMergeById } from './find-merges.ts'
import { lockAll, referrersOf } from './lock-members.ts'
import { requireAllFields } from './merge.ts'
import type { Merging } from './merge-log.ts'
import { decidingField } from './merge-request.ts'
import { readMerged, restoreMerged } from './restore-merged.ts'
import { type KeptPart, returnPrimary, returnReferences } from './return-references.ts'
import { checkUndoable, type MergedValues, type MovedReference, markUndone, readMoved } from './stored-merge.ts'

/** The result of undoing a merge. */
export interface UndoneMerge {
  restoredIds: number[]
  kept: KeptPart[]
}

/**
 * Undoes a merge: the merged records are records of their own again, with the references that they had, and the survivor
 * gets its earlier values back. What was changed since stays as it is and is reported. Throws what prevents it.
 */
export async function undoMerge(
  trx: Transaction,
  {
    access,
    writing: given,
    id,
    ifMatch,
  }: { access: Access; writing(type: string): WriteContext; id: number; ifMatch?: Precondition | undefined },
): Promise<UndoneMerge> {
  const { type, survivorId, ids: mergedIds } = await readMergeById(trx, access, id)
  const writing: WriteContext = { ...given(type), via: 'revert', isSilent: true }
  const { grant } = writing
  requireAllFields(grant)
  const merging: Merging = { grant, id, survivorId, mergedIds }
  const moved = await readMoved(trx, merging)
  await lockAll(trx, merging, await recordsOf(trx, merging, moved))
  const values = await checkUndoable(trx, merging)
  const { versions, refusal } = await lockRecords(trx, grant, 'update', [survivorId])
  const clash = (await preconditionProblems(trx, grant, [{ id: survivorId, ifMatch }], versions)).get(survivorId)
  if (!versions.has(survivorId) || clash) throw clash ?? refusal(survivorId)
  const merged = await readMerged(trx, merging)
  if (merged.some(({ mayRestore }) => !mayRestore)) throw grant.refusal('delete')

  await returnPrimary(trx, merging, moved)
  const kept = [
    ...(await restoreValues(trx, writing, merging, values)),
    ...(await returnReferences(trx, merging, moved)),
    ...(await restoreMerged(trx, writing, merged)),
  ]
  await markUndone(trx, merging, writeTime(writing.context))
  return { restoredIds: merged.map((one) => one.id), kept }
}

/** Returns the ids of the records whose references an undo returns, by the id of their type. */
async function recordsOf(
  trx: Transaction,
  merging: Merging,
  moved: readonly MovedReference[],
): Promise<Map<number, readonly number[]>> {
  const types = [...merging.grant.catalogue.types.values()]
  const found = new Map(await referrersOf(trx, merging))
  for (const { table, otherType, ids } of moved) {
    const type = otherType ?? types.find((one) => one.table === table)?.id
    if (type !== undefined) found.set(type, [...(found.get(type) ?? []), ...ids])
  }
  return found
}

/** Gives the survivor its earlier values back, and takes the items that came with the merge out of its lists. */
async function restoreValues(
  trx: Transaction,
  writing: WriteContext,
  { grant, survivorId }: Merging,
  values: MergedValues,
): Promise<KeptPart[]> {
  const { type } = grant
  const state = (await readStates(trx, grant, [survivorId])).get(survivorId)!.state
  const changed = type.fields.filter(({ key, readOnly }) => !readOnly && Object.hasOwn(values, key))
  const isKept = (field: Field) => !same(state.get(field.key) ?? null, values[field.key]![1])
  const deciding = new Set(changed.filter((one) => !isList(one) && isKept(one)).map((one) => decidingField(type, one)))
  const returns = changed.filter((one) => isList(one) || !deciding.has(decidingField(type, one)))
  const changes = Object.fromEntries(
    returns.map((field): [string, [Value, Value]] => {
      const present = state.get(field.key) ?? null
      return [
        field.key,
        [isList(field) ? listBefore(field, present, values[field.key]!) : values[field.key]![0], present],
      ]
    }),
  )
  const closedAt = values.closedAt ? { closedAt: values.closedAt } : {}
  const [outcome] = await revertChanges(trx, writing, [
    { id: survivorId, merging: 'undo', changes: { ...closedAt, ...changes } },
  ])
  if (outcome && 'problem' in outcome) throw outcome.problem
  const part = (field: string | null, fault: Pick<Fault, 'code' | 'params'>) => ({
    ...{ type: type.code, id: survivorId, field },
    ...fault,
  })
  return [
    ...changed.filter(isKept).map(({ path }) => part(path, { code: 'changed_since' })),
    ...(outcome?.left ?? []).map(({ path, code, params }) => part(path, { code, ...(params && { params }) })),
  ]
}

function isList(field: Field): boolean {
  return Boolean(kindOf(field).union?.(field))
}

/** Returns a list without the items that came with the merge. If nobody changed it since, it is as before. */
function listBefore(field: Field, present: Value, [before, after]: [Value, Value]): Value {
  if (same(present, after)) return before
  const union = kindOf(field).union!(field)!
  const [old, all] = [before, after].map((list) => (list ?? []) as Value[])
  const came = all!.filter((item) => !old!.some((one) => union.isSame(one, item)))
  const rest = ((present ?? []) as Value[]).filter(
    (item) => !came.some((one) => same(one, item) || union.isSame(one, item)),
  )
  const list = union.arranged?.(rest) ?? rest
  return isNothing(list) ? kindOf(field).empty(field) : list
}
