import { type Expression, type RawBuilder, sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import type { Labels, Language } from '../errors/language.ts'
import type { FieldsByPath } from '../fields/field.ts'
import { castTo } from '../fields/scalar.ts'
import { jsonColumn } from '../fields/selection.ts'
import { ownTargets, targetsOf } from '../filters/resolve.ts'
import { findPage, type PageConfig, type ShowItem } from '../records/list/find-page.ts'
import type { List } from '../records/list/find-records.ts'
import type { ListRequest } from '../records/list/parse-list-request.ts'
import { type RecordQuery, rowsOf } from '../records/query/record-query.ts'
import type { Access } from '../rights/access.ts'
import type { DescribedList } from './describe-list.ts'

/** The items of a list that the caller may see. */
export interface ListedItems {
  /**
   * All of them with labels in every language: a query whose columns are named like the members of an item, or values in
   * the memory of the server.
   */
  items: Expression<unknown> | readonly object[]
  /** What they belong to, such as the code of a dictionary. Cursors are valid for it only. */
  of?: string
  /** Whether some items are hidden from the caller. */
  isPartial: boolean
  /** The members that the caller sees. Default: all. */
  seen?: readonly string[]
  /** Default: responses show an item as the query selects it. */
  shown?: ShowItem
  /** Whether responses have labels in every language. */
  labels?: 'all' | undefined
}

/** Reads a page of a list of things other than records. Throws the faults of the request. */
export async function findItems(
  db: Database,
  access: Access,
  list: DescribedList,
  listed: ListedItems,
  request: ListRequest,
  config: PageConfig,
): Promise<List> {
  const { of, isPartial, seen = list.members } = listed
  const fields = seen === list.members ? list.source.fields : only(list.source.fields, seen)
  const all = {
    ...{ ...list.source, fields, targets: ownTargets(fields) },
    name: of === undefined ? list.source.name : `${list.source.name}/${of}`,
    ...{ rows: [rowsOfItems(list, fields, listed.items, access)], isPartial },
    ...{ view: jsonColumn(sql`record.item`), members: seen, shown: shownBy(list, listed, access) },
  }
  return await findPage(db, access, all, request, config)
}

function only(fields: FieldsByPath, seen: readonly string[]): FieldsByPath {
  return new Map([...fields].filter(([path]) => seen.includes(path)))
}

/** Returns how items are shown: their labels in the language of the caller unless the request asks for all. */
function shownBy(
  { translated }: DescribedList,
  { shown, labels }: ListedItems,
  { language }: Access,
): ShowItem | undefined {
  if (labels || !translated.size) return shown
  return (item: Record<string, unknown>) => {
    const members = Object.entries(shown ? shown(item as never) : item)
    return Object.fromEntries(
      members.map(([name, value]) => [name, translated.has(name) ? (value as Labels)[language] : value]),
    )
  }
}

/** Returns the items as rows with a column for each field, and the item itself as JSON. */
function rowsOfItems(
  { translated }: DescribedList,
  fields: FieldsByPath,
  items: ListedItems['items'],
  { language }: Access,
): RecordQuery {
  const { rows, item, memberOf } = Array.isArray(items) ? valuesOf(items) : queried(items as Expression<unknown>)
  const targets = targetsOf(fields)
  const columns = [...fields.values()].map(({ code, column, path, multiple }) => {
    const value = translated.has(code) ? memberOf(code, language) : memberOf(code)
    const scalar = targets.get(path)?.scalar
    return sql`${multiple || !scalar ? value : castTo(scalar, sql`(${value})`)} as ${sql.ref(column)}`
  })
  return rowsOf(sql`select ${sql.join(columns)}, ${item} as item from (${rows}) as item`)
}

/** SQL of items, of one of them (`item`) as JSON, and of its members. */
interface ItemsSql {
  rows: Expression<unknown>
  item: RawBuilder<unknown>
  /** With a language, the text of a label. */
  memberOf(code: string, language?: Language): RawBuilder<unknown>
}

function queried(items: Expression<unknown>): ItemsSql {
  return {
    rows: items,
    item: sql`row_to_json(item)`,
    memberOf: (code, language) =>
      language ? sql`${sql.ref(`item.${code}`)} ->> ${language}` : sql.ref(`item.${code}`),
  }
}

function valuesOf(items: readonly object[]): ItemsSql {
  const path = (...names: string[]) => sql`item.value #>> ${names}::text[]`
  return {
    rows: sql`select value from json_array_elements(${JSON.stringify(items)}::json)`,
    item: sql`item.value`,
    memberOf: (code, language) => (language ? path(code, language) : path(code)),
  }
}
