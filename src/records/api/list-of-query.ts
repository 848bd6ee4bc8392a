import { namesIn } from '../../errors/unknown-name.ts'
import type { ListRequest } from '../list/parse-list-request.ts'

/** The list that a query string asks for. */
export function listOfQuery(
  query: Omit<Partial<ListRequest>, 'fields' | 'expand' | 'filter'> & {
    fields?: string
    expand?: string
    limit: number
  },
): ListRequest {
  const { q, sort, fields, expand, limit, cursor, count, timeZone } = query
  const url = Object.fromEntries(Object.entries(query).filter(([name]) => name.startsWith('filter')))
  return {
    ...{ q, sort },
    fields: namesOrNone(fields),
    expand: namesOrNone(expand),
    limit,
    cursor,
    count,
    timeZone,
    filter: Object.keys(url).length ? { url } : null,
    inBody: false,
  }
}

/** The names of a comma-separated list; undefined when there is none. */
export function namesOrNone(names: string | undefined): string[] | undefined {
  return names === undefined ? undefined : namesIn(names)
}
