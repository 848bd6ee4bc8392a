import { sql } from 'kysely'
import type { Transaction } from '../../database/transaction.ts'
import type { Grant } from '../../rights/grant.ts'
import { recordsFor, tableOf } from './record-query.ts'

/** Returns the survivors that the caller may read, by the ids of the records merged into them. */
export async function survivorsOf(
  trx: Transaction,
  grant: Grant,
  ids: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  const { rows } = await sql<{ id: number; merged: number[] }>`
    with recursive way (start, id) as (
      select id, merged_into from ${tableOf(grant)} where id = any(${ids}) and merged_into is not null
      union
      select way.start, next.merged_into from way join ${tableOf(grant)} as next on next.id = way.id
      where next.merged_into is not null
    )
    select record.id, array(select start from way where way.id = record.id) as merged
    ${recordsFor(grant, 'read')} and record.id in (select id from way)`.execute(trx)
  return new Map(rows.flatMap(({ id, merged }) => merged.map((one) => [one, id] as const)))
}
