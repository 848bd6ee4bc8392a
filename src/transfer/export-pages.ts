import type { PageRow, Position } from '../records/query/keyset-page.ts'
import type { ExportedRecord } from './export-rows.ts'

/** Reads so many records behind a place in their order. */
export type ReadPage = (position: Position | undefined, limit: number) => Promise<PageRow[]>

const [firstPage, mostRows] = [100, 1000]
/** A page is as long as its records let it: a thousand long comments would not be flat memory. */
const pageLength = 1_000_000

/**
 * All records, page by page, each by a statement of its own: no transaction lasts longer than a page. The next page is
 * read while this one is written; no further ones, however slowly they are taken. The first page comes even when empty.
 */
export async function* pagesOf(read: ReadPage): AsyncGenerator<ExportedRecord[], void, undefined> {
  let limit = firstPage
  let page = read(undefined, limit)
  for (;;) {
    const rows = await page
    const last = rows.length < limit ? undefined : rows.at(-1)
    if (last) {
      limit = nextLimit(rows)
      page = read(JSON.parse(last.position) as Position, limit)
      // Awaited by the next turn, which does not come when nobody wants more.
      page.catch(() => {})
    }
    yield rows.map(({ body }) => JSON.parse(body) as ExportedRecord)
    if (!last) return
  }
}

function nextLimit(rows: readonly PageRow[]): number {
  const length = rows.reduce((sum, { body }) => sum + body.length, 0)
  return Math.max(1, Math.min(mostRows, Math.floor((rows.length * pageLength) / length)))
}

/** The same items, the first of which is there already: what is wrong from the beginning is thrown here. */
export async function begun<T>(items: AsyncGenerator<T, void, undefined>): Promise<AsyncIterable<T>> {
  const first = await items.next()
  return resumed(first, items)
}

async function* resumed<T>(first: IteratorResult<T, void>, rest: AsyncGenerator<T, void, undefined>) {
  if (!first.done) yield first.value
  yield* rest
}
