import { type Static, Type } from 'typebox'
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

const text = { minLength: 1, maxLength: 200, pattern: '\\S' }

/** A text in both languages, or one text for both. */
export const LabelsInput = Type.Union(
  [
    Type.String(text),
    Type.Object(
      {
        en: Type.Optional(Type.String({ ...text, description: 'English text.' })),
        ru: Type.Optional(Type.String({ ...text, description: 'Russian text.' })),
      },
      { additionalProperties: false, minProperties: 1 },
    ),
  ],
  {
    $id: 'LabelInput',
    description:
      'A text in both languages, or one text for both. A language that is left out keeps its text, or gets that of the other one.',
  },
)

/**
 * Returns a text in both languages, without outer spaces. A missing language keeps its text from before. In a new text
 * it gets the text of the other language.
 */
export function readLabels(body: Static<typeof LabelsInput>, before?: Labels): Labels {
  if (typeof body === 'string') return readLabels({ en: body, ru: body })
  const [en, ru] = [body.en?.trim() ?? before?.en, body.ru?.trim() ?? before?.ru]
  return { en: en ?? ru ?? '', ru: ru ?? en ?? '' }
}

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
