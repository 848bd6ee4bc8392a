import { type RawBuilder, type SqlBool, sql } from 'kysely'
import pMap from 'p-map'
import type { Database } from '../database/connect.ts'
import { inParallel } from '../database/parallel.ts'
import type { Field } from '../fields/field.ts'
import { kindOf } from '../fields/kinds/kinds.ts'
import { toSql } from '../filters/sql.ts'
import { binnedFor, recordsFor } from '../records/query/record-query.ts'
import type { Grant } from '../rights/grant.ts'

/** The records of which it is asked, and the moment, on which depends what is in the recycle bin. */
export interface Using {
  grant: Grant
  now: Date
}

/** How many records have something in a field, those in the recycle bin included: they may come back. */
export async function countFilled(db: Database, { grant, now }: Using, field: Field): Promise<number> {
  const operands = [{ value: false }]
  const filled = kindOf(field)
    .targets(field)
    .map((target) => ({ target, op: 'isEmpty' as const, operands }))
  return await count(db, { grant, now }, toSql({ or: filled }))
}

/** Which of these values some record has in a field of one column, be it in the recycle bin. */
export async function valuesInUse(
  db: Database,
  using: Using,
  field: Field,
  values: readonly string[],
): Promise<string[]> {
  const column = sql.ref(`record.${field.column}`)
  const used = await pMap(
    values,
    (value) => isAny(db, using, field.multiple ? sql`${column} @> ${[value]}::text[]` : sql`${column} = ${value}`),
    inParallel,
  )
  return values.filter((_, index) => used[index])
}

async function isAny(db: Database, { grant, now }: Using, condition: RawBuilder<SqlBool>): Promise<boolean> {
  const { rows } = await sql<{ isAny: boolean }>`select exists (select ${recordsFor(grant, 'read')} and ${condition})
    or exists (select ${binnedFor(grant, now)} and ${condition}) as "isAny"`.execute(db)
  return rows[0]!.isAny
}

async function count(db: Database, { grant, now }: Using, condition: RawBuilder<SqlBool>): Promise<number> {
  // Apart, since the indexes of fields are of records that live.
  const { rows } = await sql<{ n: number }>`select (select count(*) ${recordsFor(grant, 'read')} and ${condition})
    + (select count(*) ${binnedFor(grant, now)} and ${condition}) as n`.execute(db)
  return rows[0]?.n ?? 0
}
