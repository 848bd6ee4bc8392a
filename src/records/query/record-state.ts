import { sql } from 'kysely'
import type { PresentRecord } from '../../entities/change.ts'
import type { Field, FieldsByPath } from '../../fields/field.ts'
import { kindOf } from '../../fields/kinds/kinds.ts'
import { always, entriesOf, integerColumn, mapped, rowOf, type Selection } from '../../fields/selection.ts'
import type { Value } from '../../fields/value.ts'
import { keptByFields } from './selections.ts'

/**
 * Selects the present record (`record`) before a change, including what responses hide. Values come from the same texts
 * as responses, so history and comparisons see values in the form of the API. The fields outside `only` are empty.
 */
export const presentOf = keptByFields((fields: FieldsByPath, only: readonly string[]): Selection<PresentRecord> => {
  const chosen = new Set(only)
  const values = [...fields.values()].map((field) => [field.key, stateOfField(field, chosen.has(field.path))] as const)
  const hidden = only.flatMap((path) => {
    const field = fields.get(path)!
    const unseen = kindOf(field).unseen?.(field)
    return unseen ? [[field.key, unseen] as const] : []
  })
  return rowOf<PresentRecord>({
    id: integerColumn(sql`record.id`),
    state: mapped(entriesOf(values), (entries) => new Map(entries)),
    unseen: mapped(entriesOf(hidden), Object.fromEntries<readonly Value[]>),
  })
})

function stateOfField(field: Field, isChosen: boolean): Selection<Value> {
  if (!isChosen) return mapped(always(null), () => kindOf(field).empty(field))
  return valueOfField(field)
}

/** Selects the value of a field as it is before a change. */
export function valueOfField(field: Field): Selection<Value> {
  const { empty, kept = (value) => value, shown, whole = shown } = kindOf(field)
  return mapped(whole(field), (text) => kept(text === 'null' ? empty(field) : (JSON.parse(text) as Value)))
}
