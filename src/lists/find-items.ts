import { type Expression, sql } from 'kysely'
import type { Database } from '../database/connect.ts'
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
  /** A query for all of them, whose columns are named like the members of an item. */
  items: Expression<unknown>
  /** What they belong to, such as the code of a dictionary. Cursors are valid for it only. */
  of?: string
  /** Whether some items are hidden from the caller. */
  isPartial: boolean
  /** The members that the caller sees. Default: all. */
  seen?: readonly string[]
  /** Default: responses show an item as the query selects it. */
  shown?: ShowItem
}

/** Reads a page of a list of things other than records. Throws the faults of the request. */
export async function findItems(
  db: Database,
  access: Access,
  list: DescribedList,
  { items, of, isPartial, seen = list.members, shown }: ListedItems,
  request: ListRequest,
  config: PageConfig,
): Promise<List> {
  const fields = seen === list.members ? list.source.fields : only(list.source.fields, seen)
  const listed = {
    ...{ ...list.source, fields, targets: ownTargets(fields) },
    name: of === undefined ? list.source.name : `${list.source.name}/${of}`,
    ...{ rows: [rowsOfItems(list, fields, items, access)], isPartial },
    ...{ view: jsonColumn(sql`record.item`), members: seen, shown },
  }
  return await findPage(db, access, listed, request, config)
}

function only(fields: FieldsByPath, seen: readonly string[]): FieldsByPath {
  return new Map([...fields].filter(([path]) => seen.includes(path)))
}

/** Returns the items as rows with a column for each field, and the item itself as JSON. */
function rowsOfItems(
  { translated }: DescribedList,
  fields: FieldsByPath,
  items: Expression<unknown>,
  { language }: Access,
): RecordQuery {
  const targets = targetsOf(fields)
  const columns = [...fields.values()].map(({ code, column, path, multiple }) => {
    const member = sql.ref(`item.${code}`)
    const value = translated.has(code) ? sql`${member} ->> ${language}` : member
    const scalar = targets.get(path)?.scalar
    return sql`${multiple || !scalar ? value : castTo(scalar, sql`(${value})`)} as ${sql.ref(column)}`
  })
  return rowsOf(sql`select ${sql.join(columns)}, row_to_json(item) as item from (${items}) as item`)
}
