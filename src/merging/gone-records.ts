import { sql } from 'kysely'
import type { Transaction } from '../database/transaction.ts'
import type { PresentRecord } from '../entities/change.ts'
import { isObject } from '../fields/value.ts'
import { storedRecords } from '../records/query/record-query.ts'
import type { Grant } from '../rights/grant.ts'
import { nameOfRecord } from './combine-values.ts'

/**
 * Returns the names of the records to which a survivor must not link: those that become one, and those of its and their
 * hidden links that were merged earlier. Records in the recycle bin are hidden too, but their links are kept.
 */
export async function goneRecords(
  trx: Transaction,
  grant: Grant,
  records: readonly PresentRecord[],
): Promise<ReadonlySet<string>> {
  const gone = new Set(records.map(({ id }) => nameOfRecord({ type: grant.type.code, id })))
  const hidden = grant.type.fields.flatMap(({ key, settings }) =>
    records.flatMap(({ unseen }) =>
      (unseen[key] ?? []).map((item) =>
        isObject(item)
          ? { type: String(item.type), id: Number(item.id) }
          : { type: settings.type ?? '', id: Number(item) },
      ),
    ),
  )
  for (const [type, list] of Map.groupBy(hidden, (one) => one.type)) {
    const { rows } = await storedRecords(grant.of(type))
      .and(sql`record.id = any(${list.map(({ id }) => id)}::bigint[]) and record.merged_into is not null`)
      .select<{ id: number }>(sql`record.id`)
      .execute(trx)
    for (const { id } of rows) gone.add(nameOfRecord({ type, id }))
  }
  return gone
}
