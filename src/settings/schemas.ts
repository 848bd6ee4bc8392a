import Type from 'typebox'
import { Label } from '../http/labels.ts'
import { listOf } from '../http/lists.ts'
import { enumOf, nullable, ref } from '../schema/build.ts'

/** Settings of the whole instance. */
const settings = {
  country: Type.String({
    description: 'Country (ISO 3166) whose phone numbers may be written without a country code.',
    examples: ['RU'],
  }),
  language: enumOf(['en', 'ru'], { description: 'Language of those who ask for none.' }),
  timeZone: Type.String({ description: 'Zone of those who have none of their own.', examples: ['Europe/Moscow'] }),
  opened: Type.Boolean({ description: 'Whether new records are available to everyone.' }),
  requireIfMatch: Type.Boolean({
    description:
      'Whether changing or deleting a record takes an `If-Match` with the version that was seen, also where it is found by a key of another system, and `ifMatch` in a batch. Bulk actions need none.',
  }),
  recycleBinDays: Type.Integer({
    minimum: 1,
    maximum: 3650,
    description: 'Days for which a deleted record can be restored; then it is purged.',
    examples: [30],
  }),
  historyMonths: nullable(Type.Integer({ minimum: 1, maximum: 1200 }), {
    description: 'Months for which the history of records is kept, that of their stages apart; null for ever.',
  }),
}

/** Settings of the whole instance. */
export const Settings = Type.Object(settings, { $id: 'Settings', description: 'Settings of the whole instance.' })

/** The settings to change. */
export const SettingsChange = Type.Partial(Type.Object(settings), {
  $id: 'SettingsChange',
  additionalProperties: false,
  description: 'The settings to change: absent stays.',
  examples: [{ recycleBinDays: 60 }],
})
export type SettingsChange = Type.Static<typeof SettingsChange>

/** A list that records choose from. */
export const Dictionary = Type.Object(
  { code: Type.String({ description: 'Code of the dictionary.', examples: ['SOURCE'] }), name: ref(Label) },
  { $id: 'Dictionary', description: 'A list that records choose from.' },
)

/** An entry of a dictionary. */
export const DictionaryEntry = Type.Object(
  {
    code: Type.String({ description: 'What records hold.', examples: ['WEB'] }),
    label: ref(Label),
    sort: Type.Integer({ description: 'Place in the dictionary.' }),
    system: Type.Boolean({ description: 'Whether every instance has it.' }),
  },
  { $id: 'DictionaryEntry', description: 'An entry of a dictionary.' },
)

/** A currency that amounts may be in. */
export const Currency = Type.Object(
  {
    code: Type.String({ description: 'Code of the currency (ISO 4217).', examples: ['RUB'] }),
    name: ref(Label),
    digits: Type.Integer({ description: 'Digits after the point.' }),
    isBase: Type.Boolean({ description: 'Whether sums are reckoned in it.' }),
  },
  { $id: 'Currency', description: 'A currency that amounts may be in.' },
)

/** A department of the company. */
export const Department = Type.Object(
  {
    id: Type.Integer({ description: 'Id of the department.' }),
    name: ref(Label),
    parentId: nullable(Type.Integer({ description: 'Department that it belongs to.' })),
    headId: nullable(Type.Integer({ description: 'User who is its head.' })),
  },
  { $id: 'Department', description: 'A department of the company.' },
)

/** A list of dictionaries. */
export const DictionaryList = listOf(Dictionary, 'DictionaryList')
/** A list of entries. */
export const DictionaryEntryList = listOf(DictionaryEntry, 'DictionaryEntryList')
/** A list of currencies. */
export const CurrencyList = listOf(Currency, 'CurrencyList')
/** A list of departments. */
export const DepartmentList = listOf(Department, 'DepartmentList')

/** The schemas that routes about settings refer to. */
export const settingsSchemas = [
  ...[Settings, SettingsChange, Dictionary, DictionaryList, DictionaryEntry, DictionaryEntryList],
  ...[Currency, CurrencyList, Department, DepartmentList],
]
