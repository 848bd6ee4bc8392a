import { type RawBuilder, sql } from 'kysely'
import { type Part, sendTogether, type TextRow } from '../../database/statement.ts'
import type { Transaction } from '../../database/transaction.ts'
import { changesKeys, duplicateKeys } from '../../duplicates/keys.ts'
import { type Change, changedFields } from '../../entities/change.ts'
import type { Field } from '../../fields/field.ts'
import { kindOf } from '../../fields/kinds/kinds.ts'
import { same, type Value } from '../../fields/value.ts'
import { entryOf, historyInsert } from '../../history/write.ts'
import { heldStages, stageMoves } from '../../pipelines/stage-history.ts'
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
  const inverseWrites = inverseStatements(writing, sides)
  const statements = [
    ...(changes.length
      ? [
          combined(writing.grant, writes(writing, changes), 'save', [
            ...heldChoices(changes),
            ...heldStages(changes),
            ...heldMode(changes),
            ...heldComparison(changes),
          ]),
        ]
      : []),
    // After the links themselves.
    ...(inverseWrites.length ? [combined(writing.grant, inverseWrites, 'save')] : []),
    ...reading.statements,
  ]
  const commits = writing.isLast && !reading.canDeny
  const results = statements.length ? await sendTogether<unknown[]>(trx, statements, { commits }) : []
  return reading.outcomes(reading.statements.length ? (results.at(-1) as TextRow[]) : [])
}

/** What to save. */
interface Saving {
  changes: readonly Change[]
  inverse: readonly InverseRows[]
  unchanged?: readonly Change[]
}

/** Returns the statements that write records with their lists, history and stage history. */
function writes(writing: WriteContext, changes: readonly Change[]): Part[] {
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

/** Returns SQL that locks the codes that changes add, so that what they name cannot be removed before the commit. */
function heldChoices(changes: readonly Change[]): Part[] {
  return [
    ...held(changes, { shape: 'options', sql: holdOptions }, (field) =>
      kindOf(field).hasOptions && field.userFieldId ? { field_id: field.userFieldId } : undefined,
    ),
    ...held(changes, { shape: 'entries', sql: holdEntries }, ({ settings: { dictionary } }) =>
      dictionary === undefined ? undefined : { dictionary },
    ),
    ...held(changes, { shape: 'currencies', sql: holdCurrencies }, (field) =>
      kindOf(field).currency ? {} : undefined,
    ),
  ]
}

/** Returns SQL that locks the codes that changes add to fields with a list of codes, which `listOf` names. */
function held(
  changes: readonly Change[],
  part: Pick<Part, 'shape' | 'sql'>,
  listOf: (field: Field) => object | undefined,
): Part[] {
  const named = (changes[0]?.type.fields ?? []).flatMap((field) => {
    const list = listOf(field)
    if (!list) return []
    const values = changes
      .filter(({ before, after }) => !before || !same(before.get(field.key), after.get(field.key)))
      .flatMap(({ after }) => codesIn(field, after.get(field.key) ?? null))
    return [...new Set(values)].map((code) => ({ ...list, code }))
  })
  return named.length ? [{ ...part, values: [JSON.stringify(named)] }] : []
}

/** Returns the codes in a value: options, entries or a currency. */
function codesIn(field: Field, value: Value): Value[] {
  const { currency } = kindOf(field)
  return [currency ? currency.of(value) : value].flat().filter((code) => code !== null)
}

const holdOptions: Part['sql'] = (named) => sql`hold_options(${named})`
const holdEntries: Part['sql'] = (named) => sql`hold_entries(${named})`
const holdCurrencies: Part['sql'] = (named) => sql`hold_currencies(${named})`

/** Returns SQL that keeps the mode of leads until the commit, if leads are created. */
function heldMode(changes: readonly Change[]): Part[] {
  const created = changes.find(({ type, before }) => !before && type.traits.has('conversion'))
  return created ? [{ shape: 'mode', values: [created.context.lookups.settings.leadMode], sql: holdMode }] : []
}

const holdMode: Part['sql'] = (mode) => sql`hold_lead_mode(${mode})`

/** Returns SQL that keeps the compared fields of the type until the commit, if the keys of duplicates are written. */
function heldComparison(changes: readonly Change[]): Part[] {
  const { id, comparedFields } = changes[0]!.type
  return writesKeys(changes)
    ? [{ shape: 'comparison', values: [id, JSON.stringify(comparedFields)], sql: holdComparison }]
    : []
}

const holdComparison: Part['sql'] = (typeId, fields) => sql`hold_duplicate_fields(${typeId}, ${fields})`

/** Returns whether the keys by which duplicates are found must be written. */
function writesKeys([change, ...others]: readonly Change[]): boolean {
  if (!change?.type.traits.has('duplicates')) return false
  const isKeyed = (one: Change) =>
    !one.before ||
    changesKeys(
      one.type,
      changedFields(one).map(({ key }) => key),
    )
  return isKeyed(change) || others.some(isKeyed)
}

/** Returns the insert of new records. It omits columns that no record fills, because most of a record is empty. */
function insertion({ grant }: WriteContext, changes: readonly Change[]): Part {
  const rows = changes.map((change) => withKeys(change, rowOf(change, grant.type.fields)))
  const filled = new Set<string>()
  for (const row of rows) for (const name in row) filled.add(name)
  const columns = [...columnsOf(grant.type.fields), keyColumn].filter(({ name }) => filled.has(name))
  return {
    shape: `insert ${namesOf(columns)}`,
    values: [JSON.stringify(rows)],
    sql: (records) => {
      const names = sql.join(columns.map(({ name }) => sql.id(name)))
      const values = sql.join(columns.map(storedValue))
      return sql`insert into ${tableOf(grant)} (${names}) select ${values} from ${recordset(records, columns)}`
    },
  }
}

/** Returns the update of records. It sets every column that any record changes; locked records keep their values. */
function update({ grant }: WriteContext, changes: readonly Change[]): Part {
  const touched = new Set(changes.flatMap(changedFields))
  const fields = grant.type.fields.filter((field) => touched.has(field) || field.key === 'id')
  const isKeyed = writesKeys(changes)
  const columns = [...columnsOf(fields), ...(isKeyed ? [keyColumn] : [])]
  const rows = changes.map((change) => (isKeyed ? withKeys(change, rowOf(change, fields)) : rowOf(change, fields)))
  return {
    shape: `update ${namesOf(columns)}`,
    values: [JSON.stringify(rows)],
    sql: (records) => {
      const assignments = columns
        .filter(({ name }) => name !== 'id')
        .map((column) => sql`${sql.id(column.name)} = ${storedValue(column)}`)
      return sql`update ${tableOf(grant)} as record set ${sql.join(assignments)}
        from ${recordset(records, columns)} where record.id = v.id`
    },
  }
}

function namesOf(columns: readonly Column[]): string {
  return columns.map(({ name }) => name).join()
}

/** A column to write. */
interface Column {
  name: string
  type: string
  /** Absent for the keys by which duplicates are found. */
  field?: Field
}

const keyColumn: Column = { name: 'duplicate_keys', type: 'integer[]' }

const columnsByField = new WeakMap<Field, Column[]>()

function columnsOf(fields: readonly Field[]): Column[] {
  return fields.flatMap((field) => {
    const known = columnsByField.get(field)
    if (known) return known
    const columns = Object.entries(kindOf(field).columns(field)).map(([name, type]) => ({ name, type, field }))
    columnsByField.set(field, columns)
    return columns
  })
}

/** Returns SQL of the value to store, from the row `v` of the recordset. */
function storedValue({ name, field }: Column): RawBuilder<unknown> {
  const cell = sql.ref(`v.${name}`)
  return (field && kindOf(field).stored?.(field, cell)) ?? cell
}

/** Returns the values of a record by column. Empty values are omitted, which SQL reads as null. */
function rowOf({ after }: Change, fields: readonly Field[]): Record<string, Value> {
  const row: Record<string, Value> = {}
  for (const field of fields) {
    const value = after.get(field.key) ?? null
    if (value !== null) kindOf(field).fill(row, field, value)
  }
  return row
}

/** Adds the keys by which duplicates are found, if the type has them. */
function withKeys({ type, after }: Change, row: Record<string, Value>): Record<string, Value> {
  return type.traits.has('duplicates') ? { ...row, [keyColumn.name]: duplicateKeys(type, after) } : row
}

function recordset(records: RawBuilder<unknown>, columns: readonly Column[]): RawBuilder<unknown> {
  const types = columns.map(({ name, type }) => sql`${sql.id(name)} ${sql.raw(type)}`)
  return sql`json_to_recordset(${records}) as v (${sql.join(types)})`
}
