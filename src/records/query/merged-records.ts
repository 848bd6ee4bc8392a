import { sql } from 'kysely'
import type { Transaction } from '../../database/transaction.ts'
import type { Grant } from '../../rights/grant.ts'
import { recordsFor, storedRecords } from './record-query.ts'

/** Returns the survivors that the caller may read, by the ids of the records merged into them. */
export async function survivorsOf(
  trx: Transaction,
  grant: Grant,
  ids: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  const merged = storedRecords(grant).and(sql`record.merged_into is not null`)
  const step = sql`record.id, record.merged_into`
  const survivors = recordsFor(grant, 'read').and(sql`record.id in (select id from way)`)
  const { rows } = await sql<{ id: number; merged: number[] }>`
    with recursive way (start, id) as (
      ${merged.and(sql`record.id = any(${ids})`).select(step)}
      union
      select way.start, next.merged_into from way join (${merged.select(step)}) as next on next.id = way.id
    )
    ${survivors.select(sql`record.id, array(select start from way where way.id = record.id) as merged`)}`.execute(trx)
  return new Map(rows.flatMap(({ id, merged }) => merged.map((one) => [one, id] as const)))
}
