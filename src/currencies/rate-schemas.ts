import Type, { type Static } from 'typebox'
import { dateFormats, numberFormats } from '../cells/format.ts'
import { pageLength, pageQuery } from '../http/id-page.ts'
import { listOf } from '../http/lists.ts'
import { enumOf, ref } from '../schema/build.ts'
import { mostNominal, mostRates } from './read-rates.ts'
import { CurrencyParams } from './schemas.ts'

const day = { maxLength: 40, examples: ['2026-01-31'] }

/** The path of a rate. */
export const RateParams = Type.Object({
  ...CurrencyParams.properties,
  date: Type.String({ ...day, description: 'The day of the rate.' }),
})

/** The parameters of a list of rates. */
export const RateQuery = Type.Object(
  {
    from: Type.Optional(Type.String({ ...day, description: 'The first day. Default: the earliest.' })),
    to: Type.Optional(Type.String({ ...day, description: 'The last day. Default: the latest.' })),
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: pageLength.most,
        description: `Maximum number of rates per page, by default ${pageLength.default}. A CSV file has no pages.`,
      }),
    ),
    cursor: pageQuery.cursor,
  },
  { additionalProperties: false },
)

/** The parameters of a file of rates. */
export const RateFileQuery = Type.Object(
  {
    dateFormat: Type.Optional(
      enumOf(Object.keys(dateFormats) as (keyof typeof dateFormats)[], {
        description: 'Order of day, month and year in a CSV file. By default it is detected.',
      }),
    ),
    numberFormat: Type.Optional(
      enumOf(Object.keys(numberFormats) as (keyof typeof numberFormats)[], {
        description: 'How numbers are written in a CSV file. By default it is detected.',
      }),
    ),
  },
  { additionalProperties: false },
)

const date = Type.String({
  format: 'date',
  description: 'The first day of the rate. It applies until the next day that has one.',
})
const amount = Type.String({
  format: 'decimal',
  maxLength: 50,
  description: 'Price of `nominal` units in the base currency: a positive decimal with up to 10 decimal places.',
  examples: ['90.1234'],
})
const nominal = (note = '') =>
  Type.Integer({
    ...{ minimum: 1, maximum: mostNominal, examples: [1] },
    description: `Number of units that the amount is for, such as 100.${note}`,
  })
const given = { amount, nominal: Type.Optional(nominal(' Default: 1.')) }
const example = { amount: '17.2345', nominal: 100 }

/** A rate of a currency. */
export const RateDocument = Type.Object(
  { date, amount, nominal: nominal() },
  { $id: 'Rate', description: 'A rate of a currency.' },
)

/** The rate of a day. */
export const RateOfDay = Type.Object(given, {
  $id: 'RateOfDay',
  additionalProperties: false,
  description: 'The rate of the day in the path.',
  examples: [example],
})

const NewRate = Type.Object(
  { date, ...given },
  {
    $id: 'NewRate',
    additionalProperties: false,
    description: 'A rate to save.',
    examples: [{ date: '2026-01-31', ...example }],
  },
)

/** Rates to save. */
export const NewRates = Type.Object(
  { rates: Type.Array(ref(NewRate), { minItems: 1, maxItems: mostRates, description: 'Rates, one for each day.' }) },
  {
    $id: 'NewRates',
    additionalProperties: false,
    description: 'Rates to save. Other days keep theirs.',
    examples: [{ rates: [{ date: '2026-01-31', ...example }] }],
  },
)
/** Rates to save. */
export type NewRates = Static<typeof NewRates>

/** How many rates a request saved. */
export const SavedRates = Type.Object(
  {
    created: Type.Integer({ description: 'Number of days that had no rate before.' }),
    changed: Type.Integer({ description: 'Number of days that had another rate before.' }),
    unchanged: Type.Integer({ description: 'Number of days that had the same rate before.' }),
  },
  { $id: 'SavedRates', description: 'How many rates were saved.' },
)

/** A list of rates. */
export const RateList = listOf(RateDocument, 'RateList')

/** The schemas of rates. */
export const rateSchemas = [RateDocument, RateList, RateOfDay, NewRate, NewRates, SavedRates]
