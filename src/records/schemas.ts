import Type, { type TSchema } from 'typebox'
import type { SystemType } from '../entities/types.ts'
import type { Field } from '../fields/field.ts'
import { kindOf } from '../fields/kinds.ts'
import { listOf, nullable } from '../http/schema.ts'

/** The values that user fields may have, whatever fields an instance has. */
export const UserFields = Type.Record(Type.String(), Type.Unknown(), {
  $id: 'UserFields',
  description:
    'Values of the fields that users added, by code. The fields of an instance are listed by `/v1/types/{code}/fields`.',
  examples: [{ delivery_city: 'Omsk' }],
})

/** The named schemas of a type's records: as answered, as created, as changed, and a page of them. */
export function recordSchemas(type: SystemType) {
  const name = nameOf(type.code)
  const writable = type.fields.filter(({ readOnly }) => !readOnly)
  const userFields = { userFields: Type.Optional(Type.Ref('UserFields')) }
  const record = Type.Object(
    { ...properties(type.fields, (field) => kindOf(field).schema(field)), ...userFields, ...expanded(type) },
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
    list: listOf(record, `${name}List`),
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

function nameOf(code: string): string {
  return code.charAt(0).toUpperCase() + code.slice(1)
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
