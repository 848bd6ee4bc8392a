import Type, { type Static } from 'typebox'
import { Label, LabelsInput, labelsQuery } from '../http/labels.ts'
import { describeList } from '../lists/describe-list.ts'
import { ref } from '../schema/build.ts'

/** The most currencies of an instance. */
export const mostCurrencies = 200

/** The path of a currency. */
export const CurrencyParams = Type.Object({
  code: Type.String({ maxLength: 100, description: 'Code of the currency (ISO 4217).', examples: ['EUR'] }),
})

const code = { description: 'Code of the currency (ISO 4217).', examples: ['RUB'] }
const digits = (note = '') =>
  Type.Integer({
    minimum: 0,
    maximum: 8,
    description: `Number of digits after the decimal point, to which calculated amounts are rounded.${note}`,
  })
const sort = (note = '') =>
  Type.Integer({ minimum: 0, maximum: 1_000_000, description: `Sort position in the list.${note}` })

/** A currency for amounts. */
export const Currency = Type.Object(
  {
    code: Type.String(code),
    name: ref(Label),
    digits: digits(),
    sort: sort(),
    isBase: Type.Boolean({ description: 'Whether this is the base currency. Rates are relative to it.' }),
  },
  { $id: 'Currency', description: 'A currency for amounts.' },
)

/** The body that creates a currency. */
export const NewCurrency = Type.Object(
  {
    code: Type.String({ ...code, pattern: '^[A-Z]{3}$' }),
    name: ref(LabelsInput),
    digits: Type.Optional(digits(' Default: 2.')),
    sort: Type.Optional(sort(' A new currency comes last by default.')),
  },
  {
    $id: 'NewCurrency',
    additionalProperties: false,
    description: 'A currency to create.',
    examples: [{ code: 'JPY', name: { en: 'Japanese yen', ru: 'Японская иена' }, digits: 0 }],
  },
)
/** The body that creates a currency. */
export type NewCurrency = Static<typeof NewCurrency>

/** The body that changes a currency. */
export const CurrencyChange = Type.Partial(Type.Object({ name: ref(LabelsInput), digits: digits(), sort: sort() }), {
  $id: 'CurrencyChange',
  additionalProperties: false,
  minProperties: 1,
  description: 'Properties of a currency to change. Absent properties keep their values.',
  examples: [{ name: { en: 'Rouble' } }],
})
/** The body that changes a currency. */
export type CurrencyChange = Static<typeof CurrencyChange>

const always = { notNull: true } as const

/** The list of currencies. */
export const currencyList = describeList({
  name: 'currencies',
  item: Currency,
  fields: [
    { code: 'code', kind: 'string', label: { en: 'Code', ru: 'Код' }, ...always },
    { code: 'name', kind: 'string', label: { en: 'Name', ru: 'Название' }, ...always, translated: true },
    { code: 'digits', kind: 'integer', label: { en: 'Digits', ru: 'Знаков после запятой' }, ...always },
    { code: 'sort', kind: 'integer', label: { en: 'Position', ru: 'Порядок' }, ...always },
    { code: 'isBase', kind: 'boolean', label: { en: 'Base currency', ru: 'Базовая валюта' }, ...always },
  ],
  key: 'code',
  sort: 'sort,code',
  most: mostCurrencies,
  parameters: labelsQuery,
})

/** The schemas of currencies. */
export const currencySchemas = [Currency, NewCurrency, CurrencyChange, ...currencyList.schemas]
