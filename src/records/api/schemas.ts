import Type, { type TSchema } from 'typebox'
import { type SystemType, systemTypes } from '../../entities/types.ts'
import type { Field } from '../../fields/field.ts'
import { kindOf } from '../../fields/kinds/kinds.ts'
import { FieldValue, UserFieldInput, UserFieldValue } from '../../fields/kinds/value-schemas.ts'
import type { Value } from '../../fields/value.ts'
import { countedListOf } from '../../http/lists.ts'
import { checkedAs, nullable, ref, shownOnly } from '../../schema/build.ts'

const byCode =
  'Values of the fields that users added, by code. The fields of an instance are listed by `/v1/types/{code}/fields`.'
const example = { examples: [{ delivery_city: 'Omsk' }] }

const UserFields = Type.Record(Type.String(), ref(UserFieldValue), {
  $id: 'UserFields',
  description: byCode,
  ...example,
})
const UserFieldsInput = Type.Record(
  Type.String(),
  Type.Union([
    ref(UserFieldInput),
    Type.Object(
      {
        add: Type.Optional(Type.Array(ref(UserFieldInput), { description: 'Values to add.' })),
        remove: Type.Optional(Type.Array(ref(UserFieldInput), { description: 'Values to remove.' })),
      },
      { additionalProperties: false },
    ),
  ]),
  {
    $id: 'UserFieldsInput',
    description: `${byCode} What is not named stays; null clears, and so does an empty text.`,
    ...example,
  },
)

const Facets = Type.Record(
  Type.String(),
  Type.Unsafe<unknown[] | null>({
    type: ['array', 'null'],
    items: Type.Object({
      value: Type.Unsafe<Value>({
        type: ['string', 'integer', 'boolean', 'null'],
        description: 'The value; null where records have none.',
      }),
      count: Type.Integer({ description: 'How many records have it.' }),
    }),
    description: 'The most frequent values first, at most 100; null when counting took too long.',
  }),
  {
    $id: 'Facets',
    description: 'The values of the fields that `facets` names.',
    examples: [{ stageId: [{ value: 'NEW', count: 12 }] }],
  },
)

const AnyRecord = Type.Unsafe<object>({
  ...shownOnly,
  $id: 'AnyRecord',
  anyOf: systemTypes.map(({ code }) => Type.Ref(nameOf(code))),
  description: 'A record of one of the types.',
})
/** A record of whatever type. */
export const anyRecord = ref(AnyRecord)

/** The schemas that every type's records share. */
export const sharedRecordSchemas = [
  ...[FieldValue, UserFieldValue, UserFieldInput],
  ...[UserFields, UserFieldsInput, Facets, AnyRecord],
]

/** The named schemas of a type's records: as answered, as created, as changed, and a page of them. */
export function recordSchemas(type: SystemType) {
  const name = nameOf(type.code)
  const writable = type.fields.filter(({ readOnly }) => !readOnly)
  const record = Type.Object(
    {
      ...properties(
        type.fields,
        (field) => kindOf(field).schema(field),
        () => true,
      ),
      userFields: ref(UserFields),
      ...expanded(type),
    },
    {
      $id: name,
      description: `${type.title.en}. An answer to a request with \`fields\` has only these and the id, whatever is said to be required here.`,
    },
  )
  const userFields = Type.Optional(ref(UserFieldsInput))
  const given = (field: Field) => kindOf(field).input(field)
  const input = (id: string, fields: Record<string, TSchema>, description: string, example: object) =>
    Type.Object(
      { ...fields, userFields },
      { ...checkedAs({ type: 'object' }), $id: id, description, additionalProperties: false, examples: [example] },
    )
  const inBatch = (field: Field) => (kindOf(field).batchInput ?? kindOf(field).input)(field)
  return {
    record,
    created: input(
      `New${name}`,
      properties(writable, given, ({ required }) => required),
      `A new ${type.title.en.toLowerCase()}; what is left out gets its default.`,
      type.example,
    ),
    changed: input(
      `${name}Change`,
      properties(writable, given),
      'The fields to change: absent stays; null clears, and so does an empty text.',
      {
        ...type.example,
        comment: 'Call back on Monday',
      },
    ),
    batched: Type.Object(
      { ...properties(writable, inBatch), userFields },
      {
        ...checkedAs({ type: 'object' }),
        ...{ $id: `${name}BatchInput`, additionalProperties: false },
        description: `Fields of a ${type.title.en.toLowerCase()} in a batch. An id may be \`{"$ref": "name"}\`: the record of an earlier operation.`,
      },
    ),
    list: countedListOf(record, `${name}List`, { facets: Type.Optional(ref(Facets)) }),
  }
}

/** The linked records that a request may ask for besides. */
function expanded({ fields }: SystemType): Record<string, TSchema> {
  const links = fields.flatMap((field) => {
    const hop = kindOf(field).hop?.(field)
    if (!hop) return []
    const one = nullable(Type.Ref(nameOf(hop.to)))
    const description = `${field.label.en}.`
    const many = field.multiple || kindOf(field).rows === 'link'
    return [[hop.name, Type.Optional(many ? Type.Array(one, { description }) : { ...one, description })] as const]
  })
  const description = 'The records behind the links that `expand` names; null where the caller may not read one.'
  return { expanded: Type.Optional(Type.Object(Object.fromEntries(links), { description })) }
}

/** How the schemas of a type begin: `Contact`. */
export function nameOf(code: string): string {
  return code.charAt(0).toUpperCase() + code.slice(1)
}

function properties(
  fields: readonly Field[],
  schema: (field: Field) => TSchema,
  isAlwaysThere: (field: Field) => boolean = () => false,
): Record<string, TSchema> {
  return Object.fromEntries(
    fields.map((field) => {
      const described = { ...schema(field), description: description(field) }
      return [field.code, isAlwaysThere(field) ? described : Type.Optional(described)]
    }),
  )
}

function description({ label, readOnly, settings }: Field): string {
  const linked = settings.type ? ` (id of a ${settings.type})` : ''
  const listed = settings.dictionary ? ` (code of the dictionary ${settings.dictionary})` : ''
  return `${label.en}${linked}${listed}${readOnly ? '; set by the server' : ''}.`
}
