import type { Transaction } from '../../database/transaction.ts'
import type { EntityType } from '../../entities/catalogue.ts'
import { type Change, pointerTo, type State } from '../../entities/change.ts'
import type { FaultCode } from '../../errors/fault-codes.ts'
import type { Fault } from '../../errors/problem.ts'
import type { Field } from '../../fields/field.ts'
import { kindOf } from '../../fields/kinds/kinds.ts'
import { same, type Value } from '../../fields/value.ts'
import { lockRecords, readStates, saveChanges } from './change.ts'
import { lockEarlierEnds } from './locks.ts'
import { checkRequired } from './read-input.ts'
import { type Outcome, refusal, type Writing } from './write-context.ts'

/** What was done to a record: by the keys of its fields, the values before and after. */
export interface Done {
  id: number
  changes: Readonly<Record<string, readonly [Value, Value]>>
}

/** Something that was left as it is: a field, or all of the record; and why. */
export type Left = Pick<Fault, 'params'> & { path: string | null; code: FaultCode }

/** What became of it: the record, and what was left. */
export type PutBack = Outcome & { left: readonly Left[] }

/**
 * Gives records the values back that they had before changes. A field that was changed since keeps what it has now, and
 * so does one whose old value nobody could write any more; one that was deleted since is no more. What follows from
 * others, such as the time of a move, follows anew.
 */
export async function putBack(trx: Transaction, writing: Writing, items: readonly Done[]): Promise<PutBack[]> {
  const { grant } = writing
  // As a body would name them, so that the same records are locked and the same lists read.
  const named = items.map(({ id, changes }) => ({ id, input: namedBy(grant.type.fields, changes) }))
  const ids = items.map(({ id }) => id)
  await lockEarlierEnds(trx, { grant, items: named })
  const locked = await lockRecords(trx, grant, 'update', ids)
  const states = await readStates(trx, grant, [...locked.versions.keys()], named)
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

/** Writes what returns; a record of which something cannot return is tried again without that. */
async function save(trx: Transaction, writing: Writing, returns: readonly Return[]): Promise<Map<number, Outcome>> {
  const outcomes = new Map<number, Outcome>()
  for (let open = returns; open.length; ) {
    const changes = new Map(open.map((one) => [one, changeOf(writing, one)]))
    for (const [id, outcome] of await saveChanges(trx, writing, [...changes.values()])) outcomes.set(id, outcome)
    open = open.filter((one) => {
      const { faults } = changes.get(one)!
      if (!faults.length) return false
      if (leaveFaulty(one, faults, writing.grant.type)) return true
      outcomes.set(one.id, { problem: refusal(faults) })
      return false
    })
  }
  return outcomes
}

/** A record with the values that return to it, by the keys of their fields, and what is left. */
interface Return {
  id: number
  before: State
  values: Map<string, Value>
  /** When it was closed before it moved. */
  closedAt: Value | undefined
  left: Left[]
}

function returnOf({ grant }: Writing, { id, changes }: Done, before: State): Return {
  const one: Return = { id, before, values: new Map(), closedAt: changes.closedAt?.[0], left: [] }
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

function changeOf({ grant, context }: Writing, { id, before, values, closedAt }: Return): Change {
  const change: Change = {
    ...{ type: grant.type, context, id, before, after: new Map([...before, ...values]) },
    ...{ given: new Map<string, unknown>(values), faults: [] },
  }
  const isMoved = move.some((key) => values.has(key))
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

/** What stands in the record itself is read as if it was given: options and limits may have changed since. */
function checkValue({ context, faults }: Change, field: Field, value: Value): void {
  const { rows, read } = kindOf(field)
  const place = { field, context, pointer: pointerTo(field), faults }
  if (value === null && field.notNull) faults.push({ pointer: place.pointer, code: 'required' })
  if (rows === null && value !== null) read(value, place, value)
}

/** Whether something could be left that is at fault; otherwise it is the record that is. */
function leaveFaulty(one: Return, faults: readonly Fault[], type: EntityType): boolean {
  const before = one.values.size
  for (const { pointer = '', code, params } of faults) {
    const names = code === 'identity_required' ? (type.nameFields ?? []) : []
    for (const field of type.fields) {
      const isAtFault = names.includes(field.key) || `${pointer}/`.startsWith(`${pointerTo(field)}/`)
      if (isAtFault && one.values.has(field.key)) leave(one, field, { code, ...(params && { params }) }, type)
    }
  }
  return one.values.size < before
}

// A stage says something within its pipeline only.
const move = ['pipelineId', 'stageId']

function leave(one: Return, field: Field, why: Pick<Left, 'code' | 'params'>, type: EntityType): void {
  const together = move.includes(field.key) ? type.fields.filter(({ key }) => move.includes(key)) : [field]
  for (const { key, path } of together) if (one.values.delete(key)) one.left.push({ path, ...why })
}

function changed(fields: readonly Field[], changes: Done['changes']): Field[] {
  return fields.filter(({ key, readOnly }) => !readOnly && Object.hasOwn(changes, key))
}

function namedBy(fields: readonly Field[], changes: Done['changes']): Record<string, unknown> {
  const values = changed(fields, changes).map((field) => ({ field, value: changes[field.key]?.[0] }))
  const of = (isOwn: boolean) => values.filter(({ field }) => (field.userFieldId !== null) === isOwn)
  const entries = (list: typeof values) => Object.fromEntries(list.map(({ field, value }) => [field.code, value]))
  return { ...entries(of(false)), userFields: entries(of(true)) }
}
