import type { RawBuilder } from 'kysely'
import type { Database } from '../../database/connect.ts'
import { allOf, type Fault, invalid } from '../../errors/problem.ts'
import { misnamed } from '../../errors/unknown-name.ts'
import { nearestPath } from '../../fields/paths.ts'
import type { Access } from '../../rights/access.ts'
import type { Grant } from '../../rights/grant.ts'
import { type Count, countRecords, countRows } from '../query/count.ts'
import { type Cursor, writeCursor } from '../query/cursor.ts'
import { expand, linksOf, readExpand } from '../query/expand.ts'
import { readLookedUpPage } from '../query/index-lookup-page.ts'
import { type PageRow, type Position, readPage } from '../query/keyset-page.ts'
import { viewOf } from '../query/record-json.ts'
import { recordsFor } from '../query/record-query.ts'
import { conditionOf, knownCount, readHits, searchFor } from '../search/search-records.ts'
import { countFacets, type Facets, facetTargets } from './facets.ts'
import { type Listed, type ListPlan, type ListRequest, listedOf, placeOf, planPage } from './parse-list-request.ts'

/** The configuration of lists. */
export interface Listing {
  /** The secret that signs cursors. */
  secret: string
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
  { secret, countTime }: Listing,
): Promise<List> {
  const grant = access.grant(typeCode)
  const listed = listedOf(grant)
  const at = placeOf(request, 'expand')
  const { fields, hops, plan, targets } = allOf({
    fields: () => request.fields && readFields(grant, request.fields, placeOf(request, 'fields')),
    hops: () => readExpand(grant, request.expand, at),
    plan: () => planPage(access, listed, request, secret),
    targets: () => request.facets && facetTargets(grant, request.facets),
  })
  const view = viewOf(grant.readable, fields)
  const found = await searchFor(db, grant, plan)
  const page = { ...plan.start, limit: request.limit + 1, links: linksOf(hops) }
  const rows =
    found && plan.isRanked
      ? await readHits(db, grant, found, { ...page, position: placeAmongHits(plan.start) }, view)
      : await readLookedUpPage(
          db,
          recordsFor(grant, 'read'),
          { ...page, ...plan, where: conditionOf(plan, found, true) },
          view,
        )
  const known = knownCount(found)
  const counted = { where: conditionOf(plan, found, false), known, countTime }
  const count = request.count && request.count !== 'none' ? await countRecords(db, grant, counted, request.count) : null
  const facets = targets ? await countFacets(db, grant, counted, targets) : null
  const list = paged({ ...plan, forgiving: found?.isForgiving ?? false }, rows, request.limit, secret)
  return { ...list, records: await expand(db, grant, hops, list.rows, at), count, facets }
}

/** Reads a page of any list, with rows as the view shows them. Throws the faults of the request. */
export async function findPage(
  db: Database,
  access: Access,
  listed: Listed & { view: RawBuilder<string> },
  request: ListRequest,
  { secret, countTime }: Listing,
): Promise<List> {
  const plan = planPage(access, listed, request, secret)
  const { where, sort } = plan
  const all = { ...listed, rows: listed.rows.map((one) => one.and(where)) }
  const count =
    request.count && request.count !== 'none' ? await countRows(db, all, { countTime }, request.count) : null
  const rows = await readPage(db, all.rows, { ...plan.start, sort, limit: request.limit + 1 }, listed.view)
  const list = paged({ ...plan, forgiving: false }, rows, request.limit, secret)
  return { ...list, records: list.rows.map(({ body }) => body), count, facets: null }
}

/** Returns the rank and id where the hits continue. To include the position itself, it moves the id by one. */
function placeAmongHits({ position, back, includes }: ListPlan['start']): Position | undefined {
  if (!position || !includes) return position
  const [rank, id] = position
  return [rank ?? null, Number(id) + (back ? -1 : 1)]
}

/** Removes the extra row of a page, and returns the page with cursors to its neighbours. */
function paged(
  { start, pinned, forgiving }: ListPlan & { forgiving: boolean },
  rows: readonly PageRow[],
  limit: number,
  secret: string,
) {
  const isMore = rows.length > limit
  const page = start.back ? rows.slice(isMore ? 1 : 0) : rows.slice(0, limit)
  const [first, last] = [page[0], page.at(-1)]
  const cursor = (place: Pick<Cursor, 'back' | 'includes' | 'position'>) =>
    writeCursor({ ...pinned, forgiving, ...place }, secret)
  const beside = (row: PageRow | undefined, back: boolean) => {
    if (row) return cursor({ back, includes: false, position: JSON.parse(row.position) as Cursor['position'] })
    // From the position of an empty page, all records are in the other direction.
    return start.position ? cursor({ back, includes: !start.includes, position: [...start.position] }) : null
  }
  return {
    rows: page,
    // There is always a page in the direction where the request came from.
    next: isMore || start.back ? beside(last, false) : null,
    prev: (start.back ? isMore : start.position) ? beside(first, true) : null,
    timeZone: pinned.timeZone,
  }
}

/** Checks the names of chosen fields. `userFields` selects all user fields. Throws every fault. */
export function readFields(
  { readable }: Grant,
  names: readonly string[],
  at: Pick<Fault, 'pointer' | 'parameter'>,
): string[] {
  const faults: Fault[] = []
  const chosen = names.flatMap((name) => {
    if (name === 'userFields') return [...readable.keys()].filter((path) => path.startsWith('userFields.'))
    if (readable.has(name)) return [name]
    const whole = [...readable.keys()].find((path) => name.startsWith(`${path}.`))
    faults.push(
      whole
        ? { ...at, code: 'only_whole', params: { name }, hint: whole }
        : misnamed(at, 'unknown_field', name, nearestPath(name, readable.keys(), ['userFields'])),
    )
    return []
  })
  if (faults.length) throw invalid(faults)
  return chosen
}
