import { sql } from 'kysely'
import { Temporal } from 'temporal-polyfill'
import type { Transaction } from '../database/transaction.ts'
import type { Change } from '../entities/change.ts'
import type { Context } from '../fields/value.ts'
import type { Grant } from '../rights/grant.ts'
import type { Writing } from './writing.ts'

/**
 * Gives new records the next numbers of their type, those that bring one aside; for a thousand as for one in one
 * statement. The counter stays locked until the transaction ends: numbers have no gaps, whatever is rolled back.
 */
export async function giveNumbers(
  trx: Transaction,
  { grant, context }: Writing,
  created: readonly Change[],
): Promise<void> {
  if (!grant.type.traits.has('number')) return
  const unnumbered = created.filter(({ after }) => after.get('number') === null)
  if (!unnumbered.length) return
  const year = yearOf(context)
  const { rows } = await sql<{ site: string; last: number }>`
    insert into number_counter as counter (site, type_id, year, last)
    select parity, ${grant.type.id}, ${year}, ${unnumbered.length} from instance
    on conflict (site, type_id, year) do update set last = counter.last + excluded.last
    returning site, last`.execute(trx)
  const { site, last } = rows[0]!
  for (const [index, { after }] of unnumbered.entries()) {
    after.set('number', numberText(site, year, last - unnumbered.length + 1 + index))
  }
}

/**
 * Locks the counters of several types before any of them is needed, in the order of the types: two who count for the
 * same types never wait for each other.
 */
export async function lockCounters(trx: Transaction, grants: readonly Grant[], context: Context): Promise<void> {
  const counted = grants.map(({ type }) => type).filter(({ traits }) => traits.has('number'))
  if (counted.length < 2) return
  const ids = counted.map(({ id }) => id).sort((a, b) => a - b)
  await sql`insert into number_counter as counter (site, type_id, year, last)
    select parity, type_id, ${yearOf(context)}, 0 from instance, unnest(${ids}::integer[]) with ordinality as v (type_id, place)
    order by place on conflict (site, type_id, year) do update set last = counter.last`.execute(trx)
}

function yearOf({ lookups, now }: Context): number {
  const { timeZone } = lookups.settings
  return Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(timeZone).year
}

/** `2026-000123`; the site of the even ids puts an E in front, so that two sites never give the same number. */
function numberText(site: string, year: number, count: number): string {
  return `${site === 'even' ? 'E' : ''}${year}-${String(count).padStart(6, '0')}`
}
