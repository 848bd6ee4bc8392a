import type { Fault } from '../errors/problem.ts'
import type { Field, FieldsByPath } from '../fields/field.ts'
import { type Context, same, type Value } from '../fields/value.ts'
import type { EntityType } from './catalogue.ts'
import type { Trait } from './types.ts'

/** The values of a record by field key. A missing value is null. */
export type State = Map<string, Value>

/** A change of one record: the values before and after, and the faults. */
export interface Change {
  type: EntityType
  context: Context
  /** 0 until a new record has an id. */
  id: number
  /** Null for a new record. */
  before: State | null
  after: State
  /** The unvalidated values of the request by field key. */
  given: ReadonlyMap<string, unknown>
  faults: Fault[]
  /** The fields that the caller may change. No rule requires a value in another field. */
  writable: FieldsByPath
  /** Values that a copied record brings and that the server sets otherwise, such as the id, by field key. */
  kept?: ReadonlyMap<string, Value>
  /** Whether the change restores earlier values. Rules about what may follow what do not apply to it. */
  isRevert?: boolean
  /**
   * Whether the change merges records into this one, or undoes that. Its values were stored before, so references are not
   * checked again, and the records at the other end of its links get no new version.
   */
  merging?: 'merge' | 'undo' | undefined
}

/**
 * A rule for records with a trait. It sees a change after the values of the request and the defaults are set. It can
 * set more values and add faults.
 */
export interface Rule {
  trait: Trait | 'every'
  apply(change: Change): void
}

/** The present state of a record, with the items that are hidden from the caller by field key. */
export interface PresentRecord {
  id: number
  state: State
  unseen: Readonly<Record<string, readonly Value[]>>
}

/** Returns the fields whose values change; for a new record, all fields. */
export function changedFields({ type, before, after }: Change): Field[] {
  return type.fields.filter(({ key }) => !before || !same(before.get(key), after.get(key)))
}

/** Returns the pointer to a field in a record body. */
export function pointerTo(field: Field): string {
  return `/${field.path.replace('.', '/')}`
}
