import { type Fault, invalid, Problem, readAll } from '../../errors/problem.ts'
import type { FieldsByPath } from '../../fields/field.ts'
import type { Context } from '../../fields/value.ts'
import { type Condition, meaningOf } from '../../filters/condition.ts'
import type { RequestFilter } from '../../filters/filter.ts'
import { resolveQuery } from '../../filters/query.ts'
import { resolveFilter, type Targets } from '../../filters/resolve.ts'
import { type Cursors, invalidCursor } from '../../http/cursors.ts'
import { canonicalZone, isTimeZone } from '../../http/time-zone.ts'
import { conditionsFor } from '../../reporting-period/read-event.ts'
import type { Access } from '../../rights/access.ts'
import type { Grant } from '../../rights/grant.ts'
import type { CountKind } from '../query/count.ts'
import type { CursorContent } from '../query/cursor-content.ts'
import { givenOrder, readGivenOrder } from '../query/given-order.ts'
import type { PageRange } from '../query/keyset-page.ts'
import { defaultSort, hasPlace, orderOf, readSort, type SortKey, withoutSteps } from '../query/sort.ts'
import type { ListSearch } from '../search/search-records.ts'
import { parseSearchText } from '../search/search-words.ts'
import type { FacetRequest } from './facets.ts'
import { recordsBefore } from './page-number.ts'
import { type Unindexed, unindexedIn } from './unindexed.ts'

/** A condition is checked value by value, in the order of a list, if there are at most so many values. */
const fewSteps = 50

/** A request for a list. The same in the URL and in a body. */
export interface ListRequest {
  filter: RequestFilter | null
  /** The search text. */
  q?: string | undefined
  sort?: string | undefined
  fields?: readonly string[] | undefined
  /** Names of the links to expand. */
  expand?: readonly string[] | undefined
  limit: number
  cursor?: string | undefined
  /** The number of the page, from 1. A later page than the first one is named by a number or by a cursor. */
  page?: number | undefined
  count?: CountKind | undefined
  /** Fields by whose values to count the records. */
  facets?: readonly FacetRequest[] | undefined
  timeZone?: string | undefined
  /** Whether the parameters are in the body. Faults then have a `pointer`, else a `parameter`. */
  inBody: boolean
}

/** A list: its name, the fields for filters and sort orders, and the default sort order. */
export interface ListSource {
  name: string
  /** The path of the field that identifies a row. */
  key: string
  fields: FieldsByPath
  /** The fields that a filter may name, including fields of linked records. */
  targets: Targets
  sort: string
}

/** A parsed list request: which records, in which order, and which page of them. */
export interface ListPlan extends ListSearch {
  /** Whether the list is sorted by rank. */
  isRanked: boolean
  sort: readonly SortKey[]
  /** What the list is filtered and sorted by without an index. */
  unindexed: Unindexed
  /** The part of a cursor that is the same for all pages. */
  pinned: Omit<CursorContent, 'back' | 'includes' | 'position' | 'forgiving'>
  range: PageRange
  /** The number of records before the page, if a number names it. */
  before: number
}

/** Returns the list of the grant's records. */
function listedOf(grant: Grant): ListSource {
  return { name: grant.type.code, key: 'id', fields: grant.readable, targets: conditionsFor(grant), sort: defaultSort }
}

/** Parses the filter, search and sort order of a list of records. Throws the faults of the request. */
export function planList(access: Access, grant: Grant, request: ListRequest, cursors: Cursors): ListPlan {
  return planPage(access, listedOf(grant), request, cursors)
}

/** Parses the filter, search and sort order, or takes them from the cursor. Throws the faults of the request. */
export function planPage(access: Access, listed: ListSource, request: ListRequest, cursors: Cursors): ListPlan {
  const expected = { type: listed.name, userId: access.caller.userId }
  const cursor =
    request.cursor === undefined
      ? undefined
      : cursors.read<CursorContent>(request.cursor, expected, placeOf(request, 'cursor'))
  const { filter, q, sort, timeZone } = cursor ?? firstPage(request, listed)
  const context = access.context(timeZone !== undefined && isTimeZone(timeZone) ? timeZone : undefined)
  const now = cursor ? new Date(cursor.now) : context.now
  const resolve = (given: RequestFilter | null) => resolveAll(given, listed.targets, { ...context, now })
  const orderBy = (text: string, condition: Condition | null) => {
    const at = placeOf(request, 'sort')
    if (text === givenOrder) return readGivenOrder(condition, listed.key, at)
    return readSort(text, { ...listed, lookups: context.lookups }, at)
  }
  const { condition, words, before, ...read } = readAll({
    before: () => recordsBefore(request, placeOf(request, 'page')),
    zone: () => checkTimeZone(request),
    condition: () => resolve(filter),
    words: () => (q === null ? null : parseSearchText(q, context.countries, placeOf(request, 'q'))),
    keys: () => (sort === givenOrder ? null : orderBy(sort ?? listed.sort, null)),
  })
  const all = read.keys ?? orderBy(givenOrder, condition)
  const keys = condition || words ? withoutSteps(all, fewSteps) : all
  if (cursor) checkSameList(cursor, request, { condition, keys, resolve, orderBy })
  if (cursor && sort !== null && !hasPlace(keys, cursor.position)) throw invalidCursor(placeOf(request, 'cursor'))
  return {
    where: condition,
    words,
    isRanked: sort === null,
    place: cursor && sort === null ? cursor.position : null,
    typingErrors: !cursor ? 'lastResort' : cursor.forgiving ? 'forgiven' : 'refused',
    sort: keys,
    unindexed: unindexedIn(condition, keys),
    pinned: { ...expected, filter, q, sort, now: now.toISOString(), timeZone: context.timeZone },
    before,
    range: { ...(cursor && rangeFrom(cursor)), limit: request.limit },
  }
}

function rangeFrom({ position, back, includes }: CursorContent): Omit<PageRange, 'limit'> {
  return { position, back, includes }
}

/** Returns the filter, search text, sort order and time zone of a first page. */
function firstPage(request: ListRequest, listed: ListSource) {
  const { filter, sort, timeZone } = request
  const q = request.q ?? null
  return { filter, q, sort: sort ?? (q === null ? listed.sort : null), timeZone }
}

function checkTimeZone(request: ListRequest): void {
  const { timeZone } = request
  if (timeZone === undefined || isTimeZone(timeZone)) return
  throw invalid([{ ...placeOf(request, 'timeZone'), code: 'invalid_time_zone' }])
}

function resolveAll(filter: RequestFilter | null, targets: Targets, context: Context): Condition | null {
  if (!filter) return null
  return 'url' in filter
    ? resolveQuery(filter.url, targets, context)
    : resolveFilter(filter.body, targets, context, '/filter')
}

/** The parsed content of a cursor, with functions that parse the parameters given with it. */
interface CursorMeaning {
  condition: Condition | null
  keys: readonly SortKey[]
  resolve(filter: RequestFilter): Condition | null
  orderBy(sort: string, condition: Condition | null): SortKey[]
}

/** Throws `cursor_mismatch` when the parameters given with a cursor describe another list. */
function checkSameList(
  cursor: CursorContent,
  request: ListRequest,
  { condition, keys, resolve, orderBy }: CursorMeaning,
): void {
  const { filter, q, sort, timeZone } = request
  const given = readAll({
    condition: () => (filter ? resolve(filter) : condition),
    order: () => (sort === undefined ? null : orderOf(orderBy(sort, condition))),
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

/** Returns the place of a parameter for its faults. */
export function placeOf({ inBody }: ListRequest, name: string): Pick<Fault, 'pointer' | 'parameter'> {
  return inBody ? { pointer: `/${name}` } : { parameter: name }
}
