import type { Transaction } from '../database/transaction.ts'
import type { Change, State } from '../entities/change.ts'
import type { Field } from '../fields/field.ts'
import { same, type Value } from '../fields/value.ts'
import { lockRecords, readStates, saveChanges } from './change.ts'
import { lockEarlierEnds } from './locks.ts'
import { type Outcome, refusal, type Writing } from './writing.ts'

/** What was done to a record: by the keys of its fields, the values before and after. */
export interface Done {
  id: number
  changes: Readonly<Record<string, readonly [Value, Value]>>
}

/** What became of it: the record, and those fields that were changed since and were left. */
export type PutBack = Outcome & { left: string[] }

/**
 * Gives records the values back that they had before changes. A field that was changed since keeps what it has now; one
 * that was deleted since is no more. What follows from others, such as the time of a move, follows anew.
 */
export async function putBack(trx: Transaction, writing: Writing, items: readonly Done[]): Promise<PutBack[]> {
  const { grant } = writing
  // As a body would name them, so that the same records are locked and the same lists read.
  const named = items.map(({ id, changes }) => ({ id, input: namedBy(grant.type.fields, changes) }))
  const ids = items.map(({ id }) => id)
  await lockEarlierEnds(trx, { grant, items: named })
  const locked = await lockRecords(trx, grant, 'update', ids)
  const states = await readStates(trx, grant, [...locked.versions.keys()], named)
  const drafts = new Map<number, { change: Change; left: string[] }>()
  for (const item of items) {
    const present = states.get(item.id)
    if (present) drafts.set(item.id, draft(writing, item, present.state))
  }
  const changes = [...drafts.values()].map(({ change }) => change)
  const saved = await saveChanges(trx, writing, changes)
  return items.map(({ id }) => {
    const drafted = drafts.get(id)
    if (!drafted) return { problem: locked.refusal(id), left: [] }
    const { change, left } = drafted
    return change.faults.length ? { problem: refusal(change.faults), left } : { ...saved.get(id)!, left }
  })
}

function draft({ grant, context }: Writing, { id, changes }: Done, before: State): { change: Change; left: string[] } {
  const after: State = new Map(before)
  const given = new Map<string, unknown>()
  const left: string[] = []
  for (const field of changed(grant.type.fields, changes)) {
    const [old, fresh] = changes[field.key]!
    if (!grant.writable.has(field.path) || !same(before.get(field.key), fresh)) {
      if (grant.readable.has(field.path)) left.push(field.path)
      continue
    }
    given.set(field.key, old)
    after.set(field.key, old)
  }
  return { change: { type: grant.type, context, id, before, after, given, faults: [] }, left }
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
