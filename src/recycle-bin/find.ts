import { type RawBuilder, sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import type { FieldsByPath } from '../fields/field.ts'
import { instantJson, stringJson } from '../fields/json-texts.ts'
import { column, integerColumn, jsonColumn, objectOf, readRows, rowOf, type Selection } from '../fields/selection.ts'
import { ownTargets } from '../filters/resolve.ts'
import { findPage, type ListedRows, type PageConfig } from '../records/list/find-page.ts'
import type { List } from '../records/list/find-records.ts'
import type { ListRequest } from '../records/list/parse-list-request.ts'
import { viewOf } from '../records/query/record-json.ts'
import { nameSql } from '../records/query/record-names.ts'
import { recordsInBin, rowsOf } from '../records/query/record-query.ts'
import type { Access } from '../rights/access.ts'
import type { Grant } from '../rights/grant.ts'
import { notInBin } from './entry-id.ts'
import { binList } from './schemas.ts'

/** Returns the fields of the list. The types are those that are open to the caller. */
function binFields(grants: readonly Grant[]): FieldsByPath {
  const types = grants.map(({ type: { code, title } }, sort) => ({ code, label: title, sort, default: false }))
  const type = { ...binList.source.fields.get('type')!, options: types }
  return new Map([...binList.source.fields].map(([path, field]) => [path, path === 'type' ? type : field]))
}

/** Reads a page of the records that the caller may restore, latest deletion first. Throws `crm_unavailable`. */
export async function findBinEntries(
  db: Database,
  access: Access,
  request: ListRequest,
  config: PageConfig,
): Promise<List> {
  const grants = access.open()
  const fields = binFields(grants)
  const { now } = access.context()
  const bin: ListedRows = {
    ...{ ...binList.source, fields, targets: ownTargets(fields), members: binList.members },
    rows: grants.map((grant) => rowsOf(recordsInBin(grant, now).select(named(entryColumns(grant))))),
    isPartial: true,
    view: entryView(access, listed),
  }
  return await findPage(db, access, bin, request, config)
}

/** Reads an entry with its record, limited to the fields that the caller may read. Throws `not_in_recycle_bin`. */
export async function readBinEntry(
  db: Database,
  access: Access,
  grant: Grant,
  id: number,
): Promise<{ version: number; body: string }> {
  const { now } = access.context()
  const entry = entryView(access, entryColumns(grant), [['record', viewOf(grant.readable)]])
  const selection = rowOf({ version: integerColumn(sql`record.version`), body: entry })
  const rows = await readRows(db, selection, (columns) =>
    recordsInBin(grant, now).and(sql`record.id = ${id}`).select(columns),
  )
  if (!rows[0]) throw notInBin(grant.type, id)
  return rows[0]
}

/** SQL of the columns of an entry, by their names in a list of entries. */
type EntryColumns = Record<'id' | 'type' | 'record_id' | 'name' | 'deleted_at' | 'deleted_by', RawBuilder<unknown>>

function entryColumns(grant: Grant): EntryColumns {
  const { code, prefix } = grant.type
  return {
    id: sql`${sql.lit(`${prefix}_`)} || record.id`,
    type: sql.lit(code),
    record_id: sql`record.id`,
    name: nameSql(grant),
    deleted_at: sql`record.deleted_at`,
    deleted_by: sql`record.deleted_by`,
  }
}

function named(columns: EntryColumns): RawBuilder<unknown> {
  return sql.join(Object.entries(columns).map(([name, column]) => sql`${column} as ${sql.id(name)}`))
}

/** The columns of an entry in a list of entries. */
const listed: EntryColumns = {
  id: sql`record.id`,
  type: sql`record.type`,
  record_id: sql`record.record_id`,
  name: sql`record.name`,
  deleted_at: sql`record.deleted_at`,
  deleted_by: sql`record.deleted_by`,
}

function entryView(
  { catalogue }: Access,
  entry: EntryColumns,
  more: readonly (readonly [string, Selection<string>])[] = [],
): Selection<string> {
  const { recycleBinDays } = catalogue.lookups.settings
  const expiresAt = sql`${entry.deleted_at} + make_interval(days => ${recycleBinDays})`
  return objectOf([
    ['id', column(entry.id, stringJson, 'null')],
    ['type', column(entry.type, stringJson, 'null')],
    ['recordId', jsonColumn(entry.record_id)],
    ['name', column(entry.name, stringJson, 'null')],
    ['deletedAt', column(entry.deleted_at, instantJson, 'null')],
    ['deletedBy', jsonColumn(entry.deleted_by)],
    ['expiresAt', column(expiresAt, instantJson, 'null')],
    ...more,
  ])
}
