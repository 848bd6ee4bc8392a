import { namesIn } from '../errors/unknown-name.ts'
import type { ListRequest } from '../records/list/parse-list-request.ts'

/** The parameters of a list in a query string. */
export type QueryOfList = Omit<Partial<ListRequest>, 'fields' | 'expand' | 'filter'> & {
  fields?: string
  expand?: string
  limit: number
}

/** Returns the list request in a query string. */
export function listOfQuery(query: QueryOfList): ListRequest {
  const { q, sort, fields, expand, limit, cursor, page, count, timeZone } = query
  const url = Object.fromEntries(Object.entries(query).filter(([name]) => name.startsWith('filter')))
  return {
    q,
    sort,
    fields: namesOrNone(fields),
    expand: namesOrNone(expand),
    limit,
    cursor,
    page,
    count,
    timeZone,
    filter: Object.keys(url).length ? { url } : null,
    inBody: false,
  }
}

/** Returns the names in a comma-separated list, or undefined without a list. */
export function namesOrNone(names: string | undefined): string[] | undefined {
  return names === undefined ? undefined : namesIn(names)
}
