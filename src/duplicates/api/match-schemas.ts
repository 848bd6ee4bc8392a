import Type, { type TSchema } from 'typebox'
import { nameOf } from '../../records/api/field-properties.ts'
import { recordSchemas } from '../../records/api/schemas.ts'
import type { DescribedType } from '../../records/api/user-field-schemas.ts'
import { checkedAs, enumOf, ref } from '../../schema/build.ts'
import { agreementWords } from '../comparison/codes.ts'

const ids = { minimum: 1, maximum: Number.MAX_SAFE_INTEGER }

/** How far two records agree in one field. */
export const DuplicateReason = Type.Object(
  {
    field: Type.String({ description: 'Compared field.', examples: ['phones'] }),
    code: enumOf(Object.keys(agreementWords) as [string, ...string[]], {
      description: 'Stable code of the reason.',
      examples: ['phone_same'],
    }),
    message: Type.String({ description: "The reason in the caller's language.", examples: ['same phone'] }),
  },
  { $id: 'DuplicateReason', description: 'How far two records agree in one field.' },
)

/** The score of records that are alike. */
export const score = Type.Number({
  minimum: 0,
  maximum: 1,
  description: 'Estimated probability that the records are duplicates.',
  examples: [0.98],
})

const DuplicateMatch = Type.Object(
  {
    id: Type.Integer({ description: 'Id of the record.', examples: [1] }),
    score,
    reasons: Type.Array(ref(DuplicateReason), { description: 'What the records have in common, and what not.' }),
  },
  { $id: 'DuplicateMatch', description: 'A record that is like the given one.' },
)

/** The records that are like the given one. */
export const DuplicateMatches = Type.Object(
  { data: Type.Array(ref(DuplicateMatch), { description: 'At most 20 records, the most similar first.' }) },
  { $id: 'DuplicateMatches', description: 'Records that are like the given one.' },
)

/** The named schemas of matches. */
export const matchSchemas: readonly TSchema[] = [DuplicateReason, DuplicateMatch, DuplicateMatches]

/** Returns the named schema of a request to find the duplicates of a draft or of a record. */
export function duplicateCheck(type: DescribedType) {
  const { title, example, code } = type
  return Type.Object(
    {
      data: Type.Optional({
        ...ref(recordSchemas(type).changed),
        description: `Fields of a ${title.en.toLowerCase()} that is not saved yet. Required fields can be missing.`,
      }),
      id: Type.Optional(Type.Integer({ ...ids, description: 'Id of a record.' })),
    },
    {
      ...checkedAs({
        type: 'object',
        properties: { data: { type: 'object' }, id: { type: 'integer', ...ids } },
        additionalProperties: false,
      }),
      $id: `${nameOf(code)}DuplicateCheck`,
      additionalProperties: false,
      description: 'The record whose duplicates are searched: `data` or `id`.',
      examples: [{ data: example }],
    },
  )
}
