import { Type } from 'typebox'
import type { Labels, Language } from '../errors/language.ts'
import { enumOf } from '../schema/build.ts'

/** A name that users see, as it is answered. */
export const Label = Type.Unsafe<string | Labels>({
  $id: 'Label',
  anyOf: [
    { type: 'string' },
    {
      type: 'object',
      properties: {
        en: { type: 'string', description: 'In English.' },
        ru: { type: 'string', description: 'In Russian.' },
      },
      required: ['en', 'ru'],
    },
  ],
  description: "A text in the caller's language; with `labels=all` in every language.",
  examples: ['Source', { en: 'Source', ru: 'Источник' }],
})

/** The parameter of every answer with labels. */
export const labelsQuery = {
  labels: Type.Optional(
    enumOf(['all'], { description: "`all` answers labels in every language instead of the caller's alone." }),
  ),
}

/** The parameters of an answer that has no others. */
export const LabelsQuery = Type.Object(labelsQuery, { additionalProperties: false })

/** Labels as the caller wants to see them. */
export function shown(labels: Labels, language: Language, all?: 'all'): string | Labels {
  return all ? labels : labels[language]
}
