import Type, { type TSchema } from 'typebox'
import { type SystemType, systemTypes } from '../../entities/types.ts'
import type { Field } from '../../fields/field.ts'
import { kindOf } from '../../fields/kinds/kinds.ts'
import { FieldValue, UserFieldInput, UserFieldValue } from '../../fields/kinds/value-schemas.ts'
import type { Value } from '../../fields/value.ts'
import { countedListOf } from '../../http/lists.ts'
import { checkedAs, documentedOnly, nullable, ref } from '../../schema/build.ts'

const byCode =
  'Values of user fields (custom fields), by code. `/v1/types/{code}/fields` lists the fields of an instance.'
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
    description: `${byCode} Absent fields keep their values. Null or an empty string clears a field.`,
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
        description: 'Value of the field. Null counts the records without a value.',
      }),
      count: Type.Integer({ description: 'Number of records with this value.' }),
    }),
    description: 'At most 100 values, the most frequent first. Null if counting took too long.',
  }),
  {
    $id: 'Facets',
    description: 'Counts of the values of each field that `facets` names.',
    examples: [{ stageId: [{ value: 'NEW', count: 12 }] }],
  },
)

const AnyRecord = Type.Unsafe<object>({
  ...documentedOnly,
  $id: 'AnyRecord',
  anyOf: systemTypes.map(({ code }) => Type.Ref(nameOf(code))),
  description: 'A record of any type.',
})
/** A reference to the schema of a record of any type. */
export const anyRecord = ref(AnyRecord)

/** The named schemas that all record types share. */
export const sharedRecordSchemas = [
  ...[FieldValue, UserFieldValue, UserFieldInput],
  ...[UserFields, UserFieldsInput, Facets, AnyRecord],
]

/** Returns the named schemas of a record type: the record, the bodies that create and change it, and a page. */
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
      description: `${type.title.en}. A response to a request with \`fields\` has only those fields and the id, even where this schema requires more.`,
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
      `Fields of a new ${type.title.en.toLowerCase()}. Absent fields get their defaults.`,
      type.example,
    ),
    changed: input(
      `${name}Change`,
      properties(writable, given),
      'Fields to change. Absent fields keep their values. Null or an empty string clears a field.',
      {
        ...type.example,
        comment: 'Call back on Monday',
      },
    ),
    batched: Type.Object(
      { ...properties(writable, inBatch), userFields },
      {
        ...checkedAs({ type: 'object' }),
        $id: `${name}BatchInput`,
        additionalProperties: false,
        description: `Fields of the ${type.title.en.toLowerCase()} that the operation writes. An id can be \`{"$ref": "name"}\`, which refers to the record of an earlier operation.`,
      },
    ),
    list: countedListOf(record, `${name}List`, { facets: Type.Optional(ref(Facets)) }),
  }
}

/** Returns the schema of `expanded`: the linked records that a request can ask for. */
function expanded({ fields }: SystemType): Record<string, TSchema> {
  const links = fields.flatMap((field) => {
    const hop = kindOf(field).hop?.(field)
    if (!hop) return []
    const one = nullable(Type.Ref(nameOf(hop.to)))
    const description = `${field.label.en}.`
    const many = field.multiple || kindOf(field).rows === 'link'
    return [[hop.name, Type.Optional(many ? Type.Array(one, { description }) : { ...one, description })] as const]
  })
  const description = 'Records of the links that `expand` names. A record that the caller may not read is null.'
  return { expanded: Type.Optional(Type.Object(Object.fromEntries(links), { description })) }
}

/** Returns the prefix of a type's schema names, such as `Contact`. */
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
  return `${label.en}${linked}${listed}.${readOnly ? ' Set by the server.' : ''}`
}
