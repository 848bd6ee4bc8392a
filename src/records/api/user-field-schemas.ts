import Type, { type TSchema } from 'typebox'
import type { SystemType } from '../../entities/types.ts'
import type { Field } from '../../fields/field.ts'
import { mostColumnValues } from '../../fields/kinds/column-kinds.ts'
import { kindOf } from '../../fields/kinds/kinds.ts'
import { UserFieldInput, UserFieldValue } from '../../fields/kinds/value-schemas.ts'
import { mostRemoved } from '../../fields/lists.ts'
import { ref } from '../../schema/build.ts'
import { nameOf, propertiesOf } from './field-properties.ts'

/**
 * A record type in an API document. The document of one instance knows its user fields. The document of all instances
 * does not, so there `userFields` is absent.
 */
export interface DescribedType extends SystemType {
  userFields?: readonly Field[]
}

const byCode =
  'Values of user fields (custom fields), by code. `/v1/types/{code}/fields` lists the fields of an instance.'
const cleared = 'Absent fields keep their values. Null or an empty string clears a field.'
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
        add: Type.Optional(
          Type.Array(ref(UserFieldInput), { maxItems: mostColumnValues, description: 'Values to add.' }),
        ),
        remove: Type.Optional(
          Type.Array(ref(UserFieldInput), { maxItems: mostRemoved, description: 'Values to remove.' }),
        ),
      },
      { additionalProperties: false },
    ),
  ]),
  { $id: 'UserFieldsInput', description: `${byCode} ${cleared}`, ...example },
)

/** The named schemas of the user fields of a type that are not known. */
export const anyUserFieldSchemas = [UserFields, UserFieldsInput]

/** Returns all fields of a type that the document knows. */
export function knownFields({ fields, userFields = [] }: DescribedType): readonly Field[] {
  return [...fields, ...userFields]
}

/**
 * Returns the schemas of the member `userFields`: in a record, a new one, a change, and an operation of a batch. `demands`
 * is true if a new record must have it.
 */
export function userFieldsOf({ code, userFields }: DescribedType) {
  const unknown = Type.Optional(ref(UserFieldsInput))
  if (!userFields)
    return { demands: false, shown: ref(UserFields), created: unknown, changed: unknown, batched: unknown }
  const name = nameOf(code)
  const created = Type.Ref(`New${name}UserFields`)
  const demands = userFields.some(isDemanded)
  return {
    demands,
    shown: Type.Ref(`${name}UserFields`),
    created: demands ? created : Type.Optional(created),
    changed: Type.Optional(Type.Ref(`${name}UserFieldsInput`)),
    batched: Type.Optional(Type.Ref(`${name}UserFieldsBatchInput`)),
  }
}

/** Returns the named schemas to which `userFieldsOf` refers, if the user fields are known. */
export function userFieldSchemas({ code, title, userFields = [] }: DescribedType): TSchema[] {
  const name = nameOf(code)
  const whose = `Values of the user fields (custom fields) of the ${title.en.toLowerCase()}`
  const given = (field: Field) => filledIfRequired(field, kindOf(field).input(field))
  const inBatch = (field: Field) => filledIfRequired(field, (kindOf(field).batchInput ?? kindOf(field).input)(field))
  const object = ($id: string, properties: Record<string, TSchema>, description: string) =>
    Type.Object(properties, { $id, description, additionalProperties: false })
  const shown = propertiesOf(
    userFields,
    (field) => withoutLimits(kindOf(field).schema(field)),
    () => true,
  )
  return [
    object(`${name}UserFields`, shown, `${whose}.`),
    object(
      `New${name}UserFields`,
      propertiesOf(userFields, given, isDemanded),
      `${whose}. Absent fields get their defaults.`,
    ),
    object(`${name}UserFieldsInput`, propertiesOf(userFields, given), `${whose}. ${cleared}`),
    object(`${name}UserFieldsBatchInput`, propertiesOf(userFields, inBatch), `${whose}. ${cleared}`),
  ]
}

const limits = new Set(['minLength', 'maxLength', 'pattern', 'minimum', 'maximum'])

/** Returns the schema of stored values, which can be older than the limits of the field. */
function withoutLimits(schema: TSchema): TSchema {
  return JSON.parse(JSON.stringify(schema, (name, value) => (limits.has(name) ? undefined : value))) as TSchema
}

/** Returns the schema of values in a request. A required field has no null and no empty list. */
function filledIfRequired(
  { required }: Field,
  schema: TSchema & { type?: unknown; anyOf?: { type?: unknown }[] },
): TSchema {
  if (!required) return schema
  if (Array.isArray(schema.type)) return { ...schema, type: schema.type.filter((type) => type !== 'null') }
  if (!schema.anyOf) return schema
  const filled = schema.anyOf.filter(({ type }) => type !== 'null')
  return { ...schema, anyOf: filled.map((one) => (one.type === 'array' ? { ...one, minItems: 1 } : one)) }
}

/** Returns whether a new record must set the field. */
function isDemanded({ required, settings, options }: Field): boolean {
  return required && settings.default === undefined && !options.some((option) => option.default)
}
