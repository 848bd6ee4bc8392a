import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import type { Field } from '../fields/field.ts'
import { kindOf } from '../fields/kinds.ts'
import { toSql } from '../filters/sql.ts'
import type { Grant } from '../rights/grant.ts'
import { recordsFor } from './source.ts'

/** How many records have something in a field. */
export async function countFilled(db: Database, grant: Grant, field: Field): Promise<number> {
  const operands = [{ value: false }]
  const filled = kindOf(field)
    .targets(field)
    .map((target) => ({ target, op: 'isEmpty' as const, operands }))
  return await count(db, grant, toSql({ or: filled }))
}

/** Which of these values some record has in a field of one column. */
export async function valuesInUse(
  db: Database,
  grant: Grant,
  field: Field,
  values: readonly string[],
): Promise<string[]> {
  const column = sql.ref(`record.${field.column}`)
  const used = await Promise.all(
    values.map((value) =>
      count(db, grant, field.multiple ? sql`${column} @> ${[value]}::text[]` : sql`${column} = ${value}`),
    ),
  )
  return values.filter((_, index) => used[index])
}

async function count(db: Database, grant: Grant, condition: RawBuilder<SqlBool>): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*) as n ${recordsFor(grant, 'read')} and ${condition}`.execute(
    db,
  )
  return rows[0]?.n ?? 0
}
