import { type SqlBool, sql } from 'kysely'
import type { Database } from '../../database/connect.ts'
import { attachmentsField } from '../../entities/attachments.ts'
import { fieldsOf } from '../../entities/system-fields.ts'
import type { Field, FieldsByPath } from '../../fields/field.ts'
import { jsonColumn, type Selection } from '../../fields/selection.ts'
import { ownTargets } from '../../filters/resolve.ts'
import { changesOf, type HistoryRow } from '../../history/read.ts'
import { historyKinds, vias } from '../../history/write.ts'
import type { Access } from '../../rights/access.ts'
import type { Grant } from '../../rights/grant.ts'
import { mergedInto } from '../query/merged-records.ts'
import { type RecordQuery, recordsFor, recordsInBin, rowsOf } from '../query/record-query.ts'
import { findPage, type ListedRows, type PageConfig } from './find-page.ts'
import type { List } from './find-records.ts'
import { entriesInWords } from './history-in-words.ts'
import type { ListRequest } from './parse-list-request.ts'
import { recordNotFound } from './read-record.ts'

const always = { notNull: true, readOnly: true } as const
const defined = fieldsOf(0, [
  { code: 'id', kind: 'id', label: { en: 'ID', ru: 'ID' }, ...always },
  { code: 'at', kind: 'datetime', label: { en: 'When', ru: 'Когда' }, ...always },
  { code: 'actorId', kind: 'employee', label: { en: 'Who', ru: 'Кто' }, readOnly: true },
  { code: 'via', kind: 'enumeration', label: { en: 'Method', ru: 'Способ' }, ...always },
  { code: 'version', kind: 'integer', label: { en: 'Version', ru: 'Версия' }, ...always },
  { code: 'kind', kind: 'enumeration', label: { en: 'Event', ru: 'Событие' }, ...always },
  { code: 'field', kind: 'enumeration', label: { en: 'Fields', ru: 'Поля' }, multiple: true, ...always },
])

/** Returns the fields of records whose changes the caller sees in the history, and the attached files. */
function recordedFields({ readable }: Grant): FieldsByPath {
  return new Map([...readable, [attachmentsField.path, attachmentsField]])
}

/** Returns the fields of an entry that a filter may name. The options of `field` are the paths that the caller sees. */
function historyFields(recorded: FieldsByPath): FieldsByPath {
  const options: Record<string, readonly string[]> = { via: vias, kind: historyKinds, field: [...recorded.keys()] }
  return new Map(defined.map((field) => [field.path, { ...field, options: (options[field.code] ?? []).map(optionOf) }]))
}

function optionOf(code: string, sort: number): Field['options'][number] {
  return { code, label: { en: code, ru: code }, sort, default: false }
}

/** A request for a record's history. */
export interface HistoryRequest {
  id: number
  mode: 'raw' | 'people'
  list: ListRequest
}

/**
 * Reads a page of a record's history, the latest first, with only the fields that the caller sees. The history of records
 * that were merged into it belongs to it, since merges move no history. It also works for a record that the caller may
 * restore. For a purged record administrators see only the purge. Throws `record_not_found` and the faults of the request.
 */
export async function findHistory(
  db: Database,
  access: Access,
  grant: Grant,
  { id, mode, list: request }: HistoryRequest,
  listing: PageConfig,
): Promise<List> {
  await checkHistoryVisible(db, access, grant, id, { purged: access.configures })
  const recorded = recordedFields(grant)
  const fields = historyFields(recorded)
  const listed: ListedRows = {
    name: `${grant.type.code}/${id}/history`,
    rows: [entriesOf(grant, recorded, { id, mergedIds: await mergedInto(db, grant, id) })],
    key: 'id',
    fields,
    targets: ownTargets(fields),
    sort: '-id',
    isPartial: true,
    view: entryView(grant, id),
  }
  const list = await findPage(db, access, listed, request, listing)
  const entries = list.records.map((text) => {
    const { recordId, ...entry } = JSON.parse(text) as HistoryRow & {
      pipelineId: number | null
      recordId: number | null
    }
    return recordId === null ? entry : { ...entry, recordId }
  })
  const shown =
    mode === 'people'
      ? await entriesInWords(db, access, { grant, recorded, entries }, list.timeZone)
      : entries.map(({ pipelineId: _, ...entry }) => ({
          ...entry,
          changes: changesOf(entry, recorded).map(({ field, ...values }) => ({ field: field.path, ...values })),
        }))
  return { ...list, records: shown.map((entry) => JSON.stringify(entry)) }
}

/** Throws `record_not_found` unless the caller may read or restore the record, or, with `purged`, it was purged. */
export async function checkHistoryVisible(
  db: Database,
  access: Access,
  grant: Grant,
  id: number,
  { purged = false } = {},
): Promise<void> {
  const { now } = access.context()
  const isPurged = sql`union all select from history as h
    where h.type_id = ${grant.type.id} and h.record_id = ${id} and h.kind = 'purged'`
  const isIt = sql<SqlBool>`record.id = ${id}`
  const { rows } = await sql`${recordsFor(grant, 'read').and(isIt).select()}
    union all ${recordsInBin(grant, now).and(isIt).select()} ${purged ? isPurged : sql``}`.execute(db)
  if (!rows.length) throw recordNotFound(grant, id)
}

/** Returns the entries in which the caller sees something, with the paths of the changed fields. */
function entriesOf(
  { type }: Grant,
  recorded: FieldsByPath,
  { id, mergedIds }: { id: number; mergedIds: readonly number[] },
): RecordQuery {
  // For one id the index has the order of the list.
  const isOne = mergedIds.length === 0
  // The entry of the survivor tells of the merge.
  const ofSeveral = sql`h.record_id = any(${[id, ...mergedIds]}::bigint[])
    and (h.record_id = ${id} or h.kind <> 'merged' or h.changes is not null)`
  const paths = JSON.stringify(Object.fromEntries([...recorded.values()].map(({ key, path }) => [key, path])))
  return rowsOf(sql`
    select h.id, h.record_id, h.at, h.actor_id, h.via, h.version, h.kind, h.changes, array(
      select known.paths ->> key from jsonb_object_keys(h.changes) as key where known.paths ? key) as field
    from history as h cross join (select ${paths}::jsonb as paths) as known
    where h.type_id = ${type.id} and ${isOne ? sql`h.record_id = ${id}` : ofSeveral}`).and(
    sql`record.kind <> 'changed' or cardinality(record.field) > 0`,
  )
}

/** Selects an entry as JSON, with the record's pipeline at that time, if the caller sees it. Stage names depend on it. */
function entryView({ type, readable }: Grant, id: number): Selection<string> {
  const pipeline = readable.has('pipelineId')
    ? sql`(select s.pipeline_id from stage_history as s where s.type_id = ${type.id} and s.record_id = record.record_id
        and s.entered_at <= record.at order by s.id desc limit 1)`
    : sql`null`
  return jsonColumn(sql`json_build_object('id', record.id, 'at', instant(record.at), 'actorId', record.actor_id,
    'via', record.via, 'version', record.version, 'kind', record.kind, 'changes', record.changes,
    'pipelineId', ${pipeline}, 'recordId', nullif(record.record_id, ${id}))`)
}
