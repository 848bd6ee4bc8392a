import { Type } from 'typebox'
import { Problem } from '../errors/problem.ts'
import type { Cursors } from './cursors.ts'

/** A page of a list ordered by id. It starts after this id, or ends before it when `back` is set. */
export interface IdPage {
  limit: number
  id: number
  back: boolean
}

type Cursor = Pick<IdPage, 'id' | 'back'> & { list: string; filter: string }

/** Default and maximum page size of all lists. */
export const pageLength = { default: 50, most: 500 }

/** Pagination parameters. */
export const pageQuery = {
  limit: Type.Integer({
    ...{ minimum: 1, maximum: pageLength.most, default: pageLength.default },
    description: 'Maximum number of items per page.',
  }),
  cursor: Type.Optional(
    Type.String({
      description: 'Cursor from `page.next` or `page.prev` of an earlier response. The filter must be the same.',
    }),
  ),
}

/** Cursors of one list. They are valid only for its name and filter. */
export class IdCursors {
  readonly #list: string
  readonly #filter: string
  readonly #cursors: Cursors

  constructor(list: string, filter: unknown, cursors: Cursors) {
    this.#list = list
    this.#filter = JSON.stringify(filter)
    this.#cursors = cursors
  }

  /** Returns the page that a request selects. Throws `invalid_cursor` or `cursor_mismatch`. */
  read({ limit, cursor }: { limit: number; cursor?: string }): IdPage {
    // Ids start at 1.
    if (cursor === undefined) return { limit, id: 0, back: false }
    const { filter, id, back } = this.#cursors.read<Cursor>(cursor, { list: this.#list })
    if (filter !== this.#filter) {
      throw new Problem('cursor_mismatch', {}, { faults: [{ parameter: 'cursor', code: 'invalid_parameter' }] })
    }
    return { limit, id, back }
  }

  /** Returns the page for a response. `rows` has up to one row more than the limit, nearest to the cursor first. */
  page<Row extends { id: number }>(rows: readonly Row[], { limit, id, back }: IdPage) {
    const isMore = rows.length > limit
    const data = rows.slice(0, limit)
    if (back) data.reverse()
    const [first, last] = [data[0], data.at(-1)]
    // The page that the cursor came from is on the other side.
    const next = last && (isMore || back) ? this.#write(last.id, false) : null
    const prev = first && (back ? isMore : id > 0) ? this.#write(first.id, true) : null
    return { data, page: { next, prev } }
  }

  #write(id: number, back: boolean): string {
    return this.#cursors.write({ list: this.#list, filter: this.#filter, id, back } satisfies Cursor)
  }
}

/** Returns a list that fits on one page. */
export function onePage<T>(data: T[]) {
  return { data, page: { next: null, prev: null } }
}
