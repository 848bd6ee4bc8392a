import type { Fault } from '../../errors/problem.ts'
import type { AskedFilter } from '../../filters/filter.ts'
import { invalidCursor, seal, unseal } from '../../http/signed-token.ts'

/** The content of a cursor: its list, the time of the first page, and the position where the next page begins. */
export interface Cursor {
  type: string
  userId: number
  /** The filter as the caller wrote it, the search text, and the sort order (null for the order by rank). */
  filter: AskedFilter | null
  q: string | null
  sort: string | null
  /** Whether the search allowed typing errors. */
  forgiving: boolean
  /** The time of the first page. It keeps the meaning of values such as `today`. */
  now: string
  timeZone: string
  back: boolean
  /** Whether the page includes the position itself. True for the cursor back from an empty page. */
  includes: boolean
  /** The sort key values of the record next to the page. */
  position: (string | number | null)[]
}

/** Returns a signed cursor. The signature prevents callers from making their own cursors. */
export function writeCursor(cursor: Cursor, secret: string): string {
  return seal(cursor, secret)
}

/** Reads a signed cursor. Throws `invalid_cursor` when it was altered or belongs to another list or user. */
export function readCursor(
  text: string,
  secret: string,
  expected: Pick<Cursor, 'type' | 'userId'>,
  at: Pick<Fault, 'pointer' | 'parameter'>,
): Cursor {
  const cursor = unseal<Cursor>(text, secret, at)
  if (cursor.type !== expected.type || cursor.userId !== expected.userId) throw invalidCursor(at)
  return cursor
}
