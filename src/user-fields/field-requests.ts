import Type, { type Static } from 'typebox'
import type { Field } from '../fields/field.ts'
import type { KindName } from '../fields/kind-names.ts'
import { kindOf, kinds } from '../fields/kinds/kinds.ts'
import { FieldValue, UserFieldInput } from '../fields/kinds/value-schemas.ts'
import { operators } from '../fields/scalar.ts'
import { Label } from '../http/labels.ts'
import { listOf } from '../http/lists.ts'
import { enumOf, nullable, ref } from '../schema/build.ts'
import { type IndexState, indexStates } from './field-indexes.ts'

const userKinds = (Object.keys(kinds) as KindName[]).filter((name) => kinds[name].user)

/** A text in both languages, or one for both. */
export const LabelsInput = Type.Union(
  [
    Type.String({ minLength: 1, maxLength: 200 }),
    Type.Object(
      {
        en: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'In English.' })),
        ru: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'In Russian.' })),
      },
      { additionalProperties: false, minProperties: 1 },
    ),
  ],
  { $id: 'LabelInput', description: 'In both languages, or one text for both.' },
)

const code = Type.String({
  pattern: '^[a-z][a-z0-9_]{0,49}$',
  description: 'Its name in requests: small Latin letters, digits and _. It never changes.',
  examples: ['delivery_city'],
})

/** An option of an enumeration, as it is asked for. */
export const OptionInput = Type.Object(
  {
    code: Type.String({ pattern: '^[A-Za-z0-9_-]{1,50}$', description: 'What records hold.', examples: ['express'] }),
    label: ref(LabelsInput),
    sort: Type.Optional(Type.Integer({ description: 'Place among the options; the order given when left out.' })),
    default: Type.Optional(Type.Boolean({ description: 'Whether new records have it.' })),
  },
  { $id: 'FieldOptionInput', additionalProperties: false, description: 'An option of an enumeration.' },
)

const bound = (description: string) => Type.Unsafe<number | string>({ type: ['number', 'string'], description })

/** What a field may be told beyond its kind; each kind takes the ones that make sense for it. */
export const SettingsInput = Type.Object(
  {
    minLength: Type.Optional(Type.Integer({ minimum: 0, maximum: 100_000, description: 'Fewest characters.' })),
    maxLength: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000, description: 'Most characters.' })),
    pattern: Type.Optional(
      Type.String({
        maxLength: 200,
        description:
          'Regular expression (ECMAScript) of which a part of the text must be a match. Lookaround, backreferences, `\\p{Script=…}` and more than 1000 repetitions are not supported.',
      }),
    ),
    min: Type.Optional(bound('Smallest value: a number for integers, a text for decimals and dates.')),
    max: Type.Optional(bound('Largest value.')),
    precision: Type.Optional(Type.Integer({ minimum: 0, maximum: 15, description: 'Most digits after the point.' })),
    maxSize: Type.Optional(Type.Integer({ minimum: 1, description: 'Most bytes of a file.' })),
    extensions: Type.Optional(
      Type.Array(Type.String({ pattern: '^[a-z0-9]{1,20}$', examples: ['pdf'] }), {
        minItems: 1,
        maxItems: 100,
        description: 'Extensions that the name of a file may have, in small letters without a dot.',
      }),
    ),
    default: Type.Optional({
      ...ref(UserFieldInput),
      description: 'Value of a new record that brings none; `now` for dates.',
    }),
  },
  { $id: 'FieldSettingsInput', additionalProperties: false, description: 'Bounds and default.' },
)

/** Most options of an enumeration. */
export const mostOptions = 1000

const changeable = {
  label: ref(LabelsInput),
  help: Type.Optional(Type.Union([ref(LabelsInput), Type.Null()], { description: 'What to enter.' })),
  sort: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000, description: 'Place among the fields.' })),
  required: Type.Optional(Type.Boolean({ description: 'Whether every new record must have a value.' })),
  searchable: Type.Optional(
    Type.Boolean({
      description:
        'Whether `q` looks for words in it, for kinds string and text; it does from when the index for that is made, shortly after the answer.',
    }),
  ),
  options: Type.Optional(
    Type.Array(ref(OptionInput), { maxItems: mostOptions, description: 'Options of an enumeration.' }),
  ),
}

/** A field to be made. */
export const NewField = Type.Object(
  {
    code,
    kind: enumOf(userKinds, { description: 'Kind of its values. It never changes.' }),
    multiple: Type.Optional(
      Type.Boolean({ description: 'Whether a record may have several values. It never changes.' }),
    ),
    ...changeable,
    settings: Type.Optional(ref(SettingsInput)),
  },
  {
    $id: 'NewField',
    additionalProperties: false,
    examples: [{ code: 'delivery_city', kind: 'string', label: { en: 'Delivery city', ru: 'Город доставки' } }],
  },
)

/** What of a field may change. */
export const FieldChange = Type.Object(
  { ...changeable, label: Type.Optional(ref(LabelsInput)) },
  { $id: 'FieldChange', additionalProperties: false, minProperties: 1, examples: [{ required: true, sort: 200 }] },
)

const SettingsDocument = Type.Object(
  {
    ...SettingsInput.properties,
    default: Type.Optional({ ...ref(FieldValue), description: 'Value of a new record that brings none.' }),
    dictionary: Type.Optional(Type.String({ description: 'Code of the dictionary that it chooses from.' })),
    type: Type.Optional(Type.String({ description: 'Code of the type of the records that it points at.' })),
    relation: Type.Optional(Type.String({ description: 'Name of the link.' })),
    back: Type.Optional(Type.Boolean({ description: 'Whether it looks at the link from the other end.' })),
    valueKinds: Type.Optional(Type.Array(Type.String(), { description: 'Kinds that its values may have.' })),
  },
  { $id: 'FieldSettings', description: 'Bounds, default, and what it points at; what it does not have is left out.' },
)

/** A field as it is answered, of the system or of users. */
export const FieldDocument = Type.Object(
  {
    code: Type.String({ description: 'Code of the field.' }),
    path: Type.String({
      description: 'Its name in filters, sorting and `fields`.',
      examples: ['userFields.delivery_city'],
    }),
    kind: enumOf(Object.keys(kinds), { description: 'Kind of its values.' }),
    multiple: Type.Boolean({ description: 'Whether a record may have several values.' }),
    system: Type.Boolean({ description: 'Whether every instance has it.' }),
    readOnly: Type.Boolean({ description: 'Whether the server alone sets it.' }),
    required: Type.Boolean({ description: 'Whether every record must have a value.' }),
    searchable: Type.Boolean({ description: 'Whether `q` looks for words in it, once its index is made.' }),
    indexState: enumOf([...indexStates], {
      description:
        'How far its indexes are. They are made behind the answer that adds the field; until they are `ready`, conditions and sorting by it work and may take long.',
    }),
    label: ref(Label),
    help: nullable(ref(Label), { description: 'What to enter.' }),
    sort: Type.Integer({ description: 'Place among the fields.' }),
    filters: Type.Array(
      Type.Object({
        path: Type.String({ description: 'What conditions name.' }),
        operators: Type.Array(enumOf([...operators]), { description: 'What can be asked of it.' }),
        sortable: Type.Boolean({ description: 'Whether lists can be sorted by it.' }),
      }),
      { description: 'What conditions and sorting may name.' },
    ),
    link: nullable(
      Type.Object({
        name: Type.String({
          description: 'How `expand` and conditions on the linked records call it.',
          examples: ['company'],
        }),
        type: Type.String({ description: 'Code of the type of the linked records; `user` for people.' }),
      }),
      { description: 'Where its ids lead; null where its values are no ids.' },
    ),
    settings: ref(SettingsDocument),
    options: Type.Array(
      Type.Object({
        code: Type.String({ description: 'What records hold.' }),
        label: ref(Label),
        sort: Type.Integer({ description: 'Place among the options.' }),
        default: Type.Boolean({ description: 'Whether new records have it.' }),
      }),
      { description: 'Options of an enumeration.' },
    ),
  },
  { $id: 'Field', description: 'A field of a type of records.' },
)

/** The fields of a type, those of the system first. */
export const FieldList = listOf(FieldDocument, 'FieldList')

/** What deleting a field would lose. */
export const FieldLoss = Type.Object(
  { records: Type.Integer({ description: 'Records that would lose a value.' }) },
  { $id: 'FieldLoss', description: 'What deleting a field would lose.' },
)

/** The schemas that other schemas refer to. */
export const fieldSchemas = [
  LabelsInput,
  OptionInput,
  SettingsInput,
  SettingsDocument,
  NewField,
  FieldChange,
  FieldDocument,
  FieldList,
  FieldLoss,
]

export type NewFieldBody = Static<typeof NewField>
export type FieldChangeBody = Static<typeof FieldChange>
export type OptionBody = Static<typeof OptionInput>

/** A field in an answer. */
export function shownField(
  field: Field,
  text: (labels: Field['label']) => string | Field['label'],
  indexState: IndexState,
): Static<typeof FieldDocument> {
  const kind = kindOf(field)
  const targets = kind.targets(field)
  const hop = kind.hop?.(field)
  return {
    ...{ code: field.code, path: field.path, kind: field.kind, multiple: field.multiple, readOnly: field.readOnly },
    system: field.userFieldId === null,
    required: field.required,
    searchable: field.searchable,
    indexState,
    label: text(field.label),
    help: field.help && text(field.help),
    sort: field.sort,
    filters: targets.map(({ path, scalar, sortable }) => ({ path, operators: [...scalar.operators], sortable })),
    link: hop ? { name: hop.name, type: hop.to } : null,
    settings: field.settings as Static<typeof SettingsDocument>,
    options: field.options.map((option) => ({ ...option, label: text(option.label) })),
  }
}
