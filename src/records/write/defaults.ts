import type { Field } from '../../fields/field.ts'
import { kindOf } from '../../fields/kinds/kinds.ts'
import type { Context, Value } from '../../fields/value.ts'
import { isOwnCompany } from './own-company.ts'

/** Returns whether a field can have a default. */
export function hasDefault(field: Field): boolean {
  const isSet = field.userFieldId === null && (field.code === 'responsibleId' || field.code === 'opened')
  return isSet || field.options.some((option) => option.default) || field.settings.default !== undefined
}

/** Returns the default value of a field in a new record, or undefined if the field has none. */
export function defaultOf(field: Field, context: Context, userId: number): Value | undefined {
  if (field.code === 'responsibleId' && field.userFieldId === null) return userId
  if (field.code === 'opened' && field.userFieldId === null) return context.lookups.settings.opened
  const chosen = field.options.filter((option) => option.default).map(({ code }) => code)
  if (chosen.length) return field.multiple ? chosen : chosen[0]
  const value = field.settings.default
  if (value === undefined || isOwnCompany(field)) return
  const word = typeof value === 'string' ? kindOf(field).defaultWord?.(value, context) : undefined
  return word ?? value
}
