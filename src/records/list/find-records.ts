import type { Database } from '../../database/connect.ts'
import { readAll } from '../../errors/problem.ts'
import type { Selection } from '../../fields/selection.ts'
import type { Value } from '../../fields/value.ts'
import type { Cursors } from '../../http/cursors.ts'
import type { Access } from '../../rights/access.ts'
import type { Grant } from '../../rights/grant.ts'
import { type Count, countRecords } from '../query/count.ts'
import { expand } from '../query/expand.ts'
import { givenOrder, missingIn } from '../query/given-order.ts'
import { readIndexedPage } from '../query/index-lookup-page.ts'
import type { PageQuery, PageRange, Position } from '../query/keyset-page.ts'
import { readPageByRule } from '../query/pages-by-rule.ts'
import { viewOf } from '../query/record-json.ts'
import { recordsFor } from '../query/record-query.ts'
import { conditionOf, knownCount, readHits, searchFor } from '../search/search-records.ts'
import { countFacets, type FacetPlan, type Facets, planFacets } from './facets.ts'
import { nothing, rangeOf } from './page-number.ts'
import { oneMore, paged, pageQuery } from './pages.ts'
import { type ListPlan, type ListRequest, placeOf, planList } from './parse-list-request.ts'
import { type Projection, parseProjection } from './parse-projection.ts'
import type { UnindexedReads } from './unindexed-reads.ts'

/** The configuration of lists. */
export interface ListConfig {
  cursors: Cursors
  /** Time limit for counting the records of a list, in milliseconds. */
  countTime: number
  unindexed: UnindexedReads
}

/** A page of records as JSON text, with cursors to the next and the previous page. */
export interface List {
  records: string[]
  next: string | null
  prev: string | null
  count: Count | null
  facets: Facets | null
  /** The ids of the filter without a record, if the list is in their order. */
  missing: readonly Value[] | null
  /** Names of the fields that the list is filtered or sorted by without an index. */
  unindexed: readonly string[]
  /** The time zone of the request. */
  timeZone: string
}

/** A checked request for a page of records. */
export interface PreparedList {
  grant: Grant
  request: ListRequest
  projection: Projection
  plan: ListPlan
  facets: FacetPlan[] | undefined
}

/** Checks a request for a page of the records that the caller may see. Throws the faults of the request. */
export function prepareList(access: Access, typeCode: string, request: ListRequest, cursors: Cursors): PreparedList {
  const grant = access.grant(typeCode)
  const at = { fields: placeOf(request, 'fields'), expand: placeOf(request, 'expand') }
  const parts = readAll({
    projection: () => parseProjection(grant, request, at),
    plan: () => planList(access, grant, request, cursors),
    facets: () => request.facets && planFacets(grant, request.facets),
  })
  return { grant, request, ...parts }
}

/** Reads a page of the records that the caller may see. Throws the faults of the request. */
export async function findRecords(
  db: Database,
  access: Access,
  typeCode: string,
  request: ListRequest,
  config: ListConfig,
): Promise<List> {
  return await readList(db, prepareList(access, typeCode, request, config.cursors), config)
}

/** Reads a page of records. */
export async function readList(
  db: Database,
  { grant, request, projection, plan, facets: targets }: PreparedList,
  { cursors, countTime, unindexed }: ListConfig,
): Promise<List> {
  const names = unindexed.note(plan.unindexed)
  const { fields, links } = projection
  const view = viewOf(grant.readable, fields)
  const found = await searchFor(db, grant, plan)
  const { ofAll, ofPage } = conditionOf(plan, found)
  const readRecords = async (db: Database, page: PageQuery, view: Selection<string>) => {
    if (found && plan.isRanked)
      return await readHits(db, grant, found, { ...page, position: placeAmongHits(page) }, view)
    const { ways } = grant
    const { where, lookups } = ofPage
    if (ways && !lookups) return await readPageByRule(db, { grant, ways }, { query: page, where }, view)
    return await readIndexedPage(db, recordsFor(grant, 'read'), { ...page, ...ofPage }, view)
  }
  const read = (page: PageQuery, view: Selection<string>) =>
    unindexed.read(db, { ...plan, request }, (db) => readRecords(db, page, view))
  const range = await rangeOf(plan, (range) => read({ ...range, sort: plan.sort }, nothing))
  const rows = await read({ ...pageQuery(grant, plan, links), ...oneMore(range) }, view)
  const counted = { where: ofAll, known: knownCount(found), countTime }
  const count = request.count && request.count !== 'none' ? await countRecords(db, grant, counted, request.count) : null
  const facets = targets ? await countFacets(db, grant, counted, targets) : null
  const missing =
    plan.pinned.sort === givenOrder ? await missingIn(db, [recordsFor(grant, 'read')], plan.where, 'id') : null
  const list = paged({ ...plan, range, forgiving: found?.isForgiving ?? false }, rows, cursors)
  return {
    ...list,
    records: await expand(db, grant, links, list.rows, placeOf(request, 'expand')),
    count,
    facets,
    missing,
    unindexed: names,
  }
}

/** Returns the rank and id where the hits continue. To include the position itself, it moves the id by one. */
function placeAmongHits({ position, back, includes }: PageRange): Position | undefined {
  if (!position || !includes) return position
  const [rank, id] = position
  return [rank ?? null, Number(id) + (back ? -1 : 1)]
}
