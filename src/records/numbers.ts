import { sql } from 'kysely'
import { Temporal } from 'temporal-polyfill'
import type { Transaction } from '../database/transaction.ts'
import type { Change } from '../entities/change.ts'
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
  const { timeZone } = context.lookups.settings
  const { year } = Temporal.Instant.fromEpochMilliseconds(context.now.getTime()).toZonedDateTimeISO(timeZone)
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

/** `2026-000123`; the site of the even ids puts an E in front, so that two sites never give the same number. */
function numberText(site: string, year: number, count: number): string {
  return `${site === 'even' ? 'E' : ''}${year}-${String(count).padStart(6, '0')}`
}
