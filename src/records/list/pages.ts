import type { Hop } from '../../fields/kind.ts'
import type { Cursors } from '../../http/cursors.ts'
import type { Grant } from '../../rights/grant.ts'
import type { CursorContent } from '../query/cursor-content.ts'
import { linksOf } from '../query/expand.ts'
import type { PageQuery, PageRange, PageRow } from '../query/keyset-page.ts'
import { isSteady } from '../query/steady-pages.ts'
import type { ListPlan } from './parse-list-request.ts'

/** Returns the query of a page of records: one record more than the page has, and the links to expand. */
export function pageQuery(grant: Grant, plan: ListPlan, hops: readonly Hop[]): PageQuery {
  const isSteadyRule = grant.rows.read === null || (grant.ways !== null && plan.where === null)
  const isKept = !plan.words && isSteadyRule && isSteady(plan.where, plan.sort)
  const keep = isKept ? { family: 'page', version: grant.catalogue.version } : undefined
  return { ...oneMore(plan.range), sort: plan.sort, links: linksOf(hops), keep }
}

/** Returns the range of a page with one more row, which shows whether another page follows. */
export function oneMore(range: PageRange): PageRange {
  return { ...range, limit: range.limit + 1 }
}

/** Removes the extra row of a page, and returns the page with cursors to its neighbours. */
export function paged(
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
