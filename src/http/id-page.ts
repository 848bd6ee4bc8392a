import { type Expression, type SqlBool, sql } from 'kysely'
import { Type } from 'typebox'
import { Problem } from '../errors/problem.ts'
import type { Cursors } from './cursors.ts'

/** Default and maximum page size of all lists. */
export const pageLength = { default: 50, most: 500 }

/** Pagination parameters. */
export const pageQuery = {
  limit: Type.Integer({
    minimum: 1,
    maximum: pageLength.most,
    default: pageLength.default,
    description: 'Maximum number of items per page.',
  }),
  cursor: Type.Optional(
    Type.String({
      description: 'Cursor from `page.next` or `page.prev` of an earlier response. The filter must be the same.',
    }),
  ),
}

/** The page that a request selects, and the cursors of the instance. */
export interface PageRequest {
  limit: number
  cursor?: string
  cursors: Cursors
}

/** A list ordered by id. Its cursors are valid only for its name and filter. */
export interface IdList {
  name: string
  filter: unknown
  order: 'oldest first' | 'newest first'
}

/** A query for all rows of a list, as Kysely builds it. */
interface Rows<Row> {
  where(condition: Expression<SqlBool>): Rows<Row>
  orderBy(column: Expression<unknown>, direction: 'asc' | 'desc'): Rows<Row>
  limit(limit: number): Rows<Row>
  execute(): Promise<Row[]>
}

/** Where a page starts: after the row with this id, or, with `back`, before it. Ids start at 1. */
interface Start {
  id: number
  back: boolean
}

type Cursor = Start & { list: string; filter: string }

/** Reads a page of a list from the rows of a table. Throws `invalid_cursor` or `cursor_mismatch`. */
export async function readIdPage<Row extends { id: number }>(
  list: IdList,
  { limit, cursor, cursors }: PageRequest,
  all: Rows<Row>,
) {
  const filter = JSON.stringify(list.filter)
  const start = cursor === undefined ? { id: 0, back: false } : startOf(cursors, cursor, list.name, filter)
  // One row more shows whether another page follows.
  const rows = await rowsFrom(start, list.order, all)
    .limit(limit + 1)
    .execute()
  const isMore = rows.length > limit
  const data = rows.slice(0, limit)
  if (start.back) data.reverse()
  const [first, last] = [data[0], data.at(-1)]
  const cursorOf = (id: number, back: boolean) => cursors.write({ list: list.name, filter, id, back } satisfies Cursor)
  // The page that the cursor came from is on the other side.
  const next = last && (isMore || start.back) ? cursorOf(last.id, false) : null
  const prev = first && (start.back ? isMore : start.id > 0) ? cursorOf(first.id, true) : null
  return { data, page: { next, prev } }
}

function startOf(cursors: Cursors, text: string, list: string, filter: string): Start {
  const cursor = cursors.read<Cursor>(text, { list })
  if (cursor.filter === filter) return cursor
  throw new Problem('cursor_mismatch', {}, { faults: [{ parameter: 'cursor', code: 'invalid_parameter' }] })
}

/** Orders the rows from the start of a page on, the nearest first. */
function rowsFrom<Row>({ id, back }: Start, order: IdList['order'], all: Rows<Row>): Rows<Row> {
  const isFalling = back !== (order === 'newest first')
  const rows = id > 0 ? all.where(sql<SqlBool>`"id" ${isFalling ? sql`<` : sql`>`} ${id}`) : all
  return rows.orderBy(sql`"id"`, isFalling ? 'desc' : 'asc')
}

/** Returns a list that fits on one page. */
export function onePage<T>(data: T[]) {
  return { data, page: { next: null, prev: null } }
}
