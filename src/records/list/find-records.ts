import type { Database } from '../../database/connect.ts'
import { readAll } from '../../errors/problem.ts'
import type { Selection } from '../../fields/selection.ts'
import type { Cursors } from '../../http/cursors.ts'
import type { Access } from '../../rights/access.ts'
import { type Count, type CountableRows, countRecords, countRows } from '../query/count.ts'
import type { CursorContent } from '../query/cursor-content.ts'
import { expand, linksOf } from '../query/expand.ts'
import { readIndexedPage } from '../query/index-lookup-page.ts'
import { type PageRange, type PageRow, type Position, readPage } from '../query/keyset-page.ts'
import { viewOf } from '../query/record-json.ts'
import { recordsFor } from '../query/record-query.ts'
import { isSteady } from '../query/steady-pages.ts'
import { conditionOf, knownCount, readHits, searchFor } from '../search/search-records.ts'
import { countFacets, type Facets, facetTargets } from './facets.ts'
import { type ListPlan, type ListRequest, type ListSource, placeOf, planList, planPage } from './parse-list-request.ts'
import { parseProjection } from './parse-projection.ts'

/** The configuration of lists. */
export interface ListConfig {
  cursors: Cursors
  /** Time limit for counting the records of a list, in milliseconds. */
  countTime: number
}

/** A page of records as JSON text, with cursors to the next and the previous page. */
export interface List {
  records: string[]
  next: string | null
  prev: string | null
  count: Count | null
  facets: Facets | null
  /** The time zone of the request. */
  timeZone: string
}

/** Reads a page of the records that the caller may see. */
export async function findRecords(
  db: Database,
  access: Access,
  typeCode: string,
  request: ListRequest,
  { cursors, countTime }: ListConfig,
): Promise<List> {
  const grant = access.grant(typeCode)
  const at = { fields: placeOf(request, 'fields'), expand: placeOf(request, 'expand') }
  const { projection, plan, targets } = readAll({
    projection: () => parseProjection(grant, request, at),
    plan: () => planList(access, grant, request, cursors),
    targets: () => request.facets && facetTargets(grant, request.facets),
  })
  const { fields, hops } = projection
  const view = viewOf(grant.readable, fields)
  const found = await searchFor(db, grant, plan)
  const { ofAll, ofPage } = conditionOf(plan, found)
  const isKept = !found && !grant.rows.read && isSteady(plan.where, plan.sort)
  const keep = isKept ? { family: 'page', version: grant.catalogue.version } : undefined
  const page = { ...oneMore(plan.range), links: linksOf(hops), keep }
  const rows =
    found && plan.isRanked
      ? await readHits(db, grant, found, { ...page, position: placeAmongHits(plan.range) }, view)
      : await readIndexedPage(db, recordsFor(grant, 'read'), { ...page, sort: plan.sort, ...ofPage }, view)
  const counted = { where: ofAll, known: knownCount(found), countTime }
  const count = request.count && request.count !== 'none' ? await countRecords(db, grant, counted, request.count) : null
  const facets = targets ? await countFacets(db, grant, counted, targets) : null
  const list = paged({ ...plan, forgiving: found?.isForgiving ?? false }, rows, cursors)
  return { ...list, records: await expand(db, grant, hops, list.rows, at.expand), count, facets }
}

/** Reads a page of any list, with rows as the view shows them. Throws the faults of the request. */
export async function findPage(
  db: Database,
  access: Access,
  listed: ListSource & CountableRows & { view: Selection<string> },
  request: ListRequest,
  { cursors, countTime }: ListConfig,
): Promise<List> {
  const plan = planPage(access, listed, request, cursors)
  const all = { ...listed, rows: listed.rows.map((one) => one.matching(plan.where)) }
  const count =
    request.count && request.count !== 'none' ? await countRows(db, all, { countTime }, request.count) : null
  const rows = await readPage(db, all.rows, { ...oneMore(plan.range), sort: plan.sort }, listed.view)
  const list = paged({ ...plan, forgiving: false }, rows, cursors)
  return { ...list, records: list.rows.map(({ body }) => body), count, facets: null }
}

/** Returns the range of a page with one more row, which shows whether another page follows. */
function oneMore(range: PageRange): PageRange {
  return { ...range, limit: range.limit + 1 }
}

/** Returns the rank and id where the hits continue. To include the position itself, it moves the id by one. */
function placeAmongHits({ position, back, includes }: PageRange): Position | undefined {
  if (!position || !includes) return position
  const [rank, id] = position
  return [rank ?? null, Number(id) + (back ? -1 : 1)]
}

/** Removes the extra row of a page, and returns the page with cursors to its neighbours. */
function paged(
  { range, pinned, forgiving }: ListPlan & { forgiving: boolean },
  rows: readonly PageRow[],
  cursors: Cursors,
) {
  const { position, back, includes, limit } = range
  const isMore = rows.length > limit
  const page = back ? rows.slice(isMore ? 1 : 0) : rows.slice(0, limit)
  const [first, last] = [page[0], page.at(-1)]
  const cursor = (place: Pick<CursorContent, 'back' | 'includes' | 'position'>) =>
    cursors.write({ ...pinned, forgiving, ...place } satisfies CursorContent)
  const beside = (row: PageRow | undefined, back: boolean) => {
    if (row) return cursor({ back, includes: false, position: JSON.parse(row.position) as CursorContent['position'] })
    // From the position of an empty page, all records are in the other direction.
    return position ? cursor({ back, includes: !includes, position: [...position] }) : null
  }
  return {
    rows: page,
    // There is always a page in the direction where the request came from.
    next: isMore || back ? beside(last, false) : null,
    prev: (back ? isMore : position) ? beside(first, true) : null,
    timeZone: pinned.timeZone,
  }
}
