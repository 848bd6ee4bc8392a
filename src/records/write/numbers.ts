import { sql } from 'kysely'
import { rowsOf, statementOf } from '../../database/statement.ts'
import type { Transaction } from '../../database/transaction.ts'
import type { Change } from '../../entities/change.ts'
import { localDate } from '../../fields/time-words.ts'
import type { Context } from '../../fields/value.ts'
import type { Grant } from '../../rights/grant.ts'
import { storedRecords } from '../query/record-query.ts'
import type { WriteContext } from './write-context.ts'

/**
 * Gives new records the next free numbers of their type. Records that bring a number keep it. One record or a thousand
 * take two statements. The counter stays locked until the transaction ends, so rollbacks leave no gaps: the only gaps
 * are numbers that were set by hand.
 */
export async function assignNumbers(
  trx: Transaction,
  { grant, context }: WriteContext,
  created: readonly Change[],
): Promise<void> {
  if (!grant.type.traits.has('number')) return
  const unnumbered = created.filter(({ after }) => (after.get('number') ?? null) === null)
  if (!unnumbered.length) return
  const year = yearOf(context)
  // The first range is checked by the statement that counts.
  const counted = await count(trx, grant, year, unnumbered.length)
  const isGiven = new Set(created.map(({ after }) => after.get('number')))
  let last = counted.last - unnumbered.length
  let left = unnumbered
  // While numbers are taken, each round checks a wider range.
  for (let width = left.length; left.length; width = Math.min(width * 4, widest)) {
    const numbers = Array.from({ length: width }, (_, index) => numberText(counted.site, year, last + index + 1))
    const isTaken = left === unnumbered ? counted.taken : await takenAmong(trx, grant, numbers)
    const free = numbers.filter((number) => !isTaken.has(number) && !isGiven.has(number)).slice(0, left.length)
    for (const [index, number] of free.entries()) left[index]!.after.set('number', number)
    left = left.slice(free.length)
    last += left.length ? width : numbers.indexOf(free.at(-1)!) + 1
  }
  if (last !== counted.last) await count(trx, grant, year, last - counted.last)
}

const widest = 10_000

/** Advances the counter. Returns its new value, and which of the new numbers records already have. */
async function count(trx: Transaction, grant: Grant, year: number, many: number) {
  const advance = sql`
    insert into number_counter as counter (site, type_id, year, last)
    select parity, ${sql.lit(grant.type.id)}, ${year}, ${many} from local.instance
    on conflict (site, type_id, year) do update set last = counter.last + excluded.last
    returning site, last`
  // Must give the same text as `numberText`.
  const numbers = sql`select case site when 'even' then 'E' else '' end || ${year}::integer || '-'
    || lpad(n::text, greatest(6, length(n::text)), '0') from generate_series(last - ${many}::integer + 1, last) as n`
  const taken = storedRecords(grant).and(sql`record.number in (${numbers})`).select(sql`record.number`)
  const query = sql<{ site: string; last: number; taken: string[] }>`
    with counted as (${advance}) select site, last, array(${taken}) as taken from counted`
  const keep = { family: 'number', version: grant.catalogue.version }
  const [row] = await rowsOf(trx, statementOf(query, { keep }))
  return { ...row!, taken: new Set(row!.taken) }
}

/** Returns the numbers that records of the type already have, including deleted and merged ones. */
async function takenAmong(trx: Transaction, grant: Grant, numbers: readonly string[]): Promise<Set<string>> {
  const { rows } = await storedRecords(grant)
    .and(sql`record.number = any(${numbers})`)
    .select<{ number: string }>(sql`record.number`)
    .execute(trx)
  return new Set(rows.map(({ number }) => number))
}

/**
 * Locks the counters of several types in the order of the types, before any of them is needed. So transactions that use
 * the same counters cannot deadlock.
 */
export async function lockCounters(trx: Transaction, grants: readonly Grant[], context: Context): Promise<void> {
  const counted = grants.map(({ type }) => type).filter(({ traits }) => traits.has('number'))
  if (counted.length < 2) return
  const ids = counted.map(({ id }) => id).sort((a, b) => a - b)
  await sql`insert into number_counter as counter (site, type_id, year, last)
    select parity, type_id, ${yearOf(context)}, 0 from local.instance, unnest(${ids}::integer[]) with ordinality as v (type_id, place)
    order by place on conflict (site, type_id, year) do update set last = counter.last`.execute(trx)
}

function yearOf({ lookups, now }: Context): number {
  return localDate(now, lookups.settings.timeZone).year
}

/** Returns a number such as `2026-000123`. The site with even ids adds the prefix `E`, so the two sites never clash. */
function numberText(site: string, year: number, count: number): string {
  return `${site === 'even' ? 'E' : ''}${year}-${String(count).padStart(6, '0')}`
}
