import { type RawBuilder, sql } from 'kysely'
import { sendTogether, type TextRow } from '../../database/statement.ts'
import type { Transaction } from '../../database/transaction.ts'
import { type Change, changedFields } from '../../entities/change.ts'
import type { Field } from '../../fields/field.ts'
import { kindOf } from '../../fields/kinds/kinds.ts'
import { same, type Value } from '../../fields/value.ts'
import { entryOf, historyInsert } from '../../history/write.ts'
import { stageMoves } from '../../pipelines/stage-history.ts'
import { tableOf } from '../query/record-query.ts'
import { combined } from '../query/run-statements.ts'
import { type InverseRows, inverseLinksOf, inverseStatements } from './inverse-links.ts'
import { readBack } from './read-back.ts'
import { rowStatements } from './save-rows.ts'
import type { Outcome, WriteContext } from './write-context.ts'

/**
 * Writes new and changed records and the inverse links, and reads the saved records, in one round trip. Also reads
 * `unchanged` records, of which nothing differs.
 */
export async function saveRecords(
  trx: Transaction,
  writing: WriteContext,
  { changes, inverse, unchanged = [] }: Saving,
): Promise<Map<number, Outcome>> {
  const sides = await inverseLinksOf(trx, writing, inverse, changes)
  const reading = readBack(writing, [...changes, ...unchanged])
  const keep = { family: 'save', version: writing.grant.catalogue.version }
  const inverseWrites = inverseStatements(writing, sides)
  const statements = [
    ...(changes.length ? [combined(writes(writing, changes), keep, heldOptions(changes))] : []),
    // After the links themselves.
    ...(inverseWrites.length ? [combined(inverseWrites, keep)] : []),
    ...reading.statements,
  ]
  const results = statements.length ? await sendTogether<unknown[]>(trx, statements) : []
  return reading.outcomes(reading.statements.length ? (results.at(-1) as TextRow[]) : [])
}

/** What to save. */
interface Saving {
  changes: readonly Change[]
  inverse: readonly InverseRows[]
  unchanged?: readonly Change[]
}

/** Returns the statements that write records with their lists, history and stage history. */
function writes(writing: WriteContext, changes: readonly Change[]): RawBuilder<unknown>[] {
  const { grant, via, context, jobId } = writing
  const created = changes.filter(({ before }) => !before)
  const changed = changes.filter(({ before }) => before)
  return [
    ...(created.length ? [insertion(writing, created)] : []),
    ...(changed.length ? [update(writing, changed)] : []),
    ...rowStatements(grant, changes),
    ...stageMoves(changes),
    historyInsert(changes.map(entryOf), { actorId: context.userId, via, jobId }),
  ]
}

/** Returns SQL that locks the options that changes add, so that they cannot be removed before the commit. */
function heldOptions(changes: readonly Change[]): RawBuilder<unknown> | undefined {
  const fields = changes[0]?.type.fields.filter((field) => kindOf(field).hasOptions && field.userFieldId) ?? []
  const named = fields.flatMap((field) => {
    const values = changes
      .filter(({ before, after }) => !before || !same(before.get(field.key), after.get(field.key)))
      .flatMap(({ after }) => after.get(field.key) ?? [])
    return [...new Set(values)].map((code) => ({ field_id: field.userFieldId, code }))
  })
  return named.length ? sql`hold_options(${JSON.stringify(named)})` : undefined
}

/** Returns the insert of new records. It omits columns that no record fills, because most of a record is empty. */
function insertion({ grant }: WriteContext, changes: readonly Change[]): RawBuilder<unknown> {
  const rows = rowsOf(changes, grant.type.fields)
  const filled = new Set<string>()
  for (const row of rows) for (const name in row) filled.add(name)
  const columns = columnsOf(grant.type.fields).filter(({ name }) => filled.has(name))
  const names = sql.join(columns.map(({ name }) => sql.id(name)))
  const values = sql.join(columns.map(({ value }) => value))
  return sql`insert into ${tableOf(grant)} (${names}) select ${values} from ${recordset(rows, columns)}`
}

/** Returns the update of records. It sets every column that any record changes; locked records keep their values. */
function update({ grant }: WriteContext, changes: readonly Change[]): RawBuilder<unknown> {
  const touched = new Set(changes.flatMap(changedFields))
  const fields = grant.type.fields.filter((field) => touched.has(field) || field.key === 'id')
  const columns = columnsOf(fields)
  const assignments = columns
    .filter(({ name }) => name !== 'id')
    .map(({ name, value }) => sql`${sql.id(name)} = ${value}`)
  return sql`update ${tableOf(grant)} as record set ${sql.join(assignments)}
    from ${recordset(rowsOf(changes, fields), columns)} where record.id = v.id`
}

/** A column to write. `value` is SQL of the stored value, from the row `v` of the recordset. */
interface Column {
  name: string
  type: string
  value: RawBuilder<unknown>
}

function columnsOf(fields: readonly Field[]): Column[] {
  return fields.flatMap((field) => {
    const { columns, stored } = kindOf(field)
    return Object.entries(columns(field)).map(([name, type]) => {
      const cell = sql.ref(`v.${name}`)
      return { name, type, value: stored?.(field, cell) ?? cell }
    })
  })
}

/** Returns the values of each record by column. Empty values are omitted, which SQL reads as null. */
function rowsOf(changes: readonly Change[], fields: readonly Field[]): Record<string, Value>[] {
  const byKey = new Map(fields.map((field) => [field.key, field]))
  return changes.map(({ after }) => {
    const row: Record<string, Value> = {}
    for (const [key, value] of after) {
      const field = byKey.get(key)
      if (!field || value === null) continue
      const cells = kindOf(field).cells(field, value)
      for (const name in cells) if (cells[name] !== null) row[name] = cells[name]!
    }
    return row
  })
}

function recordset(rows: readonly object[], columns: readonly Column[]): RawBuilder<unknown> {
  const types = columns.map(({ name, type }) => sql`${sql.id(name)} ${sql.raw(type)}`)
  return sql`json_to_recordset(${JSON.stringify(rows)}) as v (${sql.join(types)})`
}
