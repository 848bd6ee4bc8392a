import type { PageRow, Position } from '../records/query/keyset-page.ts'
import type { RecordTexts } from '../records/query/record-texts.ts'

/** Reads up to `limit` records after a position. */
export type ReadPage = (position: Position | undefined, limit: number) => Promise<PageRow<RecordTexts>[]>

/**
 * Short pages are written before the young generation of the heap is collected twice. So their garbage does not fill the
 * old generation.
 */
const mostRows = 64
/**
 * Target length of a page in characters: pages of long records have fewer rows, which keeps memory flat. Two pages are in
 * memory at a time.
 */
const pageLength = 500_000

/**
 * Yields all records page by page, one statement per page, so that no transaction outlives a page. Reads one page ahead
 * and no more. Yields the first page even if it is empty.
 */
export async function* pagesOf(read: ReadPage): AsyncGenerator<RecordTexts[], void, undefined> {
  let limit = mostRows
  let page = read(undefined, limit)
  for (;;) {
    const rows = await page
    const last = rows.length < limit ? undefined : rows.at(-1)
    if (last) {
      limit = nextLimit(rows)
      page = read(JSON.parse(last.position) as Position, limit)
      // The next iteration awaits the page. If the consumer stops, this prevents an unhandled rejection.
      page.catch(() => {})
    }
    yield rows.map(({ body }) => body)
    if (!last) return
  }
}

/** Returns a power of two, so that there are few different statements for connections to keep. */
function nextLimit(rows: readonly PageRow<RecordTexts>[]): number {
  let length = 0
  for (const { body } of rows) for (const text of body.row) length += text?.length ?? 0
  const fitting = Math.max(1, Math.min(mostRows, (rows.length * pageLength) / length))
  return 2 ** Math.floor(Math.log2(fitting))
}

/** Returns the items after reading the first one, so that an error of the first item is thrown here. */
export async function withFirstItem<T>(items: AsyncGenerator<T, void, undefined>): Promise<AsyncIterable<T>> {
  const first = await items.next()
  return resumed(first, items)
}

async function* resumed<T>(first: IteratorResult<T, void>, rest: AsyncGenerator<T, void, undefined>) {
  if (!first.done) yield first.value
  yield* rest
}
