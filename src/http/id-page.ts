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
export interface PageStart {
  id: number
  back: boolean
}

/** The rows from the start of a page on, the nearest first. */
export interface FoundRows<Row> {
  rows: Row[]
  /** The id where the search stopped before the end. The next page continues there. */
  stoppedAt?: number
}

type Cursor = PageStart & { list: string; filter: string }

/** Reads a page of a list from the rows of a table. Throws `invalid_cursor` or `cursor_mismatch`. */
export async function readIdPage<Row extends { id: number }>(list: IdList, request: PageRequest, all: Rows<Row>) {
  return await readPage(list, request, async (start, limit) => ({
    rows: await rowsFrom(start, list.order, all).limit(limit).execute(),
  }))
}

/**
 * Reads a page of a list whose rows a function finds: at most so many from the start on. Throws `invalid_cursor` or
 * `cursor_mismatch`.
 */
export async function readPage<Row extends { id: number }>(
  { name, filter, order }: IdList,
  { limit, cursor, cursors }: PageRequest,
  find: (start: PageStart, limit: number) => Promise<FoundRows<Row>>,
) {
  const listed = { list: name, filter: JSON.stringify(filter) }
  const start = cursor === undefined ? { id: 0, back: false } : startOf(cursors, cursor, listed)
  // One row more shows whether another page follows.
  const { rows, stoppedAt } = await find(start, limit + 1)
  const data = rows.slice(0, limit)
  const ahead = rows.length > limit ? data.at(-1)?.id : stoppedAt
  // The page that the cursor came from. From an empty page, it begins with the row of the cursor.
  const behind = start.id > 0 ? (data[0]?.id ?? start.id + (isFalling(start, order) ? -1 : 1)) : undefined
  const cursorOf = (id: number | undefined, back: boolean) =>
    id === undefined ? null : cursors.write({ ...listed, id, back } satisfies Cursor)
  if (!start.back) return { data, page: { next: cursorOf(ahead, false), prev: cursorOf(behind, true) } }
  return { data: data.reverse(), page: { next: cursorOf(behind, false), prev: cursorOf(ahead, true) } }
}

function startOf(cursors: Cursors, text: string, { list, filter }: Pick<Cursor, 'list' | 'filter'>): PageStart {
  const cursor = cursors.read<Cursor>(text, { list })
  if (cursor.filter === filter) return cursor
  throw new Problem('cursor_mismatch', {}, { faults: [{ parameter: 'cursor', code: 'invalid_parameter' }] })
}

/** Returns whether the ids fall from the start of a page on. */
function isFalling({ back }: PageStart, order: IdList['order']): boolean {
  return back !== (order === 'newest first')
}

/** Orders the rows from the start of a page on, the nearest first. */
function rowsFrom<Row>(start: PageStart, order: IdList['order'], all: Rows<Row>): Rows<Row> {
  const { id } = start
  const falls = isFalling(start, order)
  const rows = id > 0 ? all.where(sql<SqlBool>`"id" ${falls ? sql`<` : sql`>`} ${id}`) : all
  return rows.orderBy(sql`"id"`, falls ? 'desc' : 'asc')
}

/** Returns a list that fits on one page. */
export function onePage<T>(data: T[]) {
  return { data, page: { next: null, prev: null } }
}
