import type { Database } from '../../database/connect.ts'
import { type Fault, invalid, readAll } from '../../errors/problem.ts'
import { unknownNameFault } from '../../errors/unknown-name.ts'
import { nearestPath } from '../../fields/paths.ts'
import type { Selection } from '../../fields/selection.ts'
import type { Access } from '../../rights/access.ts'
import { type CountableRows, countRows } from '../query/count.ts'
import { givenOrder, missingIn } from '../query/given-order.ts'
import { type PageRange, readPage } from '../query/keyset-page.ts'
import type { List, ListConfig } from './find-records.ts'
import { nothing, rangeOf } from './page-number.ts'
import { oneMore, paged } from './pages.ts'
import { type ListRequest, type ListSource, placeOf, planPage } from './parse-list-request.ts'

/** Returns an item, as a view selects it, in the form of responses. */
export type ShowItem = (item: never) => object

/** A list of any rows, each of which is an item. */
export interface ListedRows extends ListSource, CountableRows {
  /** Selects an item as JSON. */
  view: Selection<string>
  /** The names of the members that a request can choose. Missing if items are always whole. */
  members?: readonly string[]
  /** Default: responses show an item as the view selects it. */
  shown?: ShowItem | undefined
}

/** The configuration of a list that has no search and no user fields. */
export type PageConfig = Omit<ListConfig, 'unindexed'>

/** Reads a page of any list. Throws the faults of the request. */
export async function findPage(
  db: Database,
  access: Access,
  listed: ListedRows,
  request: ListRequest,
  { cursors, countTime }: PageConfig,
): Promise<List> {
  const { plan, chosen } = readAll({
    plan: () => planPage(access, listed, request, cursors),
    chosen: () => chooseMembers(listed, request),
  })
  const all = { ...listed, rows: listed.rows.map((one) => one.matching(plan.where)) }
  const count =
    request.count && request.count !== 'none' ? await countRows(db, all, { countTime }, request.count) : null
  const read = (range: PageRange, view: Selection<string>) =>
    readPage(db, all.rows, { ...range, sort: plan.sort }, view)
  const range = await rangeOf(plan, (range) => read(range, nothing))
  const rows = await read(oneMore(range), listed.view)
  const missing = plan.pinned.sort === givenOrder ? await missingIn(db, listed.rows, plan.where, listed.key) : null
  const list = paged({ ...plan, range, forgiving: false }, rows, cursors)
  const records = list.rows.map(({ body }) => shownItem(body, listed, chosen))
  return { ...list, records, count, facets: null, missing, unindexed: [] }
}

/** Returns the names of the members to return, or null for all. Throws the fault of each unknown name. */
function chooseMembers({ key, members }: ListedRows, request: ListRequest): ReadonlySet<string> | null {
  const { fields } = request
  if (!members || !fields) return null
  const unknown = fields.filter((name) => !members.includes(name))
  const at = placeOf(request, 'fields')
  const faults = unknown.map((name): Fault => unknownNameFault(at, 'unknown_field', name, nearestPath(name, members)))
  if (faults.length) throw invalid(faults)
  return new Set([key, ...fields])
}

/** Returns the JSON of an item, with the chosen members only. */
function shownItem(json: string, { shown }: ListedRows, chosen: ReadonlySet<string> | null): string {
  if (!shown && !chosen) return json
  const item = JSON.parse(json) as object
  const members = Object.entries(shown ? shown(item as never) : item)
  return JSON.stringify(Object.fromEntries(chosen ? members.filter(([name]) => chosen.has(name)) : members))
}
