import { type RawBuilder, sql } from 'kysely'
import type { Transaction } from '../database/transaction.ts'
import { type Change, changedFields } from '../entities/change.ts'
import type { Field } from '../fields/field.ts'
import { kindOf } from '../fields/kinds.ts'
import { entryOf, historyInsert } from '../history/write.ts'
import { stageMoves } from '../pipelines/stage-history.ts'
import { readOtherSides, writeOtherSides } from './other-side.ts'
import { rowStatements } from './rows.ts'
import { tableOf } from './source.ts'
import { run } from './statement.ts'
import type { Writing } from './writing.ts'

/** Writes new and changed records with all that belongs to them: their rows, their history, their stages. */
export async function flush(trx: Transaction, writing: Writing, changes: readonly Change[]): Promise<void> {
  if (!changes.length) return
  const { grant, via, context } = writing
  const sides = await readOtherSides(trx, writing, changes)
  const created = changes.filter(({ before }) => !before)
  const changed = changes.filter(({ before }) => before)
  await run(trx, [
    ...(created.length ? [insertion(writing, created)] : []),
    ...(changed.length ? [update(writing, changed)] : []),
    ...rowStatements(grant, changes),
    ...stageMoves(changes),
    historyInsert(changes.map(entryOf), { actorId: context.userId, via, at: context.now }),
  ])
  await writeOtherSides(trx, writing, sides)
}

function insertion({ grant }: Writing, changes: readonly Change[]): RawBuilder<unknown> {
  const columns = columnsOf(grant.type.fields)
  const names = sql.join(Object.keys(columns).map((name) => sql.id(name)))
  return sql`insert into ${tableOf(grant)} (${names}) select ${names} from ${recordset(changes, grant.type.fields, columns)}`
}

/** Every record gets the columns that any of them changes: the others' values are known, since they are locked. */
function update({ grant }: Writing, changes: readonly Change[]): RawBuilder<unknown> {
  const touched = new Set(changes.flatMap(changedFields))
  const fields = grant.type.fields.filter((field) => touched.has(field) || field.key === 'id')
  const columns = columnsOf(fields)
  const assignments = Object.keys(columns)
    .filter((name) => name !== 'id')
    .map((name) => sql`${sql.id(name)} = v.${sql.id(name)}`)
  return sql`update ${tableOf(grant)} as record set ${sql.join(assignments)}
    from ${recordset(changes, fields, columns)} where record.id = v.id`
}

function columnsOf(fields: readonly Field[]): Record<string, string> {
  return Object.assign({}, ...fields.map((field) => kindOf(field).columns(field)))
}

function recordset(
  changes: readonly Change[],
  fields: readonly Field[],
  columns: Record<string, string>,
): RawBuilder<unknown> {
  const rows = changes.map(({ after }) =>
    Object.assign({}, ...fields.map((field) => kindOf(field).cells(field, after.get(field.key) ?? null))),
  )
  const types = Object.entries(columns).map(([name, type]) => sql`${sql.id(name)} ${sql.raw(type)}`)
  return sql`json_to_recordset(${JSON.stringify(rows)}) as v (${sql.join(types)})`
}
