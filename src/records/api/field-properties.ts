import Type, { type TSchema } from 'typebox'
import type { Field } from '../../fields/field.ts'

/** Returns the prefix of a type's schema names, such as `Contact`. */
export function nameOf(code: string): string {
  return code.charAt(0).toUpperCase() + code.slice(1)
}

/** Returns the properties of an object with a member for each field. */
export function propertiesOf(
  fields: readonly Field[],
  schema: (field: Field) => TSchema,
  isAlwaysThere: (field: Field) => boolean = () => false,
): Record<string, TSchema> {
  return Object.fromEntries(
    fields.map((field) => {
      const described = { ...schema(field), description: descriptionOf(field) }
      return [field.code, isAlwaysThere(field) ? described : Type.Optional(described)]
    }),
  )
}

function descriptionOf({ label, help, readOnly, settings }: Field): string {
  const linked = settings.type ? ` (id of a ${settings.type})` : ''
  const listed = settings.dictionary ? ` (code of the dictionary ${settings.dictionary})` : ''
  return `${label.en}${linked}${listed}.${help ? ` ${help.en}` : ''}${readOnly ? ' Set by the server.' : ''}`
}
