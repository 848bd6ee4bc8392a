import { type RawBuilder, sql } from 'kysely'

type Sql = RawBuilder<unknown>

/** A query about few records: SQL of their ids and values, each id once, and of its `from` with what follows. */
interface FewRecords {
  id: Sql
  value: Sql
  from: Sql
}

/**
 * Returns SQL of the value of a record (`record`) among those of few records. Null for other records. The values are read
 * once and looked up in sorted arrays. Unlike a query for each record, that can run in parallel.
 */
export function valueAmong({ id, value, from }: FewRecords): Sql {
  const ids = sql`(select array(select ${id} ${from} order by 1))`
  const values = sql`(select array(select ${value} ${from} order by ${id}))`
  const place = sql`width_bucket(record.id, ${ids})`
  return sql`case when ${ids}[${place}] = record.id then ${values}[${place}] end`
}
