import type { Transaction } from '../../database/transaction.ts'
import type { EntityType } from '../../entities/catalogue.ts'
import { type Change, pointerTo, type State } from '../../entities/change.ts'
import { isWithin } from '../../errors/json-pointer.ts'
import type { Fault } from '../../errors/problem.ts'
import type { Field } from '../../fields/field.ts'
import { kindOf } from '../../fields/kinds/kinds.ts'
import { same, type Value } from '../../fields/value.ts'
import { placeKeys } from '../../pipelines/stage-history.ts'
import { saveChanges } from './change.ts'
import { lockAndRead } from './lock-records.ts'
import { lockEarlierEnds } from './locks.ts'
import { checkRequired } from './read-input.ts'
import { type Outcome, rejection, type WriteContext } from './write-context.ts'

/** The changes of a record to revert: old and new values by field key. */
export interface RecordChanges {
  id: number
  /** Whether these are the changes of a merge. */
  merging?: 'undo'
  changes: Readonly<Record<string, readonly [Value, Value]>>
}

/** A field that a revert did not change, or the whole record, with the reason. */
export type SkippedField = Pick<Fault, 'code' | 'params'> & { path: string | null }

/** The outcome of a revert: the record, and what was not reverted. */
export type RevertOutcome = Outcome & { left: readonly SkippedField[] }

/**
 * Reverts changes: records get their earlier values back. A field keeps its present value if it was changed again, or
 * if its old value is no longer valid. A field that was deleted is ignored. Derived values, such as the time of a move,
 * are set again.
 */
export async function revertChanges(
  trx: Transaction,
  writing: WriteContext,
  items: readonly RecordChanges[],
): Promise<RevertOutcome[]> {
  const { grant } = writing
  // Shaped like request bodies, so that the same records are locked and the same lists are read.
  const named = items.map(({ id, changes }) => ({ id, input: namedBy(grant.type.fields, changes) }))
  const ids = items.map(({ id }) => id)
  await lockEarlierEnds(trx, { grant, items: named })
  const { locked, present: states } = await lockAndRead(trx, grant, ids, named)
  const returns = items.flatMap((item) => {
    const present = states.get(item.id)
    return present ? [returnOf(writing, item, present.state)] : []
  })
  const outcomes = await save(trx, writing, returns)
  const left = new Map(returns.map(({ id, left }) => [id, left]))
  return items.map(({ id }) => ({
    ...(outcomes.get(id) ?? { problem: locked.refusal(id) }),
    left: left.get(id) ?? [],
  }))
}

/** Writes the reverted values. If some values of a record are rejected, the record is tried again without them. */
async function save(
  trx: Transaction,
  writing: WriteContext,
  returns: readonly RecordRevert[],
): Promise<Map<number, Outcome>> {
  const outcomes = new Map<number, Outcome>()
  for (let open = returns; open.length; ) {
    const changes = new Map(open.map((one) => [one, changeOf(writing, one)]))
    for (const [id, outcome] of await saveChanges(trx, writing, [...changes.values()])) outcomes.set(id, outcome)
    open = open.filter((one) => {
      const { faults } = changes.get(one)!
      if (!faults.length) return false
      if (leaveFaulty(one, faults, writing.grant.type)) return true
      outcomes.set(one.id, { problem: rejection(faults) })
      return false
    })
  }
  return outcomes
}

/** A record with the values to restore, by field key, and what is not reverted. */
interface RecordRevert {
  id: number
  merging: 'undo' | undefined
  before: State
  values: Map<string, Value>
  /** The closing time before the move. */
  closedAt: Value | undefined
  left: SkippedField[]
}

function returnOf({ grant }: WriteContext, { id, merging, changes }: RecordChanges, before: State): RecordRevert {
  const one: RecordRevert = { id, merging, before, values: new Map(), closedAt: changes.closedAt?.[0], left: [] }
  const differing = changed(grant.type.fields, changes).filter(({ key }) => !same(before.get(key), changes[key]![0]))
  for (const { key } of differing) one.values.set(key, changes[key]![0])
  for (const field of differing) {
    const isChanged = !same(before.get(field.key), changes[field.key]![1])
    if (isChanged) leave(one, field, { code: 'changed_since' }, grant.type)
    else if (!grant.writable.has(field.path)) leave(one, field, { code: 'read_only' }, grant.type)
  }
  one.left = one.left.filter(({ path }) => path !== null && grant.readable.has(path))
  return one
}

function changeOf({ grant, context }: WriteContext, { id, merging, before, values, closedAt }: RecordRevert): Change {
  const change: Change = {
    type: grant.type,
    context,
    id,
    before,
    after: new Map([...before, ...values]),
    given: new Map<string, unknown>(values),
    faults: [],
    writable: grant.writable,
    isRevert: true,
    merging,
  }
  const isMoved = placeKeys.some((key) => values.has(key))
  if (isMoved && closedAt !== undefined) {
    change.given = new Map([...change.given, ['closedAt', closedAt]])
    change.after.set('closedAt', closedAt)
  }
  for (const field of grant.type.fields) {
    const value = values.get(field.key)
    if (value !== undefined) checkValue(change, field, value)
  }
  checkRequired(change, grant)
  return change
}

/** Checks a restored value like a value in a request, because options and limits may have changed. */
function checkValue({ context, faults }: Change, field: Field, value: Value): void {
  const { rows, read } = kindOf(field)
  const place = { field, context, pointer: pointerTo(field), faults }
  if (value === null && field.notNull) faults.push({ pointer: place.pointer, code: 'required' })
  if (rows === null && value !== null) read(value, place, value)
}

/** Drops the values that have faults. Returns false if there are none: then the fault concerns the whole record. */
function leaveFaulty(one: RecordRevert, faults: readonly Fault[], type: EntityType): boolean {
  const before = one.values.size
  for (const { pointer = '', code, params } of faults) {
    const names = code === 'identity_required' ? (type.nameFields ?? []) : []
    for (const field of type.fields) {
      const isAtFault = names.includes(field.key) || isWithin(pointer, pointerTo(field))
      if (isAtFault && one.values.has(field.key)) leave(one, field, { code, ...(params && { params }) }, type)
    }
  }
  return one.values.size < before
}

function leave(one: RecordRevert, field: Field, why: Pick<SkippedField, 'code' | 'params'>, type: EntityType): void {
  // Pipeline and stage revert together.
  const together = placeKeys.includes(field.key) ? type.fields.filter(({ key }) => placeKeys.includes(key)) : [field]
  for (const { key, path } of together) if (one.values.delete(key)) one.left.push({ path, ...why })
}

function changed(fields: readonly Field[], changes: RecordChanges['changes']): Field[] {
  return fields.filter(({ key, readOnly }) => !readOnly && Object.hasOwn(changes, key))
}

function namedBy(fields: readonly Field[], changes: RecordChanges['changes']): Record<string, unknown> {
  const values = changed(fields, changes).map((field) => ({ field, value: changes[field.key]?.[0] }))
  const of = (isOwn: boolean) => values.filter(({ field }) => (field.userFieldId !== null) === isOwn)
  const entries = (list: typeof values) => Object.fromEntries(list.map(({ field, value }) => [field.code, value]))
  return { ...entries(of(false)), userFields: entries(of(true)) }
}
