import Type, { type TSchema } from 'typebox'
import type { SystemType } from '../entities/types.ts'
import type { Field } from '../fields/field.ts'
import { kindOf } from '../fields/kinds.ts'
import { listOf } from '../http/schema.ts'

/** The values that user fields may have, whatever fields an instance has. */
export const UserFields = Type.Record(Type.String(), Type.Unknown(), {
  $id: 'UserFields',
  description:
    'Values of the fields that users added, by code. The fields of an instance are listed by `/v1/types/{code}/fields`.',
  examples: [{ delivery_city: 'Omsk' }],
})

const Facets = Type.Record(
  Type.String(),
  Type.Unsafe<unknown[] | null>({
    type: ['array', 'null'],
    items: Type.Object({
      value: Type.Unknown({ description: 'The value; null where records have none.' }),
      count: Type.Integer({ description: 'How many records have it.' }),
    }),
    description: 'The most frequent values first, at most 100; null when counting took too long.',
  }),
  {
    description: 'The values of the fields that `facets` names.',
    examples: [{ stageId: [{ value: 'NEW', count: 12 }] }],
  },
)

/** The named schemas of a type's records: as answered, as created, as changed, and a page of them. */
export function recordSchemas(type: SystemType) {
  const name = type.code.charAt(0).toUpperCase() + type.code.slice(1)
  const writable = type.fields.filter(({ readOnly }) => !readOnly)
  const userFields = { userFields: Type.Optional(Type.Ref('UserFields')) }
  const record = Type.Object(
    { ...properties(type.fields, (field) => kindOf(field).schema(field)), ...userFields },
    { $id: name, description: `${type.title.en}. A request that chooses \`fields\` gets only these.` },
  )
  const input = (id: string, description: string, example: object) =>
    Type.Object(
      { ...properties(writable, (field) => kindOf(field).input(field)), ...userFields },
      { $id: id, description, additionalProperties: false, examples: [example] },
    )
  return {
    record,
    created: input(
      `New${name}`,
      `A new ${type.title.en.toLowerCase()}; what is left out gets its default.`,
      type.example,
    ),
    changed: input(`${name}Change`, 'The fields to change: absent stays, null clears.', {
      comment: 'Call back on Monday',
    }),
    list: Type.Object({ ...listOf(record, '').properties, facets: Type.Optional(Facets) }, { $id: `${name}List` }),
  }
}

function properties(fields: readonly Field[], schema: (field: Field) => TSchema): Record<string, TSchema> {
  return Object.fromEntries(
    fields.map((field) => [field.code, Type.Optional({ ...schema(field), description: description(field) })]),
  )
}

function description({ label, readOnly, settings }: Field): string {
  const linked = settings.type ? ` (id of a ${settings.type})` : ''
  const listed = settings.dictionary ? ` (code of the dictionary ${settings.dictionary})` : ''
  return `${label.en}${linked}${listed}${readOnly ? '; set by the server' : ''}.`
}
