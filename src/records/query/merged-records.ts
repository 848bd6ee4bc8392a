import { type RawBuilder, sql } from 'kysely'
import type { Database } from '../../database/connect.ts'
import { type Fault, Problem } from '../../errors/problem.ts'
import type { Grant } from '../../rights/grant.ts'
import { recordsFor, storedRecords } from './record-query.ts'

/** Returns the survivors that the caller may read, by the ids of the records merged into them. */
export async function survivorsOf(
  db: Database,
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
    ${survivors.select(sql`record.id, array(select start from way where way.id = record.id) as merged`)}`.execute(db)
  return new Map(rows.flatMap(({ id, merged }) => merged.map((one) => [one, id] as const)))
}

/** Returns those of the ids whose records the caller may not read, each with the survivor into which its record was merged. */
export async function missingAmong(
  db: Database,
  grant: Grant,
  ids: readonly number[],
): Promise<Map<number, number | undefined>> {
  if (!ids.length) return new Map()
  const { rows } = await recordsFor(grant, 'read')
    .and(sql`record.id = any(${ids}::bigint[])`)
    .select<{ id: number }>(sql`record.id`)
    .execute(db)
  const found = new Set(rows.map(({ id }) => id))
  const missing = ids.filter((id) => !found.has(id))
  const survivors = missing.length ? await survivorsOf(db, grant, missing) : new Map<number, number>()
  return new Map(missing.map((id) => [id, survivors.get(id)]))
}

/** Returns the fault of a reference to a record that does not exist. For a merged record, it names the survivor. */
export function missingReference(type: string, id: number, survivor: number | undefined): Omit<Fault, 'pointer'> {
  if (survivor === undefined) return { code: 'not_found_reference', params: { type, id } }
  return { code: 'merged_record', params: { type, id, survivor }, allowed: [String(survivor)] }
}

/** Returns the ids of the records that were merged into a record, also through others. */
export async function mergedInto(db: Database, grant: Grant, id: number): Promise<number[]> {
  const mergedBy = (into: RawBuilder<unknown>) =>
    storedRecords(grant)
      .and(sql`record.merged_into is not null and record.merged_into = ${into}`)
      .select(sql`record.id`)
  const { rows } = await sql<{ id: number }>`
    with recursive way (id) as (${mergedBy(sql`${id}`)} union
      select next.id from way cross join lateral (${mergedBy(sql`way.id`)}) as next)
    select id from way`.execute(db)
  return rows.map((row) => row.id)
}

/** Returns the problem of a write to a record that was merged into another one, which is named. */
export function recordMerged({ type }: Grant, id: number, survivorId: number): Problem {
  return new Problem('record_merged', { type: type.code, id, survivor: survivorId }, { extra: { survivorId } })
}
