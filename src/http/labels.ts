import { Type } from 'typebox'
import type { Labels, Language } from '../errors/language.ts'
import { enumOf } from '../schema/build.ts'

/** A label in a response. */
export const Label = Type.Unsafe<string | Labels>({
  $id: 'Label',
  anyOf: [
    { type: 'string' },
    {
      type: 'object',
      properties: {
        en: { type: 'string', description: 'English text.' },
        ru: { type: 'string', description: 'Russian text.' },
      },
      required: ['en', 'ru'],
    },
  ],
  description: "Text in the caller's language. With `labels=all`, an object with every language.",
  examples: ['Source', { en: 'Source', ru: 'Источник' }],
})

/** The query parameter of operations whose responses have labels. */
export const labelsQuery = {
  labels: Type.Optional(
    enumOf(['all'], {
      description: "`all` returns labels in every language. By default they are in the caller's language.",
    }),
  ),
}

/** The query of operations without other parameters. */
export const LabelsQuery = Type.Object(labelsQuery, { additionalProperties: false })

/** Returns a label in the caller's language, or in every language for `labels=all`. */
export function labelFor(labels: Labels, language: Language, all?: 'all'): string | Labels {
  return all ? labels : labels[language]
}
