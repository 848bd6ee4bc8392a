import Type, { type TSchema } from 'typebox'
import { anySmartProcess } from '../../entities/smart-processes.ts'
import { systemTypes } from '../../entities/types.ts'
import type { Field } from '../../fields/field.ts'

const withPlainNames = new Set(['user', ...[...systemTypes, anySmartProcess].map(({ code }) => code)])

/** Returns the prefix of a type's schema names, such as `Contact`. The code of a smart process may be `job` or `file`. */
export function nameOf(code: string): string {
  const name = code.charAt(0).toUpperCase() + code.slice(1)
  return withPlainNames.has(code) ? name : `${name}Record`
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
