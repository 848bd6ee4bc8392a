import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Transaction } from '../database/transaction.ts'
import { type AtMerge, type RecordReference, recordReferences } from '../entities/references.ts'
import { storedParts, tableOf } from '../records/query/record-query.ts'
import type { Grant } from '../rights/grant.ts'
import { columnsTo, type IdsByType } from './lock-members.ts'
import { type Merging, movedRowsInsert } from './merge-log.ts'
import { moveLinks } from './move-links.ts'

/** The number of moved references by the type of the records that have them. Counts only records that the caller may read. */
export type MovedCounts = Record<string, number>

/**
 * Moves all references to the merged records to the survivor, as the list of references says, and stores which. `referring`
 * are the records that refer to them.
 */
export async function moveReferences(trx: Transaction, merging: Merging, referring: IdsByType): Promise<MovedCounts> {
  const counts: MovedCounts = {}
  const add = (code: string, n: number) => {
    if (n) counts[code] = (counts[code] ?? 0) + n
  }
  const columns = columnsTo(merging.grant).filter(({ of }) => referring.has(of.type.id))
  for (const { of, column } of columns) add(of.type.code, await moveColumn(trx, merging, of, column))
  for (const { code, n } of await moveLinks(trx, merging)) add(code, n)
  for (const reference of movingRows()) await moveRows(trx, merging, reference)
  return counts
}

/** Sets a column of records, and returns how many of them the caller may read. */
async function moveColumn(trx: Transaction, merging: Merging, of: Grant, column: string): Promise<number> {
  const { grant, survivorId, mergedIds } = merging
  const [pointer, table] = [sql.ref(`record.${column}`), of.type.table]
  const isOwn = of.type.id === grant.type.id
  const members = [survivorId, ...mergedIds]
  const found = storedParts(of).map((part) =>
    part
      .and(sql`${pointer} = any(${mergedIds}::bigint[])`)
      .and(isOwn ? sql<SqlBool>`record.id <> all(${members}::bigint[])` : null)
      .select(sql`record.id, ${pointer} as merged`),
  )
  const isRead = of.rows.read ? sql`(${of.rows.read}) is true` : sql`true`
  const { rows } = await sql<{ n: number }>`
    with found as (${sql.join(found, sql` union all `)}),
      moved as (update ${tableOf(of)} as record set ${sql.ref(column)} = ${survivorId} from found
        where record.id = found.id returning record.id, found.merged,
          record.deleted_at is null and record.merged_into is null and ${isRead} as "isRead"),
      stored as (${movedRowsInsert(merging, { table, column })})
    select count(*) filter (where "isRead") as n from moved`.execute(trx)
  return rows[0]!.n
}

/** A list of rows that move with their record. */
type MovingRows = Extract<RecordReference, { typeColumn: string }> & { atMerge: Extract<AtMerge, { how: 'moves' }> }

/** Returns the tables other than `link` whose rows move. */
export function movingRows(): MovingRows[] {
  return recordReferences([]).filter(
    (one): one is MovingRows => 'typeColumn' in one && one.atMerge.how === 'moves' && one.table !== 'link',
  )
}

/** Moves rows that a record can have once: the latest of the first merged record that has any, unless the survivor has one. */
async function moveRows(trx: Transaction, merging: Merging, reference: MovingRows): Promise<void> {
  const { grant, survivorId, mergedIds } = merging
  const { table, column, typeColumn, atMerge } = reference
  const [rows, id] = [sql.table(table), sql.ref(`item.${column}`)]
  const ofType = sql`item.${sql.ref(typeColumn)} = ${grant.type.id}`
  const once: RawBuilder<unknown>[] = (atMerge.once ?? ['id']).map((name) => sql.ref(`item.${name}`))
  const values = once.length ? sql.join(once) : sql`1`
  await sql`
    with taken as (select ${values} from ${rows} as item where ${ofType} and ${id} = ${survivorId}),
      ranked as (select item.id, ${id} as merged, row_number() over (partition by ${values}
          order by array_position(${mergedIds}::bigint[], ${id}), item.id desc) as place
        from ${rows} as item where ${ofType} and ${id} = any(${mergedIds}::bigint[]) and (${values}) not in (select * from taken)),
      moved as (update ${rows} as item set ${sql.ref(column)} = ${survivorId} from ranked
        where ${ofType} and ${id} = ranked.merged and item.id = ranked.id and ranked.place = 1
        returning item.id, ranked.merged)
    ${movedRowsInsert(merging, { table, column })}`.execute(trx)
}
