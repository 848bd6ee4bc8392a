import { type RawBuilder, sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import { fieldsOf } from '../entities/system-fields.ts'
import type { Field } from '../fields/field.ts'
import { ownTargets } from '../filters/resolve.ts'
import { findPage, type List, type ListConfig } from '../records/list/find-records.ts'
import type { ListRequest, ListSource } from '../records/list/parse-list-request.ts'
import type { CountableRows } from '../records/query/count.ts'
import { viewOf } from '../records/query/record-json.ts'
import { nameSql } from '../records/query/record-names.ts'
import { recordsInBin, rowsOf } from '../records/query/record-query.ts'
import type { Access } from '../rights/access.ts'
import type { Grant } from '../rights/grant.ts'
import { notInBin } from './entry-id.ts'

/** Returns the fields that filters can use. Entries of every type have them. */
function binFields(grants: readonly Grant[]): Field[] {
  const types = grants.map(({ type: { code, title } }, sort) => ({ code, label: title, sort, default: false }))
  const always = { notNull: true, readOnly: true } as const
  const fields = fieldsOf(0, [
    { code: 'id', kind: 'string', label: { en: 'Entry', ru: 'Запись в корзине' }, ...always },
    { code: 'type', kind: 'enumeration', label: { en: 'Type', ru: 'Тип' }, ...always },
    { code: 'recordId', kind: 'id', label: { en: 'ID', ru: 'ID' }, ...always },
    { code: 'name', kind: 'string', label: { en: 'Name', ru: 'Название' }, ...always },
    { code: 'deletedAt', kind: 'datetime', label: { en: 'Deleted', ru: 'Дата удаления' }, ...always },
    { code: 'deletedBy', kind: 'employee', label: { en: 'Deleted by', ru: 'Кем удалён' }, ...always },
  ])
  return fields.map((field) => (field.code === 'type' ? { ...field, options: types } : field))
}

/** Reads a page of the records that the caller may restore, latest deletion first. Throws `crm_unavailable`. */
export async function findBinEntries(
  db: Database,
  access: Access,
  request: ListRequest,
  listing: ListConfig,
): Promise<List> {
  const grants = access.open()
  const fields = new Map(binFields(grants).map((field) => [field.path, field]))
  const { now } = access.context()
  const bin: ListSource & CountableRows = {
    name: 'recycle-bin',
    rows: grants.map((grant) => rowsOf(recordsInBin(grant, now).select(entryColumns(grant)))),
    fields,
    targets: ownTargets(fields),
    sort: '-deletedAt,-id',
    isPartial: true,
  }
  return await findPage(db, access, { ...bin, view: entryView(access) }, request, listing)
}

/** Reads an entry with its record, limited to the fields that the caller may read. Throws `not_in_recycle_bin`. */
export async function readBinEntry(
  db: Database,
  access: Access,
  grant: Grant,
  id: number,
): Promise<{ version: number; body: string }> {
  const { now } = access.context()
  const entry = recordsInBin(grant, now)
    .and(sql`record.id = ${id}`)
    .select(sql`${entryColumns(grant)}, record.version, ${viewOf(grant.readable)} as body`)
  const { rows } = await rowsOf(entry)
    .select<{ version: number; body: string }>(
      sql`record.version, ${entryView(access, sql`, 'record', record.body::json`)} as body`,
    )
    .execute(db)
  if (!rows[0]) throw notInBin(grant.type, id)
  return rows[0]
}

function entryColumns(grant: Grant): RawBuilder<unknown> {
  const { code, prefix } = grant.type
  return sql`${sql.lit(`${prefix}_`)} || record.id as id, ${sql.lit(code)} as type, record.id as record_id,
    ${nameSql(grant)} as name, record.deleted_at, record.deleted_by`
}

function entryView({ catalogue }: Access, more: RawBuilder<unknown> = sql``): RawBuilder<string> {
  const { recycleBinDays } = catalogue.lookups.settings
  return sql<string>`json_build_object('id', record.id, 'type', record.type, 'recordId', record.record_id,
    'name', record.name, 'deletedAt', instant(record.deleted_at), 'deletedBy', record.deleted_by,
    'expiresAt', instant(record.deleted_at + make_interval(days => ${recycleBinDays}))${more})::text`
}
