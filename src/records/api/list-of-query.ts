import { namesIn } from '../../errors/unknown-name.ts'
import type { ChangesRequest } from '../changes/find-changes.ts'
import type { ListRequest } from '../list/parse-list-request.ts'
import type { CountBody, SearchBody } from './list-bodies.ts'
import { defaultLimit } from './requests.ts'

/** The parameters of a list in a query string. */
type QueryOfList = Omit<Partial<ListRequest>, 'fields' | 'expand' | 'filter'> & {
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

/** Returns the request for changes in a query string, or undefined if it asks for a list. */
export function changesOfQuery(query: QueryOfList & { changedSince?: string }): ChangesRequest | undefined {
  const { changedSince, cursor, fields, expand, limit, ...others } = query
  if (changedSince === undefined) return
  return {
    since: cursor ?? changedSince,
    fields: namesOrNone(fields),
    expand: namesOrNone(expand),
    limit,
    // `none` is the default, which asks for nothing.
    unfit: Object.keys(others).filter((name) => name !== 'count' || others.count !== 'none'),
  }
}

/** Returns the list request in the body of a search. */
export function listOfBody({ filter, sort, limit = defaultLimit, ...rest }: SearchBody): ListRequest {
  return {
    ...rest,
    sort: typeof sort === 'object' ? sort.join() || undefined : sort,
    limit,
    filter: filter === undefined ? null : { body: filter },
    inBody: true,
  }
}

/** Returns the list request in the body of a count. */
export function listOfCount({ filter, ...rest }: CountBody): ListRequest {
  return { ...rest, filter: filter === undefined ? null : { body: filter }, limit: 1, inBody: true }
}

/** Returns the names in a comma-separated list, or undefined without a list. */
export function namesOrNone(names: string | undefined): string[] | undefined {
  return names === undefined ? undefined : namesIn(names)
}
