import Type, { type TSchema } from 'typebox'
import { FieldValue, UserFieldInput } from '../fields/kinds/value-schemas.ts'
import { nullable, ref } from '../schema/build.ts'

const bound = (description: string) => Type.Unsafe<number | string>({ type: ['number', 'string'], description })

const settings = {
  minLength: Type.Integer({ minimum: 0, maximum: 100_000, description: 'Minimum number of characters.' }),
  maxLength: Type.Integer({ minimum: 1, maximum: 100_000, description: 'Maximum number of characters.' }),
  pattern: Type.String({
    maxLength: 200,
    description:
      'Regular expression (ECMAScript) that must match some part of the text. Lookaround, backreferences, `\\p{Script=…}` and more than 1000 repetitions are not supported.',
  }),
  min: bound('Minimum value: a number for integers, a string for decimals and dates.'),
  max: bound('Maximum value: a number for integers, a string for decimals and dates.'),
  precision: Type.Integer({
    minimum: 0,
    maximum: 15,
    description: 'Maximum number of digits after the decimal point.',
  }),
  dictionary: Type.String({
    maxLength: 100,
    description: 'Code of the dictionary with the allowed values.',
    examples: ['SOURCE'],
  }),
  types: Type.Array(Type.String({ maxLength: 100, examples: ['company'] }), {
    minItems: 1,
    maxItems: 50,
    description: 'Codes of the record types that links can point to.',
  }),
  maxSize: Type.Integer({ minimum: 1, description: 'Maximum size of a file in bytes.' }),
  extensions: Type.Array(Type.String({ pattern: '^[a-z0-9]{1,20}$', examples: ['pdf'] }), {
    minItems: 1,
    maxItems: 100,
    description: 'Allowed file name extensions, in lowercase without the dot.',
  }),
}

/** Returns the settings with each schema replaced. */
function settingsWith(replace: (schema: TSchema) => TSchema) {
  return Object.fromEntries(Object.entries(settings).map(([name, one]) => [name, Type.Optional(replace(one))]))
}

/** Settings of a user field in a request. Each kind accepts only some of them. */
export const SettingsInput = Type.Object(
  {
    ...settingsWith((schema) => nullable(schema)),
    default: Type.Optional({
      ...ref(UserFieldInput),
      description:
        'Value for new records that do not set the field. Dates also accept `now`, and `now+7` for a week later. Employees accept `me`.',
    }),
  },
  {
    $id: 'FieldSettingsInput',
    additionalProperties: false,
    description:
      'Limits and default value of a user field. Each kind accepts only some of them. Absent settings keep their values, null removes one.',
  },
)

/** Settings of a field in a response. */
export const SettingsDocument = Type.Object(
  {
    ...settingsWith((schema) => schema),
    default: Type.Optional({ ...ref(FieldValue), description: 'Value for new records that do not set the field.' }),
    type: Type.Optional(Type.String({ description: 'Code of the record type that the field points to.' })),
    relation: Type.Optional(Type.String({ description: 'Name of the relation.' })),
    back: Type.Optional(Type.Boolean({ description: 'Whether the field is the inverse side of the relation.' })),
    valueKinds: Type.Optional(
      Type.Array(Type.String(), { description: 'Allowed kinds of the values, such as `work` or `mobile`.' }),
    ),
  },
  {
    $id: 'FieldSettings',
    description: 'Limits, default value and target of the field. Settings that do not apply are omitted.',
  },
)
