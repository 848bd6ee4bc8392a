import { sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import type { Transaction } from '../database/transaction.ts'
import { Problem } from '../errors/problem.ts'
import { type PageRequest, readIdPage } from '../http/id-page.ts'
import type { Rate } from './read-rates.ts'

/** The rates of a currency in a range of days. Both ends are included. */
export interface RateRange {
  code: string
  from?: string | undefined
  to?: string | undefined
}

/** Reads a page of rates, the newest first. */
export async function findRates(db: Database, range: RateRange, page: PageRequest) {
  // Pages are ordered by id. The day is the id of a rate.
  const rates = db.selectFrom(ratesIn(db, range).select(sql<number>`date - date '0001-01-01' + 1`.as('id')).as('rate'))
  const found = await readIdPage({ name: 'rates', filter: range, order: 'newest first' }, page, rates.selectAll())
  return { ...found, data: found.data.map(({ id: _, ...rate }) => rate) }
}

/** Returns at most `limit` rates, the newest first, of the days before one. */
export async function readRatesBefore(
  db: Database,
  range: RateRange,
  { before, limit }: { before: string | undefined; limit: number },
): Promise<Rate[]> {
  const rates = ratesIn(db, range).orderBy('date', 'desc').limit(limit)
  return await (before === undefined ? rates : rates.where('date', '<', before)).execute()
}

/** Returns the rate of a day. Throws `rate_not_found`. */
export async function readRate(db: Database, code: string, date: string): Promise<Rate> {
  const rate = await ratesIn(db, { code, from: date, to: date }).executeTakeFirst()
  if (!rate) throw new Problem('rate_not_found', { code, date })
  return rate
}

function ratesIn(db: Database, { code, from, to }: RateRange) {
  return db
    .selectFrom('currency_rate')
    .select(['date', 'amount', 'nominal'])
    .where('currency', '=', code)
    .$if(from !== undefined, (all) => all.where('date', '>=', from!))
    .$if(to !== undefined, (all) => all.where('date', '<=', to!))
}

/** How many rates were saved. */
export interface SavedRates {
  created: number
  changed: number
  unchanged: number
}

/** Saves rates. Other days keep theirs. Throws `currency_not_found`. */
export async function saveRates(trx: Transaction, code: string, rates: readonly Rate[]): Promise<SavedRates> {
  await keepCurrency(trx, code)
  // In the order of the days, so that two requests wait for each other instead of deadlocking.
  const { rows } = await sql<Pick<SavedRates, 'created' | 'changed'>>`
    with given as (select * from json_to_recordset(${JSON.stringify(rates)})
        as given (date date, amount numeric, nominal integer)),
      before as (select date from currency_rate where currency = ${code} and date in (select date from given)),
      saved as (insert into currency_rate (currency, date, amount, nominal)
        select ${code}, date, amount, nominal from given order by date
        on conflict (currency, date) do update set amount = excluded.amount, nominal = excluded.nominal
        where (currency_rate.amount, currency_rate.nominal) is distinct from (excluded.amount, excluded.nominal)
        returning date)
    select (count(*) filter (where before.date is null))::integer as created, count(before.date)::integer as changed
    from saved left join before using (date)`.execute(trx)
  const { created, changed } = rows[0]!
  return { created, changed, unchanged: rates.length - created - changed }
}

/** Deletes the rate of a day. Throws `rate_not_found`. */
export async function deleteRate(trx: Transaction, code: string, date: string): Promise<void> {
  const rate = trx.deleteFrom('currency_rate').where('currency', '=', code).where('date', '=', date)
  const { numDeletedRows } = await rate.executeTakeFirstOrThrow()
  if (!numDeletedRows) throw new Problem('rate_not_found', { code, date })
}

/** Keeps a currency from being deleted until the end of the transaction. Throws `currency_not_found`. */
async function keepCurrency(trx: Transaction, code: string): Promise<void> {
  const { rows } = await sql`select from currency where code = ${code} for key share`.execute(trx)
  if (!rows.length) throw new Problem('currency_not_found', { code })
}
