import { sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import { precompiled } from '../database/precompiled-sql.ts'
import { rowsOf, type Template, template } from '../database/statement.ts'
import type { PresentRecord, State } from '../entities/change.ts'
import { kindOf } from '../fields/kinds/kinds.ts'
import {
  entriesOf,
  integerColumn,
  jsonColumn,
  mapped,
  readAllRows,
  readRows,
  rowOf,
  type Selection,
} from '../fields/selection.ts'
import { pacer } from '../json/pace.ts'
import { type RecordQuery, recordsFor } from '../records/query/record-query.ts'
import { valueOfField } from '../records/query/record-state.ts'
import { keptPer, keptPerGrant } from '../records/query/selections.ts'
import type { Grant } from '../rights/grant.ts'
import type { Comparing } from './comparing.ts'
import { type PreparedRecord, prepareRecord } from './comparison/prepared-record.ts'
import { comparedRecord, largestBlock } from './keys.ts'

/** A record that is read to be compared. */
export interface ReadRecord {
  state: State
  prepared: PreparedRecord
}

/** The id of a record, and its compared values by field key. */
type Row = Pick<PresentRecord, 'id' | 'state'>

/** Milliseconds after which long comparing lets other requests run. A request needs several such turns. */
export const slice = 8

const selections = keptPer<Comparing, Selection<Row>>()

/** Selects what is compared of a record (`record`). */
function comparedValues(comparing: Comparing): Selection<Row> {
  return selections(comparing, '', () => {
    const fields = [...comparing.fields, ...comparing.companies, ...comparing.extras].flatMap((field) => field ?? [])
    const values = entriesOf(fields.map((field) => [field.key, valueOfField(field)] as const))
    const made = rowOf<Row>({
      id: integerColumn(sql`record.id`),
      state: mapped(values, (entries) => new Map(entries)),
    })
    return { ...made, columns: precompiled(made.columns) }
  })
}

/** Reads what is compared of records that a query of the grant selects. */
export async function readCompared(
  db: Database,
  grant: Grant,
  comparing: Comparing,
  records: RecordQuery,
): Promise<ReadRecord[]> {
  const rows = await readRows(db, comparedValues(comparing), (columns) => records.select(columns))
  return await prepareRecords(db, grant, comparing, rows)
}

const candidates = keptPerGrant<Template<'keys' | 'but'>>()

/**
 * Reads the records that have one of the keys and that the caller may read, without the record `but`. A key that too many
 * of these records have is left out.
 */
export async function readCandidates(
  db: Database,
  grant: Grant,
  comparing: Comparing,
  { keys, but }: { keys: readonly number[]; but: number },
): Promise<ReadRecord[]> {
  const selection = comparedValues(comparing)
  const statement = candidates(grant, `${comparing.companies.length}`, () =>
    template(
      (hole) => {
        // Without a limit inside, because Postgres would then prefer to scan the table.
        const ofKey = recordsFor(grant, 'read')
          .and(sql`record.duplicate_keys @> array[each.key]`)
          .select(sql`array_agg(record.id) as ids, count(*) as n`)
        const ids = sql`select unnest(found.ids) from unnest(${hole('keys')}::integer[]) as each (key)
          cross join lateral (${ofKey}) as found where found.n <= ${largestBlock(comparing, sql`each.key`)}`
        return recordsFor(grant, 'read')
          .and(sql`record.id in (${ids})`)
          .and(sql`record.id <> ${hole('but')}::bigint`)
          .select(selection.columns)
      },
      { keep: { family: 'duplicates', version: grant.catalogue.version }, isText: true },
    ),
  )
  const rows = readAllRows(selection, await rowsOf(db, statement({ keys, but })))
  return await prepareRecords(db, grant, comparing, rows)
}

/** Prepares records that were read for their comparison. */
export async function prepareRecords(
  db: Database,
  grant: Grant,
  comparing: Comparing,
  rows: readonly Row[],
): Promise<ReadRecord[]> {
  const states = rows.map(({ state }) => state)
  const titles = await companyTitles(db, grant, comparing, states)
  const pace = pacer(slice)
  const records: ReadRecord[] = []
  for (const [index, { id, state }] of rows.entries()) {
    records.push({ state, prepared: prepareRecord(comparedRecord(comparing, id, state, titles[index])) })
    await pace()
  }
  return records
}

/** Returns the titles of the companies that records are linked to, in the order of the records. */
export async function companyTitles(
  db: Database,
  grant: Grant,
  { companies }: Comparing,
  states: readonly State[],
): Promise<string[][]> {
  const linked = states.map((state) =>
    companies.flatMap((field) => {
      const value = state.get(field.key) ?? null
      return value === null ? [] : (kindOf(field).linked?.(field, value) ?? [])
    }),
  )
  const titles = new Map<string, string>()
  for (const [type, links] of Map.groupBy(linked.flat(), (one) => one.type)) {
    const selection = rowOf({ id: integerColumn(sql`record.id`), title: jsonColumn(sql`record.title`, '') })
    const ids = [...new Set(links.map(({ id }) => id))]
    const found = await readRows(
      db,
      selection,
      (columns) => recordsFor(grant.of(type), 'read').and(sql`record.id = any(${ids}::bigint[])`).select(columns),
      { family: 'titles', version: grant.catalogue.version },
    )
    for (const { id, title } of found) titles.set(`${type} ${id}`, title)
  }
  return linked.map((links) => [...new Set(links.flatMap(({ type, id }) => titles.get(`${type} ${id}`) ?? []))])
}
