import { namesOrNone, type QueryOfList } from '../../lists/list-of-query.ts'
import { defaultLimit } from '../../lists/parameters.ts'
import type { ChangesRequest } from '../changes/find-changes.ts'
import type { ListRequest } from '../list/parse-list-request.ts'
import type { CountBody, SearchBody } from './list-bodies.ts'

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
