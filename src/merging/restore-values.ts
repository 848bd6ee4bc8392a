import type { Transaction } from '../database/transaction.ts'
import type { Fault } from '../errors/problem.ts'
import type { Field } from '../fields/field.ts'
import { kindOf } from '../fields/kinds/kinds.ts'
import { isNothing, same, type Value } from '../fields/value.ts'
import { readStates } from '../records/write/lock-records.ts'
import { revertChanges } from '../records/write/revert-changes.ts'
import type { WriteContext } from '../records/write/write-context.ts'
import { editedSince } from './edited-since.ts'
import type { Merging } from './merge-log.ts'
import { decidingField } from './merge-request.ts'
import { itemsFrom, type OtherMerge } from './other-merges.ts'
import type { KeptPart } from './return-references.ts'
import type { MergedValues } from './stored-merge.ts'

/**
 * Gives the survivor its earlier values back, and takes the items that came with the merge out of its lists. Returns what
 * was changed since, also in other fields, apart from other merges, and what can no longer be restored.
 */
export async function restoreValues(
  trx: Transaction,
  writing: WriteContext,
  merging: Merging,
  { values, others }: { values: MergedValues; others: readonly OtherMerge[] },
): Promise<KeptPart[]> {
  const { grant, survivorId } = merging
  const { type } = grant
  const state = (await readStates(trx, grant, [survivorId])).get(survivorId)!.state
  const restored = type.fields
    .filter(({ key, readOnly }) => !readOnly && Object.hasOwn(values, key))
    .map((field) => {
      const value = { field, present: state.get(field.key) ?? null, change: values[field.key]!, others }
      return { ...value, ...(kindOf(field).union?.(field) ? listBefore(value) : valueBefore(value)) }
    })
  // Fields that belong together are restored together.
  const kept = new Set(
    restored.filter(({ before }) => before === undefined).map(({ field }) => decidingField(type, field)),
  )
  const changes = Object.fromEntries(
    restored.flatMap(({ field, present, before }): [string, [Value, Value]][] =>
      before === undefined || kept.has(decidingField(type, field)) ? [] : [[field.key, [before, present]]],
    ),
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
  const ours = new Set(restored.map(({ field }) => field))
  const edited = (await editedSince(trx, grant, merging)).filter((field) => !field.readOnly && !ours.has(field))
  const changed = [...restored.flatMap(({ field, isChanged }) => (isChanged ? [field] : [])), ...edited]
  return [
    ...changed.map(({ path }) => part(path, { code: 'changed_since' })),
    ...(outcome?.left ?? []).map(({ path, code, params }) => part(path, { code, ...(params && { params }) })),
  ]
}

/** A value after a merge, and the other merges of the survivor. */
interface MergedValue {
  field: Field
  present: Value
  change: [Value, Value]
  others: readonly OtherMerge[]
}

/** What is known of a value: what to restore, if anything, and whether somebody changed it since. */
interface Before {
  before?: Value
  isChanged: boolean
}

function valueBefore({ present, change: [before, after] }: MergedValue): Before {
  return same(present, after) ? { before, isChanged: false } : { isChanged: true }
}

/** Returns a list without the items that came with the merge. If nobody changed it since, it is as before. */
function listBefore({ field, present, change: [before, after], others }: MergedValue): Before {
  if (same(present, after)) return { before, isChanged: false }
  const union = kindOf(field).union!(field)!
  const isIn = (list: Value, item: Value) => ((list ?? []) as Value[]).some((one) => union.isSame(one, item))
  const came = itemsFrom(field, before, after)
  const rest = ((present ?? []) as Value[]).filter((item) => !isIn(came, item))
  const list = union.arranged?.(rest) ?? rest
  const ofOthers = others.flatMap(({ changes: { [field.key]: [old, later] = [null, null] } }) =>
    itemsFrom(field, old, later),
  )
  const isOurs = (item: Value) => !isIn(ofOthers, item)
  const added = ((present ?? []) as Value[]).filter((item) => !isIn(after, item) && isOurs(item))
  const removed = ((after ?? []) as Value[]).filter((item) => !isIn(present, item) && isOurs(item))
  return {
    before: isNothing(list) ? kindOf(field).empty(field) : list,
    isChanged: !ofOthers.length || added.length + removed.length > 0,
  }
}
