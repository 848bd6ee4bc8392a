import { sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import type { Lookups } from '../fields/lookups.ts'
import { type MissingRates, missingIn, ratesOf, requireRates, roundedTo } from './conversion.ts'

/** An amount to convert by the rates of a day. */
export interface AmountToConvert {
  amount: string
  from: string
  to: string
  date: string
}

/** A rate that was used: on its day and later, `nominal` units of the currency cost `amount` units of the base one. */
export interface UsedRate {
  currency: string
  date: string
  amount: string
  nominal: number
}

/** A converted amount. */
export interface ConvertedAmount {
  amount: string
  currency: string
  date: string
  /** How many units of the currency one unit of the other one costs. */
  rate: string
  rates: UsedRate[]
}

/** Decimal places of a rate in a response. */
const shownPlaces = sql.lit(15)

/** Converts amounts. Throws `rates_missing` with all currencies and days without rates. */
export async function convertAmounts(
  db: Database,
  { currencies, settings }: Pick<Lookups, 'currencies' | 'settings'>,
  asked: readonly AmountToConvert[],
): Promise<ConvertedAmount[]> {
  const pairs = asked.map(({ amount, from, to, date }, place) => {
    return { place, amount, currency: from, target: to, day: date, digits: currencies.get(to)!.digits }
  })
  const rates = ratesOf(
    sql`select * from json_to_recordset(${JSON.stringify(pairs)})
      as asked (place integer, amount numeric, currency text, target text, day date, digits integer)`,
    { target: sql.ref('pair.target'), base: settings.baseCurrency },
  )
  const { rows } = await sql<{ converted: ConvertedAmount[]; missing: MissingRates[] | null }>`
    with rate as materialized (${rates})
    select ${missingIn(sql`rate`)} as missing,
      (select json_agg(json_build_object(
        'amount', ${roundedTo(sql.ref('rate.digits'), sql`rate.amount * rate.rate`)}, 'currency', rate.target,
        'date', rate.day, 'rate', trim_scale(round(rate.rate, ${shownPlaces}))::text,
        'rates', ${usedRates}) order by rate.place) from rate) as converted`.execute(db)
  const { converted, missing } = rows[0]!
  requireRates(missing)
  return converted
}

const usedRates = sql`(select coalesce(json_agg(json_build_object('currency', used.currency, 'date', used.date,
    'amount', used.amount::text, 'nominal', used.nominal) order by used.currency = rate.target), '[]')
  from currency_rate as used where rate.currency <> rate.target
    and (used.currency, used.date) in ((rate.currency, rate.own_date), (rate.target, rate.target_date)))`
