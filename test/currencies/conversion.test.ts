import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { Big } from 'big.js'
import { sql } from 'kysely'
import { currencyOf, missingIn, ratesOf, roundedTo } from '../../src/currencies/conversion.ts'
import { freshDatabase, type TestDatabase } from '../database.ts'
import { type Random, randomOf } from '../storm/random.ts'

/** `CASES=5000` runs more. */
const cases = Number(process.env.CASES ?? 150)
const seed = Number(process.env.SEED ?? 1)

let database: TestDatabase
beforeAll(async () => {
  database = await freshDatabase()
})
afterAll(() => database.close())

interface StoredRate {
  currency: string
  date: string
  amount: string
  nominal: number
}
interface Amount {
  amount: string
  currency: string | null
  day: string
}

const base = 'RUB'
const codes = [base, 'USD', 'EUR', 'CNY']
const dayOf = (random: Random) => `2026-01-${String(random.below(20) + 1).padStart(2, '0')}`
const decimalOf = (random: Random, digits: number, places: number) => {
  const whole = String(random.below(10 ** digits))
  return places ? `${whole}.${String(random.below(10 ** places)).padStart(places, '0')}` : whole
}

function randomRates(random: Random): StoredRate[] {
  const rates = new Map<string, StoredRate>()
  for (let count = random.below(25); count > 0; count--) {
    const rate = { currency: random.pick(codes), date: dayOf(random), nominal: random.pick([1, 1, 3, 7, 10, 100]) }
    // Small round numbers make halves, which are rounded away from zero.
    const amount = random.chance(0.5) ? String(random.below(12) + 1) : `${decimalOf(random, 3, 6)}1`
    rates.set(`${rate.currency} ${rate.date}`, { ...rate, amount })
  }
  return [...rates.values()]
}

function randomAmounts(random: Random): Amount[] {
  return Array.from({ length: random.below(12) + 1 }, () => {
    const amount = random.chance(0.5) ? decimalOf(random, 1, random.below(4)) : decimalOf(random, 9, 4)
    const currency = random.chance(0.1) ? null : random.pick(codes)
    return { amount: random.chance(0.2) ? `-${amount}` : amount, currency, day: dayOf(random) }
  })
}

/** Converts with exact fractions, and says which rates are missing. */
function modelOf(rates: readonly StoredRate[], amounts: readonly Amount[], target: string, digits: number) {
  Big.DP = 60
  const missing = new Map<string, Set<string>>()
  const rateOn = (currency: string, day: string) => {
    if (currency === base) return { amount: '1', nominal: 1 }
    const earlier = rates.filter((one) => one.currency === currency && one.date <= day)
    const found = earlier.sort((a, b) => (a.date < b.date ? 1 : -1))[0]
    if (!found) missing.set(currency, new Set([...(missing.get(currency) ?? []), day]))
    return found
  }
  let sum = new Big(0)
  for (const { amount, currency, day } of amounts) {
    const code = currency ?? base
    if (code === target) {
      sum = sum.plus(amount)
      continue
    }
    const [own, other] = [rateOn(code, day), rateOn(target, day)]
    if (!own || !other) continue
    sum = sum.plus(new Big(amount).times(own.amount).times(other.nominal).div(new Big(own.nominal).times(other.amount)))
  }
  const lacking = [...missing].sort().map(([currency, days]) => ({ currency, days: [...days].sort() }))
  return { missing: lacking.length ? lacking : null, sum: sum.round(50, Big.roundHalfUp).toFixed(digits) }
}

it('converts sums as exact fractions would, however they are grouped, and names the missing rates', async () => {
  const random = randomOf(seed)
  const seen = { converted: 0, missing: 0 }
  for (let run = 0; run < cases; run++) {
    const [rates, amounts] = [randomRates(random), randomAmounts(random)]
    const [target, digits] = [random.pick(codes), random.below(4)]
    const stored = sql`insert into currency_rate select * from json_populate_recordset(null::currency_rate, ${JSON.stringify(rates)})`
    const conversion = { target: sql`${target}::text`, base }
    const record = sql`json_to_recordset(${JSON.stringify(amounts)}) as record (amount numeric, currency text, day date)`
    const query = sql<{ each: string | null; grouped: string | null; missing: unknown }>`
      with record as materialized (select amount, ${currencyOf(sql`record.currency`, conversion)} as currency, day from ${record}),
        rate as materialized (${ratesOf(sql`select distinct currency, day from record`, conversion)})
      select ${missingIn(sql.table('rate'))} as missing,
        (select ${roundedTo(sql.lit(digits), sql`sum(record.amount * rate.rate)`)}
          from record join rate using (currency, day)) as each,
        (select ${roundedTo(sql.lit(digits), sql`sum(record.amount * rate.rate)`)}
          from (select currency, day, sum(amount) as amount from record group by currency, day) as record
          join rate using (currency, day)) as grouped`
    const found = await database.db.transaction().execute(async (trx) => {
      await sql`delete from currency_rate`.execute(trx)
      await stored.execute(trx)
      return (await query.execute(trx)).rows[0]!
    })
    const expected = modelOf(rates, amounts, target, digits)
    const place = JSON.stringify({ run, rates, amounts, target, digits })
    expect([place, found.missing]).toEqual([place, expected.missing])
    seen[expected.missing ? 'missing' : 'converted']++
    if (expected.missing) continue
    const sum = new Big(expected.sum).eq(0) ? new Big(0).toFixed(digits) : expected.sum
    expect([place, found.each, found.grouped]).toEqual([place, sum, sum])
  }
  expect(Math.min(seen.converted, seen.missing)).toBeGreaterThan(cases / 10)
}, 3_600_000)

it('rounds halves away from zero, also of sums of thirds', async () => {
  const { rows } = await sql<{ up: string; down: string; thirds: string }>`
    select ${roundedTo(sql.lit(2), sql`1.005::numeric`)} as up, ${roundedTo(sql.lit(2), sql`-1.005::numeric`)} as down,
      ${roundedTo(sql.lit(2), sql`3 * round(0.025, 40) / 3`)} as thirds`.execute(database.db)
  expect(rows).toEqual([{ up: '1.01', down: '-1.01', thirds: '0.03' }])
})
