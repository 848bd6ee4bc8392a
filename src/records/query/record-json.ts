import type { Field, FieldsByPath } from '../../fields/field.ts'
import { kindOf } from '../../fields/kinds/kinds.ts'
import { always, objectOf, type Selection } from '../../fields/selection.ts'
import { keptByFields } from './selections.ts'
import { selectParts } from './value-parts.ts'

/**
 * Selects a record (`record`) as JSON, with these fields only. `only` has the paths of the chosen ones, and of their
 * parts.
 */
export const viewOf = keptByFields((fields: FieldsByPath, only?: readonly string[]): Selection<string> => {
  const chosen = only ? chosenOf(fields, only) : [...fields.values()].map((field) => ({ field, parts: null }))
  const member = ({ field, parts }: ChosenField) =>
    [field.code, parts ? selectParts(field, parts) : kindOf(field).shown(field)] as const
  const members = chosen.filter(({ field }) => field.userFieldId === null).map(member)
  const ofUsers = chosen.filter(({ field }) => field.userFieldId !== null).map(member)
  if (ofUsers.length) return objectOf([...members, ['userFields', objectOf(ofUsers)]])
  return objectOf(only ? members : [...members, ['userFields', always('{}')]])
})

/** A field of a record to return, and the parts of its value. Null stands for the whole value. */
interface ChosenField {
  field: Field
  parts: readonly string[] | null
}

function chosenOf(fields: FieldsByPath, only: readonly string[]): ChosenField[] {
  const chosen = new Map<string, ChosenField>()
  for (const path of ['id', ...only]) {
    const whole = wholeOf(fields, path)
    if (whole === undefined) continue
    const [field, before] = [fields.get(whole)!, chosen.get(whole)]
    const isWhole = path === whole || before?.parts === null
    const parts = isWhole ? null : [...new Set([...(before?.parts ?? []), path.slice(whole.length + 1)])]
    chosen.set(whole, { field, parts })
  }
  return [...chosen.values()]
}

/** Returns the path of the field that a path names, or of which it names a part. */
export function wholeOf(fields: FieldsByPath, path: string): string | undefined {
  if (fields.has(path)) return path
  return [...fields.keys()].find((whole) => path.startsWith(`${whole}.`))
}
