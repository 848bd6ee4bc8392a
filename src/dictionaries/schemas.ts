import Type, { type Static } from 'typebox'
import { Label, LabelsInput, labelsQuery } from '../http/labels.ts'
import { describeList } from '../lists/describe-list.ts'
import { ref } from '../schema/build.ts'

/** The most dictionaries of an instance. */
export const mostDictionaries = 200
/** The most entries of a dictionary. */
export const mostEntries = 1000

const codeForm = '^[A-Za-z0-9_-]{1,50}$'

/** The path of a dictionary. */
export const DictionaryParams = Type.Object({
  code: Type.String({ maxLength: 100, description: 'Code of the dictionary.', examples: ['SOURCE'] }),
})
/** The path of an entry of a dictionary. */
export const EntryParams = Type.Object({
  ...DictionaryParams.properties,
  entry: Type.String({ maxLength: 100, description: 'Code of the entry.', examples: ['WEB'] }),
})

/** A list of allowed values for fields. */
export const Dictionary = Type.Object(
  { code: Type.String({ description: 'Code of the dictionary.', examples: ['SOURCE'] }), name: ref(Label) },
  { $id: 'Dictionary', description: 'A list of allowed values for fields, such as lead sources.' },
)

/** An entry of a dictionary. */
export const DictionaryEntry = Type.Object(
  {
    code: Type.String({ description: 'Value that records store.', examples: ['WEB'] }),
    label: ref(Label),
    sort: Type.Integer({ description: 'Sort position in the dictionary.' }),
    system: Type.Boolean({
      description: 'Whether this is a system entry. It can be renamed and moved, but not deleted.',
    }),
  },
  { $id: 'DictionaryEntry', description: 'An entry of a dictionary.' },
)

const sort = Type.Optional(
  Type.Integer({
    minimum: 0,
    maximum: 1_000_000,
    description: 'Sort position in the dictionary. A new entry comes last by default.',
  }),
)

/** An entry to create. */
export const NewDictionaryEntry = Type.Object(
  {
    code: Type.String({
      pattern: codeForm,
      description: 'Value that records store. It cannot be changed later.',
      examples: ['PODCAST'],
    }),
    label: ref(LabelsInput),
    sort,
  },
  {
    $id: 'NewDictionaryEntry',
    additionalProperties: false,
    description: 'An entry to create.',
    examples: [{ code: 'PODCAST', label: { en: 'Podcast', ru: 'Подкаст' } }],
  },
)
/** An entry to create. */
export type NewDictionaryEntry = Static<typeof NewDictionaryEntry>

/** The properties of an entry that can be changed. */
export const DictionaryEntryChange = Type.Object(
  { label: Type.Optional(ref(LabelsInput)), sort },
  {
    $id: 'DictionaryEntryChange',
    additionalProperties: false,
    minProperties: 1,
    description: 'Properties of an entry to change. Absent properties keep their values.',
    examples: [{ label: { en: 'Our website' } }],
  },
)
/** The properties of an entry that can be changed. */
export type DictionaryEntryChange = Static<typeof DictionaryEntryChange>

/** The order of the entries of a dictionary. */
export const DictionaryOrder = Type.Object(
  {
    codes: Type.Array(Type.String({ maxLength: 100 }), {
      maxItems: mostEntries,
      description: 'Codes of all entries of the dictionary in their new order.',
    }),
  },
  {
    $id: 'DictionaryOrder',
    additionalProperties: false,
    description: 'The order of the entries of a dictionary.',
    examples: [{ codes: ['SOUTH', 'NORTH'] }],
  },
)

/** A dictionary to create. */
export const NewDictionary = Type.Object(
  {
    code: Type.String({
      pattern: codeForm,
      description: 'Code of the dictionary. It cannot be changed later.',
      examples: ['REGION'],
    }),
    name: ref(LabelsInput),
    entries: Type.Optional(
      Type.Array(ref(NewDictionaryEntry), { maxItems: mostEntries, description: 'Entries in their order.' }),
    ),
  },
  {
    $id: 'NewDictionary',
    additionalProperties: false,
    description: 'A dictionary to create.',
    examples: [{ code: 'COLOUR', name: { en: 'Colour', ru: 'Цвет' }, entries: [{ code: 'RED', label: 'Red' }] }],
  },
)
/** A dictionary to create. */
export type NewDictionary = Static<typeof NewDictionary>

/** The new name of a dictionary. */
export const DictionaryChange = Type.Object(
  { name: ref(LabelsInput) },
  {
    $id: 'DictionaryChange',
    additionalProperties: false,
    description: 'The new name of a dictionary.',
    examples: [{ name: { en: 'Where from', ru: 'Откуда' } }],
  },
)

const always = { notNull: true } as const
const translated = { ...always, translated: true } as const
const codeField = { code: 'code', kind: 'string', label: { en: 'Code', ru: 'Код' }, ...always } as const

/** The list of dictionaries. */
export const dictionaryList = describeList({
  name: 'dictionaries',
  item: Dictionary,
  fields: [codeField, { code: 'name', kind: 'string', label: { en: 'Name', ru: 'Название' }, ...translated }],
  key: 'code',
  sort: 'code',
  most: mostDictionaries,
  parameters: labelsQuery,
})
/** The list of the entries of a dictionary. */
export const entryList = describeList({
  name: 'dictionary-entries',
  item: DictionaryEntry,
  fields: [
    codeField,
    { code: 'label', kind: 'string', label: { en: 'Label', ru: 'Название' }, ...translated },
    { code: 'sort', kind: 'integer', label: { en: 'Position', ru: 'Порядок' }, ...always },
    { code: 'system', kind: 'boolean', label: { en: 'System entry', ru: 'Системная' }, ...always },
  ],
  key: 'code',
  sort: 'sort,code',
  most: mostEntries,
  parameters: labelsQuery,
})

/** The named schemas of dictionaries. */
export const dictionarySchemas = [
  ...[Dictionary, NewDictionary, DictionaryChange, ...dictionaryList.schemas],
  ...[DictionaryEntry, NewDictionaryEntry, DictionaryEntryChange, DictionaryOrder, ...entryList.schemas],
]
