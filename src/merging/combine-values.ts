import type { EntityType } from '../entities/catalogue.ts'
import type { PresentRecord, State } from '../entities/change.ts'
import { pointerOf } from '../errors/json-pointer.ts'
import type { Fault } from '../errors/problem.ts'
import type { Field } from '../fields/field.ts'
import type { ListUnion } from '../fields/kind.ts'
import { kindOf } from '../fields/kinds/kinds.ts'
import { isNothing, same, type Value } from '../fields/value.ts'
import { decidingField, type MergeRequest } from './merge-request.ts'

/** How a conflict is decided: by the request, by the rule of the field, for the survivor, or for the first with a value. */
export const decisions = ['choice', 'rule', 'survivor', 'order'] as const
type Decision = (typeof decisions)[number]

/** A field of which the records have different values. */
export interface Conflict {
  field: string
  /** The record whose value is kept. */
  chosenId: number
  decision: Decision
  values: { id: number; value: Value }[]
}

/** The values of the survivor after a merge, the conflicts, and what prevents the merge. */
interface Combined {
  after: State
  conflicts: Conflict[]
  faults: Fault[]
}

/** The records of a merge, the survivor first. */
interface Members {
  type: EntityType
  records: readonly PresentRecord[]
  /** The names of records to which the survivor does not link: those that become one, and those merged earlier. */
  gone: ReadonlySet<string>
}

/** Returns the name of a record, by which it is found in a set. */
export function nameOfRecord({ type, id }: { type: string; id: number }): string {
  return `${type} ${id}`
}

/**
 * Combines the values of records. Lists are joined without repeats. Of other values one is kept: the chosen one, else that
 * of the survivor, else the first in the order of the request.
 */
export function combineValues(
  members: Members,
  { choices, values }: Pick<MergeRequest, 'choices' | 'values'>,
): Combined {
  const { type, records } = members
  const after: State = new Map(records[0]!.state)
  const combined: Combined = { after, conflicts: [], faults: [] }
  const sources = new Map<string, Source>()
  for (const field of type.fields.filter(({ readOnly }) => !readOnly)) {
    const union = kindOf(field).union?.(field)
    if (union) {
      joinLists(members, field, union, combined)
      continue
    }
    const deciding = decidingField(type, field)
    const source = sources.get(deciding.key) ?? sourceOf(members, deciding, choices.get(deciding.key))
    sources.set(deciding.key, source)
    keepValue(members, field, source, combined)
  }
  for (const [key, value] of values ?? []) after.set(key, value)
  const names = type.nameFields ?? []
  if (names.length && names.every((key) => isNothing(after.get(key)))) {
    combined.faults.push({ pointer: '/choices', code: names.length > 1 ? 'identity_required' : 'required' })
  }
  return combined
}

function joinLists(members: Members, field: Field, union: ListUnion, { after, faults }: Combined): void {
  const [own, ...others] = members.records.map(({ state }) => (state.get(field.key) ?? []) as Value[])
  const list = [...own!]
  for (const items of others) {
    // The first list may have repeats of its own.
    const isFirst = list.length === 0
    for (const item of items) {
      const isRepeat = !isFirst && list.some((one) => union.isSame(one, item))
      if (!isRepeat && !leadsToGone(members, field, [item])) list.push(union.copied?.(item) ?? item)
    }
  }
  if (list.length === own!.length) return
  if (list.length > union.most) faults.push({ pointer: '/ids', code: 'too_many', params: { limit: union.most } })
  after.set(field.key, union.arranged?.(list) ?? list)
}

/** The record from which a value comes. */
interface Source {
  record: PresentRecord
  decision: Decision
}

/** Returns the record whose value of a field is kept. */
function sourceOf(members: Members, field: Field, chosenId: number | undefined): Source {
  const { records } = members
  const chosen = records.find(({ id }) => id === chosenId)
  if (chosen) return { record: chosen, decision: 'choice' }
  const { key, prevails } = field
  const prevailing =
    prevails === undefined ? undefined : records.find(({ state }) => same(state.get(key) ?? null, prevails))
  if (prevailing) return { record: prevailing, decision: 'rule' }
  const filled = records.filter(({ state }, at) => {
    const value = state.get(key) ?? null
    return !isNothing(value) && (at === 0 || !leadsToGone(members, field, value))
  })
  // A link to a record in the recycle bin is hidden, so others see no value.
  const record = filled.find((one) => !one.unseen[key]?.length) ?? filled[0] ?? records[0]!
  return { record, decision: record === records[0] ? 'survivor' : 'order' }
}

function keepValue(members: Members, field: Field, { record, decision }: Source, combined: Combined): void {
  const { after, conflicts, faults } = combined
  const { key, path, required, notNull } = field
  const value = record.state.get(key) ?? null
  after.set(key, value)
  if (decision === 'choice') {
    const pointer = pointerOf(['choices', path])
    if (isNothing(value) && (required || notNull)) faults.push({ pointer, code: 'required' })
    if (leadsToGone(members, field, value)) faults.push({ pointer, code: 'link_to_itself' })
  }
  const values = members.records.flatMap(({ id, state, unseen }) => {
    const one = state.get(key) ?? null
    return isNothing(one) || unseen[key]?.length ? [] : [{ id, value: one }]
  })
  if (values.every((one) => same(one.value, values[0]!.value))) return
  conflicts.push({ field: path, chosenId: record.id, decision, values })
}

/** Returns whether a value links to a record that is gone. */
function leadsToGone({ gone }: Members, field: Field, value: Value): boolean {
  if (isNothing(value)) return false
  return (kindOf(field).linked?.(field, value) ?? []).some((to) => gone.has(nameOfRecord(to)))
}
