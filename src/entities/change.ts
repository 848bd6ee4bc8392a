import type { Field } from '../fields/field.ts'
import { kindOf } from '../fields/kinds.ts'
import { type Context, isObject, same, type Value } from '../fields/value.ts'
import type { Fault } from '../http/problem.ts'
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
  /** Keys of the fields that the request gave. */
  given: ReadonlySet<string>
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

/** The state that an answer's JSON shows. */
export function stateOf(type: EntityType, body: string): State {
  const record = JSON.parse(body) as Record<string, Value>
  const own = isObject(record.userFields) ? (record.userFields as Record<string, Value>) : {}
  return new Map(
    type.fields.map((field) => {
      const { empty, kept } = kindOf(field)
      const shown = (field.userFieldId === null ? record[field.code] : own[field.code]) ?? empty(field)
      return [field.key, kept ? kept(shown) : shown]
    }),
  )
}

/** The fields whose values differ before and after; of a new record, all. */
export function changedFields({ type, before, after }: Change): Field[] {
  return type.fields.filter(({ key }) => !before || !same(before.get(key), after.get(key)))
}

/** The pointer to a field of a record's body. */
export function pointerTo(field: Field): string {
  return `/${field.path.replace('.', '/')}`
}
