import Type from 'typebox'
import { Label } from '../http/labels.ts'
import { listOf } from '../http/lists.ts'
import { enumOf, nullable, ref } from '../schema/build.ts'

/** Settings of the whole instance. */
const settings = {
  country: Type.String({
    description: 'Country (ISO 3166) of phone numbers that are written without a country code.',
    examples: ['RU'],
  }),
  language: enumOf(['en', 'ru'], { description: 'Default language for requests that do not specify one.' }),
  timeZone: Type.String({
    description: 'Default time zone for users who have not set one.',
    examples: ['Europe/Moscow'],
  }),
  opened: Type.Boolean({
    description: 'Default of the `opened` field: whether new records are available to everyone.',
  }),
  requireIfMatch: Type.Boolean({
    description:
      'Whether requests that change or delete a record, including by external key, must send `If-Match` with the record version (`ifMatch` in a batch). Bulk actions do not need it.',
  }),
  recycleBinDays: Type.Integer({
    minimum: 1,
    maximum: 3650,
    description: 'Number of days a deleted record stays in the recycle bin. After that it is purged.',
    examples: [30],
  }),
  historyMonths: nullable(Type.Integer({ minimum: 1, maximum: 1200 }), {
    description:
      'Number of months to keep the history of records. Null keeps it forever. Stage history is not affected.',
  }),
}

/** Settings of the whole instance. */
export const Settings = Type.Object(settings, { $id: 'Settings', description: 'Settings of the whole instance.' })

/** The settings to change. */
export const SettingsChange = Type.Partial(Type.Object(settings), {
  $id: 'SettingsChange',
  additionalProperties: false,
  description: 'The settings to change. Omitted settings keep their values.',
  examples: [{ recycleBinDays: 60 }],
})
export type SettingsChange = Type.Static<typeof SettingsChange>

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
    system: Type.Boolean({ description: 'Whether this is a system entry. System entries exist in every instance.' }),
  },
  { $id: 'DictionaryEntry', description: 'An entry of a dictionary.' },
)

/** A currency for amounts. */
export const Currency = Type.Object(
  {
    code: Type.String({ description: 'Code of the currency (ISO 4217).', examples: ['RUB'] }),
    name: ref(Label),
    digits: Type.Integer({ description: 'Number of digits after the decimal point.' }),
    isBase: Type.Boolean({ description: 'Whether this is the base currency. Totals are calculated in it.' }),
  },
  { $id: 'Currency', description: 'A currency for amounts.' },
)

/** A department of the company. */
export const Department = Type.Object(
  {
    id: Type.Integer({ description: 'Id of the department.' }),
    name: ref(Label),
    parentId: nullable(Type.Integer({ description: 'Id of the parent department.' })),
    headId: nullable(Type.Integer({ description: 'Id of the user who heads the department.' })),
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

/** The named schemas of the settings and lookup routes. */
export const settingsSchemas = [
  ...[Settings, SettingsChange, Dictionary, DictionaryList, DictionaryEntry, DictionaryEntryList],
  ...[Currency, CurrencyList, Department, DepartmentList],
]
