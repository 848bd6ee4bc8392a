import { type RawBuilder, type SqlBool, sql } from 'kysely'
import pMap from 'p-map'
import { type Database, parallelOptions } from '../database/connect.ts'
import type { Field } from '../fields/field.ts'
import { kindOf } from '../fields/kinds/kinds.ts'
import { operators } from '../fields/operators.ts'
import type { Condition } from '../filters/condition.ts'
import { recordsFor, recordsInBin } from '../records/query/record-query.ts'
import type { Grant } from '../rights/grant.ts'

/** The records to check, and the time that decides what is in the recycle bin. */
export interface UsageScope {
  grant: Grant
  now: Date
}

/** Returns how many records have a value in a field. Includes the recycle bin, whose records can be restored. */
export async function countFilled(db: Database, { grant, now }: UsageScope, field: Field): Promise<number> {
  return await count(db, { grant, now }, isFilled(field))
}

/** Returns the condition that a record has a value in a field. */
export function isFilled(field: Field): Condition {
  const operands = [{ value: false }]
  const targets = kindOf(field).targets(field)
  return { or: targets.map((target) => ({ target, op: operators.isEmpty, operands })) }
}

/** Returns the given values that records use in a one-column field. Includes the recycle bin. */
export async function valuesInUse(
  db: Database,
  using: UsageScope,
  field: Field,
  values: readonly string[],
): Promise<string[]> {
  const column = sql.ref(`record.${field.column}`)
  const used = await pMap(
    values,
    (value) => isAny(db, using, field.multiple ? sql`${column} @> ${[value]}::text[]` : sql`${column} = ${value}`),
    parallelOptions,
  )
  return values.filter((_, index) => used[index])
}

async function isAny(db: Database, { grant, now }: UsageScope, condition: RawBuilder<SqlBool>): Promise<boolean> {
  const [live, binned] = [recordsFor(grant, 'read').and(condition), recordsInBin(grant, now).and(condition)]
  const { rows } = await sql<{ isAny: boolean }>`select ${live.exists()} or ${binned.exists()} as "isAny"`.execute(db)
  return rows[0]!.isAny
}

async function count(db: Database, { grant, now }: UsageScope, condition: Condition): Promise<number> {
  // A separate query, because the indexes of fields do not cover deleted records.
  const [live, binned] = [recordsFor(grant, 'read').matching(condition), recordsInBin(grant, now).matching(condition)]
  const { rows } = await sql<{ n: number }>`
    select (${live.select(sql`count(*)`)}) + (${binned.select(sql`count(*)`)}) as n`.execute(db)
  return rows[0]?.n ?? 0
}
