import { Type } from 'typebox'
import { Problem } from '../errors/problem.ts'
import { invalidCursor, seal, unseal } from './signed-token.ts'

/** A page of a list in the order of ids: it goes on behind this id, or backwards before it. */
export interface IdPage {
  limit: number
  id: number
  back: boolean
}

type Cursor = Pick<IdPage, 'id' | 'back'> & { list: string; filter: string }

/** How many entries a page has, of lists of every kind. */
export const pageLength = { default: 50, most: 500 }

/** The parameters of paging. */
export const pageQuery = {
  limit: Type.Integer({
    ...{ minimum: 1, maximum: pageLength.most, default: pageLength.default },
    description: 'How many on a page.',
  }),
  cursor: Type.Optional(
    Type.String({ description: 'Where to go on: `page.next` or `page.prev` of a page before, with the same filter.' }),
  ),
}

/** The cursors of one list, which the name and the filter tell from others. */
export class IdCursors {
  readonly #list: string
  readonly #filter: string
  readonly #secret: string

  constructor(list: string, filter: unknown, secret: string) {
    this.#list = list
    this.#filter = JSON.stringify(filter)
    this.#secret = secret
  }

  /** The page that a request asks for. Throws invalid_cursor, cursor_mismatch. */
  read({ limit, cursor }: { limit: number; cursor?: string }): IdPage {
    // Ids begin with 1.
    if (cursor === undefined) return { limit, id: 0, back: false }
    const { list, filter, id, back } = unseal<Cursor>(cursor, this.#secret)
    if (list !== this.#list) throw invalidCursor()
    if (filter !== this.#filter) {
      throw new Problem('cursor_mismatch', {}, { faults: [{ parameter: 'cursor', code: 'invalid_parameter' }] })
    }
    return { limit, id, back }
  }

  /** The page as answered; the rows are those nearest to its place, one more than the limit if there are as many. */
  page<Row extends { id: number }>(rows: readonly Row[], { limit, id, back }: IdPage) {
    const isMore = rows.length > limit
    const data = rows.slice(0, limit)
    if (back) data.reverse()
    const [first, last] = [data[0], data.at(-1)]
    // Coming from a neighbour, there is one on that side.
    const next = last && (isMore || back) ? this.#write(last.id, false) : null
    const prev = first && (back ? isMore : id > 0) ? this.#write(first.id, true) : null
    return { data, page: { next, prev } }
  }

  #write(id: number, back: boolean): string {
    return seal({ list: this.#list, filter: this.#filter, id, back } satisfies Cursor, this.#secret)
  }
}

/** A list that is short enough for one page. */
export function onePage<T>(data: T[]) {
  return { data, page: { next: null, prev: null } }
}
