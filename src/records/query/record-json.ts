import type { Field, FieldsByPath } from '../../fields/field.ts'
import { kindOf } from '../../fields/kinds/kinds.ts'
import { always, objectOf, type Selection } from '../../fields/selection.ts'
import { keptByFields } from './selections.ts'

/** Selects a record (`record`) as JSON, with these fields only. `only` has the paths of the chosen ones. */
export const viewOf = keptByFields((fields: FieldsByPath, only?: readonly string[]): Selection<string> => {
  const chosen = only ? [...new Set(['id', ...only])].map((path) => fields.get(path)!) : [...fields.values()]
  const member = (field: Field) => [field.code, kindOf(field).shown(field)] as const
  const members = chosen.filter(({ userFieldId }) => userFieldId === null).map(member)
  const ofUsers = chosen.filter(({ userFieldId }) => userFieldId !== null).map(member)
  if (ofUsers.length) return objectOf([...members, ['userFields', objectOf(ofUsers)]])
  return objectOf(only ? members : [...members, ['userFields', always('{}')]])
})
