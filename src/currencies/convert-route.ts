import Type, { type Static } from 'typebox'
import type { Database } from '../database/connect.ts'
import { fieldsOf } from '../entities/system-fields.ts'
import { problems } from '../errors/documents.ts'
import { pointerOf } from '../errors/json-pointer.ts'
import { FaultList, invalid } from '../errors/problem.ts'
import type { Context } from '../fields/value.ts'
import type { App } from '../http/foundation.ts'
import { addSchemas } from '../http/shared-schemas.ts'
import { ref } from '../schema/build.ts'
import { type AmountToConvert, convertAmounts } from './convert.ts'
import { say } from './find-currency.ts'
import { inBody } from './read-rates.ts'

const mostAmounts = 1000

const code = { maxLength: 100, examples: ['USD'] }
const decimal = { format: 'decimal', maxLength: 50 }

const AmountToConvertBody = Type.Object(
  {
    amount: Type.String({ ...decimal, description: 'The amount.', examples: ['100.00'] }),
    from: Type.String({ ...code, description: 'Code of its currency.' }),
    to: Type.String({ ...code, description: 'Code of the currency to convert it to.', examples: ['EUR'] }),
    date: Type.Optional(Type.String({ format: 'date', description: 'The day whose rates apply. Default: today.' })),
  },
  {
    $id: 'AmountToConvert',
    additionalProperties: false,
    description: 'An amount to convert.',
    examples: [{ amount: '100.00', from: 'USD', to: 'EUR', date: '2026-01-31' }],
  },
)

const AmountsToConvert = Type.Object(
  {
    amounts: Type.Array(ref(AmountToConvertBody), { minItems: 1, maxItems: mostAmounts, description: 'The amounts.' }),
  },
  {
    $id: 'AmountsToConvert',
    additionalProperties: false,
    description: 'Amounts to convert.',
    examples: [{ amounts: [{ amount: '100.00', from: 'USD', to: 'EUR', date: '2026-01-31' }] }],
  },
)

const UsedRate = Type.Object(
  {
    currency: Type.String({ description: 'Code of the currency.', examples: ['USD'] }),
    date: Type.String({ format: 'date', description: 'The day on which the rate begins.' }),
    amount: Type.String({ description: 'Price of `nominal` units in the base currency.' }),
    nominal: Type.Integer({ description: 'Number of units that the amount is for.' }),
  },
  { $id: 'UsedRate', description: 'A rate that a conversion used.' },
)

const ConvertedAmount = Type.Object(
  {
    amount: Type.String({ description: 'The converted amount, rounded to the digits of the currency.' }),
    currency: Type.String({ description: 'Code of its currency.', examples: ['EUR'] }),
    date: Type.String({ format: 'date', description: 'The day whose rates apply.' }),
    rate: Type.String({
      description: 'What one unit of the other currency costs, up to 15 decimal places.',
    }),
    rates: Type.Array(ref(UsedRate), { description: 'The rates that were used: the newest of the day or before it.' }),
  },
  { $id: 'ConvertedAmount', description: 'A converted amount.' },
)

const ConvertedAmounts = Type.Object(
  { data: Type.Array(ref(ConvertedAmount), { description: 'The converted amounts, in the order of the request.' }) },
  { $id: 'ConvertedAmounts', description: 'Converted amounts.' },
)

const ConversionRequest = Type.Union([ref(AmountToConvertBody), ref(AmountsToConvert)], {
  $id: 'CurrencyConversionRequest',
  description: 'One amount to convert, or several.',
  examples: [{ amount: '100.00', from: 'USD', to: 'EUR', date: '2026-01-31' }],
})

const Conversion = Type.Union([ref(ConvertedAmount), ref(ConvertedAmounts)], {
  $id: 'CurrencyConversion',
  description: 'The converted amount, or a list if the request has one.',
})

/** Adds the route that converts amounts. */
export function convertRoute(app: App, { db }: { db: Database }): void {
  addSchemas(app, [AmountToConvertBody, AmountsToConvert, ConversionRequest])
  addSchemas(app, [UsedRate, ConvertedAmount, ConvertedAmounts, Conversion])
  app.post(
    '/currencies/convert',
    {
      config: { reads: true },
      schema: {
        ...say(
          'convertAmounts',
          'Convert amounts',
          `Converts one amount, or up to ${mostAmounts}, by the rates of a day, rounded half away from zero. If rates are missing, none is converted.`,
        ),
        body: ref(ConversionRequest),
        response: { 200: ref(Conversion), ...problems(400, 401, 403, 413, 415, 422, 503) },
      },
    },
    async ({ access, body }) => {
      access.requireCrm()
      const { lookups } = access.catalogue
      const sources =
        'amounts' in body ? body.amounts.map((one, at) => ({ body: one, at: ['amounts', at] })) : [{ body, at: [] }]
      const data = await convertAmounts(db, lookups, readAmounts(sources, access.context()))
      return 'amounts' in body ? { data } : data[0]!
    },
  )
}

const fields = fieldsOf(0, [
  { code: 'amount', kind: 'decimal', label: { en: 'Amount', ru: 'Сумма' }, notNull: true },
  { code: 'from', kind: 'currency', label: { en: 'From', ru: 'Из валюты' }, notNull: true },
  { code: 'to', kind: 'currency', label: { en: 'To', ru: 'В валюту' }, notNull: true },
  { code: 'date', kind: 'date', label: { en: 'Date', ru: 'Дата' }, settings: { default: 'now' }, notNull: true },
])

/** Reads the amounts of a request. Throws every fault. */
function readAmounts(
  sources: readonly { body: Static<typeof AmountToConvertBody>; at: readonly (string | number)[] }[],
  context: Context,
): AmountToConvert[] {
  const faults = new FaultList()
  const amounts = sources.map(({ body, at }) => {
    const read = inBody(body, context)
    const [amount, from, to, date] = fields.map((field) => String(read(field, pointerOf([...at, field.code]), faults)))
    return { amount: amount!, from: from!, to: to!, date: date! }
  })
  if (faults.length) throw invalid(faults)
  return amounts
}
