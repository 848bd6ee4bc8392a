import Type, { type TSchema } from 'typebox'
import { anySmartProcess } from '../../entities/smart-processes.ts'
import { systemTypes } from '../../entities/types.ts'
import type { Field } from '../../fields/field.ts'
import { kindOf } from '../../fields/kinds/kinds.ts'
import { FieldValue, UserFieldInput, UserFieldValue } from '../../fields/kinds/value-schemas.ts'
import { countedListOf } from '../../http/lists.ts'
import { checkedAs, documentedOnly, nullable, ref } from '../../schema/build.ts'
import { changeMembers, RemovedRecord } from '../changes/schemas.ts'
import { nameOf, propertiesOf } from './field-properties.ts'
import { facets } from './requests.ts'
import { anyUserFieldSchemas, type DescribedType, knownFields, userFieldsOf } from './user-field-schemas.ts'

const missing = Type.Optional(
  Type.Array(Type.Integer(), { description: 'With `sort=given`: ids of the filter whose records you cannot read.' }),
)

/** Returns the schema of a record of any of these types. */
export function anyRecordOf(types: readonly DescribedType[]) {
  return Type.Unsafe<object>({
    ...documentedOnly,
    $id: 'AnyRecord',
    anyOf: types.map(({ code }) => Type.Ref(nameOf(code))),
    description: 'A record of any type.',
  })
}
const AnyRecord = anyRecordOf([...systemTypes, anySmartProcess])
/** A reference to the schema of a record of any type. */
export const anyRecord = ref(AnyRecord)

/** The named schemas that all record types share. */
export const sharedRecordSchemas = [
  ...[FieldValue, UserFieldValue, UserFieldInput],
  ...[...anyUserFieldSchemas, RemovedRecord, AnyRecord],
]

/** Returns the named schemas of a record type: the record, a linked record, the bodies that create and change it, and a page. */
export function recordSchemas(type: DescribedType) {
  const name = nameOf(type.code)
  const userFields = userFieldsOf(type)
  // A smart process has a field for each parent type.
  const closed = type.isAny ? {} : { additionalProperties: false }
  const writable = type.fields.filter(({ readOnly }) => !readOnly)
  const own = {
    ...propertiesOf(
      type.fields,
      (field) => kindOf(field).schema(field),
      ({ code }) => !type.isAny || code === 'id',
    ),
    userFields: userFields.shown,
  }
  const record = Type.Object(
    {
      ...own,
      mergedInto: Type.Optional(
        Type.Integer({
          description: 'Id of this record, if the request named a record that was merged into it.',
        }),
      ),
      ...expanded(type),
    },
    {
      $id: name,
      description: `${type.title.en}. A response to a request with \`fields\` has only those fields and parts of fields and the id, even where this schema requires more.`,
    },
  )
  const given = (field: Field) => kindOf(field).input(field)
  const input = (id: string, fields: Record<string, TSchema>, description: string, example: object | false) =>
    Type.Object(fields, {
      ...checkedAs({ type: 'object' }),
      $id: id,
      description,
      ...closed,
      ...(example && { examples: [example] }),
    })
  const inBatch = (field: Field) => (kindOf(field).batchInput ?? kindOf(field).input)(field)
  return {
    record,
    linked: Type.Object(own, {
      $id: linkedNameOf(type.code),
      description: `${type.title.en} that another record links to. It has no \`expanded\`.`,
    }),
    created: input(
      `New${name}`,
      { ...propertiesOf(writable, given, ({ required }) => required), userFields: userFields.created },
      `Fields of a new ${type.title.en.toLowerCase()}. Absent fields get their defaults.`,
      // The example has no values of the user fields that this instance requires.
      !userFields.demands && type.example,
    ),
    changed: input(
      `${name}Change`,
      { ...propertiesOf(writable, given), userFields: userFields.changed },
      'Fields to change. Absent fields keep their values. Null or an empty string clears a field. Read-only fields, `expanded` and `mergedInto` with their present values are ignored, so a whole record can be sent back.',
      {
        ...type.example,
        comment: 'Call back on Monday',
      },
    ),
    batched: Type.Object(
      { ...propertiesOf(writable, inBatch), userFields: userFields.batched },
      {
        ...checkedAs({ type: 'object' }),
        ...closed,
        $id: `${name}BatchInput`,
        description: `Fields of the ${type.title.en.toLowerCase()} that the operation writes. An id can be \`{"$ref": "name"}\`, which refers to the record of an earlier operation.`,
      },
    ),
    list: countedListOf(record, `${name}List`, { facets: Type.Optional(facets), missing, ...changeMembers }),
  }
}

/** Returns the name of the schema of a linked record. Schemas that lead back to themselves make large clients. */
function linkedNameOf(code: string): string {
  return `Linked${nameOf(code)}`
}

/** Returns the schema of `expanded`: the linked records that a request can ask for. */
function expanded(type: DescribedType): Record<string, TSchema> {
  const links = knownFields(type).flatMap((field) => {
    const many = field.multiple || kindOf(field).rows === 'link'
    return (kindOf(field).hops?.(field) ?? []).map(({ name, to }) => {
      const one = nullable(Type.Ref(to === 'user' ? nameOf(to) : linkedNameOf(to)))
      const description = `${field.label.en}.`
      return [name, Type.Optional(many ? Type.Array(one, { description }) : { ...one, description })] as const
    })
  })
  const description =
    'Records of the links that `expand` names, or `fields` with fields of linked records. A record that the caller may not read is null.'
  return { expanded: Type.Optional(Type.Object(Object.fromEntries(links), { description })) }
}
