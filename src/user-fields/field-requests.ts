import Type, { type Static } from 'typebox'
import type { Field } from '../fields/field.ts'
import type { Target } from '../fields/kind.ts'
import type { KindName } from '../fields/kind-names.ts'
import { isSortedByIndex } from '../fields/kinds/column-kinds.ts'
import { kindOf, kinds } from '../fields/kinds/kinds.ts'
import { operatorNames } from '../fields/operators.ts'
import { Label, LabelsInput } from '../http/labels.ts'
import { listOf } from '../http/lists.ts'
import { enumOf, fixedNames, nullable, ref } from '../schema/build.ts'
import { type IndexState, indexStates } from './field-indexes.ts'
import { fieldsIndexedByDefault } from './index-marks.ts'
import { SettingsDocument, SettingsInput } from './settings-schemas.ts'

const userKinds = (Object.keys(kinds) as KindName[]).filter((name) => kinds[name].user)

const code = Type.String({
  pattern: '^[a-z][a-z0-9_]{0,49}$',
  description:
    'Name of the user field in requests: lowercase Latin letters, digits and `_`. It cannot be changed later.',
  examples: ['delivery_city'],
})

/** An option of an enumeration in a request. */
export const OptionInput = Type.Object(
  {
    code: Type.String({
      pattern: '^[A-Za-z0-9_-]{1,50}$',
      description: 'Value that records store.',
      examples: ['express'],
    }),
    label: ref(LabelsInput),
    sort: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 1_000_000,
        description: 'Sort position of the option. Defaults to the order of the list.',
      }),
    ),
    default: Type.Optional(Type.Boolean({ description: 'Whether new records get this option by default.' })),
    externalCode: Type.Optional(
      nullable(Type.String({ minLength: 1, maxLength: 200 }), {
        description: 'Code of the option in another system. Imports accept it.',
      }),
    ),
  },
  { $id: 'FieldOptionInput', additionalProperties: false, description: 'An option of an enumeration.' },
)

/** Maximum number of options of an enumeration. */
export const mostOptions = 1000

const byDefault = `By default true for the first ${fieldsIndexedByDefault} fields of a type, false for later ones.`

const changeable = {
  label: ref(LabelsInput),
  help: Type.Optional(Type.Union([ref(LabelsInput), Type.Null()], { description: 'Hint about what to enter.' })),
  group: Type.Optional(
    Type.Union([ref(LabelsInput), Type.Null()], {
      description: 'Label of the group of fields that a frontend shows this field in.',
    }),
  ),
  sort: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000, description: 'Sort position of the field.' })),
  required: Type.Optional(Type.Boolean({ description: 'Whether new records must have a value.' })),
  filterable: Type.Optional(
    Type.Boolean({
      description: `Whether the field has the indexes that make filters fast. ${byDefault} Without them, filters work but are slow, and their time is limited.`,
    }),
  ),
  sortable: Type.Optional(
    Type.Boolean({
      description: `Whether the field has the index that makes sorting fast. Allowed for kinds that lists can be sorted by. ${byDefault}`,
    }),
  ),
  searchable: Type.Optional(
    Type.Boolean({
      description: `Whether \`q\` searches this field. Allowed for the kinds \`string\` and \`text\`. ${byDefault} Takes effect when the search index is built, shortly after the response.`,
    }),
  ),
  options: Type.Optional(
    Type.Array(ref(OptionInput), {
      maxItems: mostOptions,
      description: 'Options of an enumeration, as a complete list.',
    }),
  ),
}

/** A user field to create. */
export const NewField = Type.Object(
  {
    code,
    kind: enumOf(userKinds, { description: 'Kind of the values. It cannot be changed later.' }),
    multiple: Type.Optional(
      Type.Boolean({ description: 'Whether a record can have several values. It cannot be changed later.' }),
    ),
    ...changeable,
    settings: Type.Optional(ref(SettingsInput)),
    inCard: Type.Optional(
      Type.Boolean({
        description:
          'Whether the field joins the common and built-in cards of the type, in their last section. Default: `true`. Later, change the cards.',
      }),
    ),
  },
  {
    $id: 'NewField',
    additionalProperties: false,
    examples: [{ code: 'delivery_city', kind: 'string', label: { en: 'Delivery city', ru: 'Город доставки' } }],
  },
)

/** The properties of a user field that can be changed. */
export const FieldChange = Type.Object(
  { ...changeable, label: Type.Optional(ref(LabelsInput)), settings: Type.Optional(ref(SettingsInput)) },
  {
    $id: 'FieldChange',
    additionalProperties: false,
    ...fixedNames('code', 'kind', 'multiple'),
    minProperties: 1,
    examples: [{ required: true, sort: 200 }],
  },
)

/** A system field or user field in a response. */
export const FieldDocument = Type.Object(
  {
    code: Type.String({ description: 'Code of the field.' }),
    path: Type.String({
      description: 'Name of the field in filters, `sort` and `fields`.',
      examples: ['userFields.delivery_city'],
    }),
    kind: enumOf(Object.keys(kinds), { description: 'Kind of the values.' }),
    multiple: Type.Boolean({ description: 'Whether a record can have several values.' }),
    system: Type.Boolean({ description: 'Whether this is a system field. System fields exist in every instance.' }),
    readOnly: Type.Boolean({ description: 'Whether only the server sets the field.' }),
    required: Type.Boolean({ description: 'Whether records must have a value.' }),
    filterable: Type.Boolean({ description: 'Whether the field has indexes that make filters fast.' }),
    sortable: Type.Boolean({ description: 'Whether the field has an index that makes sorting fast.' }),
    searchable: Type.Boolean({
      description: 'Whether `q` searches this field. Takes effect when the search index is built.',
    }),
    indexState: enumOf([...indexStates], {
      description:
        'State of the indexes of the field. They are built and dropped after the response that creates or changes the field. Until they are `ready`, filters and sorting by the field work but can be slow. `none` means that the field is neither filterable nor sortable nor searchable.',
    }),
    label: ref(Label),
    help: nullable(ref(Label), { description: 'Hint about what to enter.' }),
    group: nullable(ref(Label), { description: 'Label of the group of fields that a frontend shows this field in.' }),
    sort: Type.Integer({ description: 'Sort position of the field.' }),
    filters: Type.Array(
      Type.Object({
        path: Type.String({ description: 'Name to use in conditions and in `sort`.' }),
        operators: Type.Array(enumOf(operatorNames), { description: 'Supported operators.' }),
        sortable: Type.Boolean({ description: 'Whether lists can be sorted by this name.' }),
      }),
      {
        description:
          'Names that this field provides for filters and sorting. An address, for example, has one for each part.',
      },
    ),
    links: Type.Array(
      Type.Object({
        name: Type.String({
          description: 'Name of the link in `expand` and in conditions on linked records.',
          examples: ['company'],
        }),
        type: Type.String({ description: 'Code of the type of the linked records, or `user` for users.' }),
      }),
      { description: 'Links to the records that the values point to, one for each type of records.' },
    ),
    settings: ref(SettingsDocument),
    options: Type.Array(
      Type.Object({
        code: Type.String({ description: 'Value that records store.' }),
        label: ref(Label),
        sort: Type.Integer({ description: 'Sort position of the option.' }),
        default: Type.Boolean({ description: 'Whether new records get this option by default.' }),
        externalCode: nullable(Type.String({ description: 'Code of the option in another system.' })),
      }),
      { description: 'Options of an enumeration.' },
    ),
    violations: Type.Optional(
      Type.Object(
        {
          records: Type.Integer({ description: 'Number of records.' }),
          complete: Type.Boolean({ description: 'False if counting took too long: there may be more records.' }),
          ids: Type.Array(Type.Integer(), { description: 'Ids of the first of these records.' }),
        },
        {
          description:
            'Records that the caller may read, deleted ones included, whose stored values break the new settings. Only in the response to `dryRun=true` with `settings`. These values stay as they are.',
        },
      ),
    ),
  },
  { $id: 'Field', description: 'A field of a record type.' },
)

/** The fields of a type, system fields first. */
export const FieldList = listOf(FieldDocument, 'FieldList')

/** The named schemas of this file. */
export const fieldSchemas = [
  OptionInput,
  SettingsInput,
  SettingsDocument,
  NewField,
  FieldChange,
  FieldDocument,
  FieldList,
]

export type NewFieldBody = Static<typeof NewField>
export type FieldChangeBody = Static<typeof FieldChange>
export type OptionBody = Static<typeof OptionInput>

/** Returns a field in the form of responses. */
export function toFieldDocument(
  field: Field,
  text: (labels: Field['label']) => string | Field['label'],
  indexState: IndexState,
): Static<typeof FieldDocument> {
  const kind = kindOf(field)
  const targets = kind.targets(field)
  const hops = kind.hops?.(field) ?? []
  const { pastTypes: _, ...settings } = field.settings
  return {
    code: field.code,
    path: field.path,
    kind: field.kind,
    multiple: field.multiple,
    readOnly: field.readOnly,
    system: field.userFieldId === null,
    required: field.required,
    filterable: field.userFieldId === null ? targets.some(isFoundByIndex) : field.filterable,
    sortable: field.userFieldId === null ? targets.some(isSortedByIndex) : field.sortable,
    searchable: field.searchable,
    indexState,
    label: text(field.label),
    help: field.help && text(field.help),
    group: field.group && text(field.group),
    sort: field.sort,
    filters: targets.map(({ path, scalar, sortable }) => ({ path, operators: [...scalar.operators], sortable })),
    links: hops.map(({ name, to }) => ({ name, type: to })),
    settings: settings as Static<typeof SettingsDocument>,
    options: field.options.map((option) => ({
      ...option,
      label: text(option.label),
      externalCode: option.externalCode ?? null,
    })),
  }
}

/** Returns whether an index of the table or of the rows of a system field finds its values. */
function isFoundByIndex({ indexed, shape }: Target): boolean {
  return Boolean(indexed?.values || indexed?.parts) || typeof shape === 'object'
}
