import type { RequestFilter } from '../../filters/filter.ts'

/** The content of a cursor: its list, the time of the first page, and the position where the next page begins. */
export interface CursorContent {
  type: string
  userId: number
  /** The filter as the caller wrote it, the search text, and the sort order (null for the order by rank). */
  filter: RequestFilter | null
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
