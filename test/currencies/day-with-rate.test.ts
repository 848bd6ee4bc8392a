import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type RawBuilder, sql } from 'kysely'
import { currencyOf, dayWithRate, ratesOf } from '../../src/currencies/conversion.ts'
import { freshDatabase, type TestDatabase } from '../database.ts'
import { randomOf } from '../storm/random.ts'

/** `CASES=1000` runs more. */
const cases = Number(process.env.CASES ?? 60)
const seed = Number(process.env.SEED ?? 1)

let database: TestDatabase
beforeAll(async () => {
  database = await freshDatabase()
})
afterAll(() => database.close())

const base = 'RUB'
const currencies = [base, 'USD', 'EUR', 'CNY']
/** Days around which the clocks change. Samoa left out 30 December 2011. */
const seasons = [
  { timeZone: 'Europe/Moscow', first: '2026-01-01' },
  { timeZone: 'America/New_York', first: '2026-03-04' },
  { timeZone: 'America/New_York', first: '2026-10-28' },
  { timeZone: 'America/Sao_Paulo', first: '2018-10-31' },
  { timeZone: 'America/Sao_Paulo', first: '2018-02-14' },
  { timeZone: 'Pacific/Apia', first: '2011-12-27' },
]

it('finds a day with the same rates as the day of an instant, in any time zone', async () => {
  const random = randomOf(seed)
  const seen = { found: 0, missing: 0 }
  for (let run = 0; run < cases; run++) {
    const { timeZone, first } = random.pick(seasons)
    const start = Date.parse(first)
    const dayAfter = (days: number) => new Date(start + days * 86_400_000).toISOString()
    const rates = new Map<string, object>()
    for (let count = random.below(15); count > 0; count--) {
      const [currency, date] = [random.pick(currencies), dayAfter(random.below(8)).slice(0, 10)]
      rates.set(currency + date, {
        currency,
        date,
        amount: String(random.below(500) + 1),
        nominal: random.pick([1, 3, 100]),
      })
    }
    const records = Array.from({ length: 60 }, (_, id) => {
      // Every half hour, so that many instants are the first ones of a day.
      const at = new Date(start + random.below(8 * 48) * 1_800_000).toISOString()
      return { id, currency: random.chance(0.1) ? null : random.pick(currencies), at }
    })
    const target = random.pick(currencies)
    const ratesBy = (day: RawBuilder<unknown>) =>
      ratesOf(sql`select id, ${currencyOf(sql`currency`, { base })} as currency, ${day} as day from record`, {
        ...{ base, target: sql`${target}::text` },
      })
    const query = sql<{ fast: unknown; slow: unknown }>`
      with record as materialized (select * from json_to_recordset(${JSON.stringify(records)})
          as record (id integer, currency text, at timestamptz)),
        fast as materialized (${ratesBy(dayWithRate(sql`at`, timeZone))}),
        slow as materialized (${ratesBy(sql`(at at time zone ${timeZone}::text)::date`)})
      select (select json_agg(round(rate, 30)::text order by id) from fast) as fast,
        (select json_agg(round(rate, 30)::text order by id) from slow) as slow`
    const found = await database.db.transaction().execute(async (trx) => {
      await sql`delete from currency_rate`.execute(trx)
      await sql`insert into currency_rate
        select * from json_populate_recordset(null::currency_rate, ${JSON.stringify([...rates.values()])})`.execute(trx)
      return (await query.execute(trx)).rows[0]!
    })
    const place = JSON.stringify({ run, timeZone, target, rates: [...rates.values()], records })
    expect([place, found.fast]).toEqual([place, found.slow])
    for (const one of found.slow as (string | null)[]) seen[one === null ? 'missing' : 'found']++
  }
  expect(Math.min(seen.found, seen.missing)).toBeGreaterThan(cases * 5)
}, 3_600_000)
