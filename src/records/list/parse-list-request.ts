import { allOf, type Fault, invalid, Problem } from '../../errors/problem.ts'
import type { FieldsByPath } from '../../fields/field.ts'
import type { Context } from '../../fields/value.ts'
import { type Condition, meaningOf } from '../../filters/condition.ts'
import type { AskedFilter } from '../../filters/filter.ts'
import { type Lookups, lookupsOf } from '../../filters/index-lookups.ts'
import { resolveQuery } from '../../filters/query.ts'
import { resolveFilter, type Targets } from '../../filters/resolve.ts'
import { toSql } from '../../filters/sql.ts'
import { canonicalZone, isTimeZone } from '../../http/time-zone.ts'
import type { Access } from '../../rights/access.ts'
import type { Grant } from '../../rights/grant.ts'
import type { Countable, CountKind } from '../query/count.ts'
import { type Cursor, readCursor } from '../query/cursor.ts'
import type { PageQuery } from '../query/keyset-page.ts'
import { recordsFor } from '../query/record-query.ts'
import { targetsFor } from '../query/relations.ts'
import { defaultSort, orderOf, readSort, type SortKey } from '../query/sort.ts'
import type { Searching } from '../search/search-records.ts'
import { readWords } from '../search/search-words.ts'

/** What a list may be asked for; the same in the URL and in a body. */
export interface ListRequest {
  filter: AskedFilter | null
  /** Words that are searched for. */
  q?: string | undefined
  sort?: string | undefined
  fields?: readonly string[] | undefined
  /** Names of the links whose records are wanted besides. */
  expand?: readonly string[] | undefined
  limit: number
  cursor?: string | undefined
  count?: CountKind | undefined
  /** Fields by whose values the records of the list are counted. */
  facets?: readonly string[] | undefined
  timeZone?: string | undefined
  /** Where faults of the parameters stand. */
  inBody: boolean
}

/** What can be listed: rows, the fields that conditions and the order name, and the order of who asks for none. */
export interface Listed extends Countable {
  name: string
  fields: FieldsByPath
  /** What conditions name: these fields, and those behind links. */
  targets: Targets
  sort: string
}

/** A list that was understood: which records, in which order. */
export interface ListPlan extends Searching {
  /** How indexes find the records, where Postgres would not see how. */
  lookups: Lookups | null
  /** Whether the best hits come first; then there is no other order. */
  isRanked: boolean
  sort: readonly SortKey[]
  /** What a cursor to a neighbouring page keeps. */
  pinned: Omit<Cursor, 'back' | 'includes' | 'position' | 'forgiving'>
  start: Pick<PageQuery, 'position' | 'back' | 'includes'>
}

/** The records of the grant as what can be listed. */
export function listedOf(grant: Grant): Listed {
  const { type, readable: fields, rows } = grant
  return {
    name: type.code,
    rows: [recordsFor(grant, 'read')],
    fields,
    targets: targetsFor(grant),
    sort: defaultSort,
    isPartial: rows.read !== null,
  }
}

/** Understands the filter and sort of a list of records. Throws the faults of the request. */
export function planList(access: Access, grant: Grant, request: ListRequest, secret: string): ListPlan {
  return planPage(access, listedOf(grant), request, secret)
}

/** Understands filter and sort, or takes them from the cursor. Throws the faults of the request. */
export function planPage(access: Access, listed: Listed, request: ListRequest, secret: string): ListPlan {
  const expected = { type: listed.name, userId: access.caller.userId }
  const cursor =
    request.cursor === undefined ? undefined : readCursor(request.cursor, secret, expected, placeOf(request, 'cursor'))
  const { filter, q, sort, timeZone } = cursor ?? askedBy(request, listed)
  const context = access.context(timeZone !== undefined && isTimeZone(timeZone) ? timeZone : undefined)
  const now = cursor ? new Date(cursor.now) : context.now
  const resolve = (asked: AskedFilter | null) => resolveAll(asked, listed.targets, { ...context, now })
  const orderBy = (asked: string) => readSort(asked, listed, placeOf(request, 'sort'))
  const { condition, words, keys } = allOf({
    zone: () => checkTimeZone(request),
    condition: () => resolve(filter),
    words: () => (q === null ? null : readWords(q, context.countries, placeOf(request, 'q'))),
    keys: () => orderBy(sort ?? listed.sort),
  })
  if (cursor) checkSameList(cursor, request, { condition, keys, resolve, orderBy })
  return {
    where: condition && toSql(condition),
    lookups: condition && words === null ? lookupsOf(condition) : null,
    words,
    isRanked: sort === null,
    place: cursor && sort === null ? cursor.position : null,
    typingErrors: !cursor ? 'lastResort' : cursor.forgiving ? 'forgiven' : 'refused',
    sort: keys,
    pinned: { ...expected, filter, q, sort, now: now.toISOString(), timeZone: context.timeZone },
    start: cursor ? { position: cursor.position, back: cursor.back, includes: cursor.includes } : {},
  }
}

/** What a first page is asked for. */
function askedBy(request: ListRequest, listed: Listed) {
  const { filter, sort, timeZone } = request
  const q = request.q ?? null
  return { filter, q, sort: sort ?? (q === null ? listed.sort : null), timeZone }
}

function checkTimeZone(request: ListRequest): void {
  const { timeZone } = request
  if (timeZone === undefined || isTimeZone(timeZone)) return
  throw invalid([{ ...placeOf(request, 'timeZone'), code: 'invalid_time_zone' }])
}

function resolveAll(filter: AskedFilter | null, targets: Targets, context: Context): Condition | null {
  if (!filter) return null
  return 'url' in filter
    ? resolveQuery(filter.url, targets, context)
    : resolveFilter(filter.body, targets, context, '/filter')
}

/** How what a cursor keeps was understood, and how what is asked for beside it is. */
interface Understood {
  condition: Condition | null
  keys: readonly SortKey[]
  resolve(filter: AskedFilter): Condition | null
  orderBy(sort: string): SortKey[]
}

/** What is asked for beside a cursor must mean what the cursor was made for. Throws cursor_mismatch. */
function checkSameList(cursor: Cursor, request: ListRequest, { condition, keys, resolve, orderBy }: Understood): void {
  const { filter, q, sort, timeZone } = request
  const given = allOf({
    condition: () => (filter ? resolve(filter) : condition),
    order: () => (sort === undefined ? null : orderOf(orderBy(sort))),
  })
  const meaning = (one: Condition | null) => one && meaningOf(one)
  const differing = {
    filter: meaning(given.condition) !== meaning(condition),
    q: q !== undefined && q !== cursor.q,
    sort: given.order !== null && (cursor.sort === null || given.order !== orderOf(keys)),
    timeZone: timeZone !== undefined && canonicalZone(timeZone) !== canonicalZone(cursor.timeZone),
  }
  const names = Object.entries(differing).flatMap(([name, differs]) => (differs ? [name] : []))
  if (!names.length) return
  const faults = names.map((name): Fault => ({ ...placeOf(request, name), code: 'kept_by_cursor' }))
  throw new Problem('cursor_mismatch', {}, { faults })
}

/** Where faults of a parameter stand. */
export function placeOf({ inBody }: ListRequest, name: string): Pick<Fault, 'pointer' | 'parameter'> {
  return inBody ? { pointer: `/${name}` } : { parameter: name }
}
