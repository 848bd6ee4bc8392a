import type { RawBuilder } from 'kysely'
import type { Database } from '../database/connect.ts'
import type { FieldsByPath } from '../fields/field.ts'
import type { Context } from '../fields/value.ts'
import type { Condition } from '../filters/condition.ts'
import type { QueryCondition } from '../filters/query.ts'
import { resolveFilter, type Targets } from '../filters/resolve.ts'
import { toSql } from '../filters/sql.ts'
import { nearest } from '../http/nearest.ts'
import { type Fault, invalid, Problem } from '../http/problem.ts'
import { isTimeZone } from '../http/time-zone.ts'
import type { Access } from '../rights/access.ts'
import type { Grant } from '../rights/grant.ts'
import { readWords } from '../search/words.ts'
import { type Count, type Countable, type CountKind, countRecords, countRows } from './count.ts'
import { type Cursor, readCursor, writeCursor } from './cursor.ts'
import { expand, linksOf, readExpand } from './expand.ts'
import { countFacets, type Facets, facetTargets } from './facets.ts'
import { targetsFor } from './linked.ts'
import { type PageQuery, type PageRow, readPage } from './page.ts'
import { conditionOf, knownCount, readHits, type Searching, searchFor } from './search.ts'
import { defaultSort, readSort, type SortKey } from './sort.ts'
import { recordsFor } from './source.ts'
import { viewOf } from './view.ts'

/** What a list may be asked for; the same in the URL and in a body. */
export interface ListRequest {
  /** Conditions of the URL, or a filter of a body. */
  filter: { url: QueryCondition[] } | { body: unknown } | null
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

/** What lists depend on. */
export interface Listing {
  /** Signs cursors. */
  secret: string
  /** Milliseconds that counting the records of a list may take. */
  countTime: number
}

/** A list that was understood: which records, in which order. */
export interface ListPlan extends Searching {
  /** Whether the best hits come first; then there is no other order. */
  isRanked: boolean
  sort: readonly SortKey[]
  /** What a cursor to a neighbouring page keeps. */
  pinned: Omit<Cursor, 'back' | 'position' | 'forgiving'>
  start: Pick<PageQuery, 'position' | 'back'>
}

/** A page as text, with the cursors of its neighbours. */
export interface List {
  records: string[]
  next: string | null
  prev: string | null
  count: Count | null
  facets: Facets | null
  /** The zone in which the request was understood. */
  timeZone: string
}

/** Reads a page of the records that the caller may see. */
export async function findRecords(
  db: Database,
  access: Access,
  typeCode: string,
  request: ListRequest,
  { secret, countTime }: Listing,
): Promise<List> {
  const grant = access.grant(typeCode)
  const view = viewOf(grant.readable, chosenFields(grant, request))
  const at = place(request, 'expand')
  const hops = readExpand(grant, request.expand, at)
  const listed = listedOf(grant)
  const plan = planPage(access, listed, request, secret)
  const targets = request.facets && facetTargets(grant, request.facets)
  const found = await searchFor(db, grant, plan)
  const page = { ...plan.start, limit: request.limit + 1, links: linksOf(hops) }
  const rows =
    found && plan.isRanked
      ? await readHits(db, grant, found, page, view)
      : await readPage(db, listed.rows, { ...page, where: conditionOf(plan, found, true), sort: plan.sort }, view)
  const known = knownCount(found)
  const counted = { where: conditionOf(plan, found, false), known, countTime }
  const count = request.count && request.count !== 'none' ? await countRecords(db, grant, counted, request.count) : null
  const facets = targets ? await countFacets(db, grant, counted, targets) : null
  const list = paged({ ...plan, forgiving: found?.isForgiving ?? false }, rows, request.limit, secret)
  return { ...list, records: await expand(db, grant, hops, list.rows, at), count, facets }
}

/** The records of the grant as what can be listed. */
function listedOf(grant: Grant): Listed {
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

/** Reads a page of what can be listed, each row as the view shows it. Throws the faults of the request. */
export async function findPage(
  db: Database,
  access: Access,
  listed: Listed & { view: RawBuilder<string> },
  request: ListRequest,
  { secret, countTime }: Listing,
): Promise<List> {
  const plan = planPage(access, listed, request, secret)
  const { where, sort } = plan
  const count =
    request.count && request.count !== 'none' ? await countRows(db, listed, { where, countTime }, request.count) : null
  const rows = await readPage(db, listed.rows, { ...plan.start, where, sort, limit: request.limit + 1 }, listed.view)
  const list = paged({ ...plan, forgiving: false }, rows, request.limit, secret)
  return { ...list, records: list.rows.map(({ body }) => body), count, facets: null }
}

/** The rows of a page without the one too many, and the cursors of its neighbours. */
function paged(
  { start, pinned, forgiving }: ListPlan & { forgiving: boolean },
  rows: readonly PageRow[],
  limit: number,
  secret: string,
) {
  const isMore = rows.length > limit
  const page = start.back ? rows.slice(isMore ? 1 : 0) : rows.slice(0, limit)
  const [first, last] = [page[0], page.at(-1)]
  const cursor = (row: PageRow | undefined, back: boolean) => {
    const position = row && (JSON.parse(row.position) as Cursor['position'])
    return position ? writeCursor({ ...pinned, forgiving, back, position }, secret) : null
  }
  return {
    rows: page,
    // Coming from a neighbour, there is one on that side.
    next: isMore || start.back ? cursor(last, false) : null,
    prev: (start.back ? isMore : start.position) ? cursor(first, true) : null,
    timeZone: pinned.timeZone,
  }
}

/** Understands the filter and sort of a list of records. Throws the faults of the request. */
export function planList(access: Access, grant: Grant, request: ListRequest, secret: string): ListPlan {
  return planPage(access, listedOf(grant), request, secret)
}

/** Understands filter and sort, or takes them from the cursor. Throws the faults of the request. */
function planPage(access: Access, listed: Listed, request: ListRequest, secret: string): ListPlan {
  const { cursor: text, timeZone } = request
  if (timeZone !== undefined && !isTimeZone(timeZone))
    throw invalid([{ ...place(request, 'timeZone'), code: 'invalid_time_zone' }])
  const expected = { type: listed.name, userId: access.caller.userId }
  const cursor = text === undefined ? undefined : readCursor(text, secret, expected)
  if (cursor) checkSameList(cursor, request)
  const context = access.context(cursor?.timeZone ?? timeZone)
  const now = cursor ? new Date(cursor.now) : context.now
  const filter = cursor ? (cursor.filter as ListRequest['filter']) : request.filter
  const q = cursor ? cursor.q : (request.q ?? null)
  const sort = cursor ? cursor.sort : (request.sort ?? (q === null ? listed.sort : null))
  const condition = resolveAll(filter, listed.targets, { ...context, now })
  return {
    where: condition && toSql(condition),
    words: q === null ? null : readWords(q, context.countries, place(request, 'q')),
    isRanked: sort === null,
    place: cursor && sort === null ? cursor.position : null,
    typingErrors: !cursor ? 'lastResort' : cursor.forgiving ? 'forgiven' : 'refused',
    sort: readSort(sort ?? listed.sort, listed, place(request, 'sort')),
    pinned: { ...expected, filter, q, sort, now: now.toISOString(), timeZone: context.timeZone },
    start: cursor ? { position: cursor.position, back: cursor.back } : {},
  }
}

function resolveAll(filter: ListRequest['filter'], targets: Targets, context: Context): Condition | null {
  if (!filter) return null
  if ('body' in filter) return resolveFilter(filter.body, targets, context, { pointer: '/filter' })
  const faults: Fault[] = []
  const conditions = filter.url.flatMap(({ parameter, filter }) => {
    try {
      return [resolveFilter(filter, targets, context, { parameter })]
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      faults.push(...error.faults)
      return []
    }
  })
  if (faults.length) throw invalid(faults)
  return conditions.length ? { and: conditions } : null
}

/** What is asked for beside a cursor must be what the cursor was made for. */
function checkSameList(cursor: Cursor, request: ListRequest): void {
  const differs = (given: unknown, pinned: unknown) =>
    given !== undefined && JSON.stringify(given) !== JSON.stringify(pinned)
  const names = [
    ...(differs(request.filter ?? undefined, cursor.filter) ? ['filter'] : []),
    ...(differs(request.q, cursor.q) ? ['q'] : []),
    ...(differs(request.sort, cursor.sort) ? ['sort'] : []),
    ...(differs(request.timeZone, cursor.timeZone) ? ['timeZone'] : []),
  ]
  if (names.length)
    throw new Problem(
      'cursor_mismatch',
      {},
      { faults: names.map((parameter) => ({ parameter, code: 'not_allowed_here' })) },
    )
}

function chosenFields(grant: Grant, request: ListRequest): string[] | undefined {
  if (!request.fields) return
  return readFields(grant, request.fields, place(request, 'fields'))
}

/** Checks the names of chosen fields; `userFields` stands for all of them. Throws all faults at once. */
export function readFields(
  { readable }: Grant,
  names: readonly string[],
  at: Pick<Fault, 'pointer' | 'parameter'>,
): string[] {
  const faults: Fault[] = []
  const chosen = names.flatMap((name) => {
    if (name === 'userFields') return [...readable.keys()].filter((path) => path.startsWith('userFields.'))
    if (readable.has(name)) return [name]
    const hint = nearest(name, readable.keys())
    faults.push({ ...at, code: 'unknown_field', params: { name }, ...(hint && { hint }) })
    return []
  })
  if (faults.length) throw invalid(faults)
  return chosen
}

function place({ inBody }: ListRequest, name: string): Pick<Fault, 'pointer' | 'parameter'> {
  return inBody ? { pointer: `/${name}` } : { parameter: name }
}
