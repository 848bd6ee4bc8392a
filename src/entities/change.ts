import type { Fault } from '../errors/problem.ts'
import type { Field } from '../fields/field.ts'
import { kindOf } from '../fields/kinds/kinds.ts'
import { type Context, isObject, same, type Value } from '../fields/value.ts'
import type { EntityType } from './catalogue.ts'
import type { Trait } from './types.ts'

/** The values of a record by the keys of its fields. */
export type State = Map<string, Value>

/** One record on its way to be written: as it was, as it will be, and what is wrong with that. */
export interface Change {
  type: EntityType
  context: Context
  /** 0 until a new record has got its id. */
  id: number
  /** Null for a new record. */
  before: State | null
  after: State
  /** What the request gave, as it gave it, by the keys of the fields. */
  given: ReadonlyMap<string, unknown>
  faults: Fault[]
}

/**
 * What records with a trait obey beyond the forms of their values. A rule sees changes after the request's values and
 * the defaults are in place; it may set further values and note faults.
 */
export interface Rule {
  trait: Trait | 'every'
  apply(change: Change): void
}

/** A record as it is, with what in it is not shown: by the field's key, ids. */
export interface Present {
  id: number
  state: State
  unseen: Readonly<Record<string, readonly number[]>>
}

/** The present record of the JSON that is read before a change. */
export function presentOf(type: EntityType, id: number, text: string): Present {
  const { state: record, unseen } = JSON.parse(text) as {
    state: Record<string, Value>
    unseen: Present['unseen']
  }
  const own = isObject(record.userFields) ? (record.userFields as Record<string, Value>) : {}
  const state = new Map(
    type.fields.map((field) => {
      const { empty, kept } = kindOf(field)
      const shown = (field.userFieldId === null ? record[field.code] : own[field.code]) ?? empty(field)
      return [field.key, kept ? kept(shown) : shown]
    }),
  )
  return { id, state, unseen }
}

/** The fields whose values differ before and after; of a new record, all. */
export function changedFields({ type, before, after }: Change): Field[] {
  return type.fields.filter(({ key }) => !before || !same(before.get(key), after.get(key)))
}

/** The pointer to a field of a record's body. */
export function pointerTo(field: Field): string {
  return `/${field.path.replace('.', '/')}`
}
