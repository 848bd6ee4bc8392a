import type { Fault } from '../../errors/problem.ts'
import type { AskedFilter } from '../../filters/filter.ts'
import { invalidCursor, seal, unseal } from '../../http/signed-token.ts'

/** What a cursor holds: the list it belongs to, the moment of its first page, and the place where it goes on. */
export interface Cursor {
  type: string
  userId: number
  /** The filter as it was written, the words that are searched for, and the sort: null by how well they are found. */
  filter: AskedFilter | null
  q: string | null
  sort: string | null
  /** Whether the words were found with typing errors only. */
  forgiving: boolean
  /** What words such as `today` meant on the first page. */
  now: string
  timeZone: string
  back: boolean
  /** Whether the page takes in the position itself: an empty page leads back to where it would have been. */
  includes: boolean
  /** Values of the sort keys of the record next to the page. */
  position: (string | number | null)[]
}

/** Signs a cursor; nobody can read on where they were not. */
export function writeCursor(cursor: Cursor, secret: string): string {
  return seal(cursor, secret)
}

/** The cursor that was signed. Throws invalid_cursor for what is altered or of another list. */
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
