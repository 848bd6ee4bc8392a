import { type Fault, invalid } from '../../errors/problem.ts'
import { always } from '../../fields/selection.ts'
import type { PageRange, PageRow, Position } from '../query/keyset-page.ts'

/** A page that is named by its number begins at most after so many records. */
export const mostBefore = 10_000

/** Selects nothing of a record, because only its position is needed. */
export const nothing = always('')

/** The part of a request that names a page. */
interface NamedPage {
  page?: number | undefined
  limit: number
  cursor?: string | undefined
}

/** Returns the number of records before the page. Throws the fault of a page that is too far, or that a cursor names too. */
export function recordsBefore(
  { page = 1, limit, cursor }: NamedPage,
  at: Pick<Fault, 'pointer' | 'parameter'>,
): number {
  if (page > 1 && cursor !== undefined) throw invalid([{ ...at, code: 'page_with_cursor' }])
  const before = (page - 1) * limit
  if (before < mostBefore) return before
  throw invalid([{ ...at, code: 'page_too_far', params: { limit: mostBefore, page: Math.ceil(mostBefore / limit) } }])
}

/** Returns the range of a page, which begins after the last of the records before it. */
export async function rangeOf(
  { range, before }: { range: PageRange; before: number },
  read: (range: PageRange) => Promise<readonly PageRow[]>,
): Promise<PageRange> {
  if (!before) return range
  const last = (await read({ limit: before })).at(-1)
  return { ...range, ...(last && { position: JSON.parse(last.position) as Position }) }
}
