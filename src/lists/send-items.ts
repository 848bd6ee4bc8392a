import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Database } from '../database/connect.ts'
import { type Fault, invalid } from '../errors/problem.ts'
import type { PageConfig } from '../records/list/find-page.ts'
import type { DescribedList } from './describe-list.ts'
import { findItems, type ListedItems } from './find-items.ts'
import { listOfQuery, type QueryOfList } from './list-of-query.ts'
import { sendList } from './send-list.ts'

/** What a route of a list needs. */
export interface ListRoutes extends PageConfig {
  db: Database
}

/** Values of fields that a request gives in parameters of their own, such as `active=true`. */
type Conditions = Readonly<Record<string, string | number | boolean | undefined>>

/** Sends the page of a list that the request asks for. Throws the faults of the request. */
export async function sendItems(
  request: FastifyRequest,
  reply: FastifyReply,
  list: DescribedList,
  items: ListedItems,
  { db, ...config }: ListRoutes,
  conditions: Conditions = {},
): Promise<never> {
  const query = request.query as QueryOfList & Pick<ListedItems, 'labels'>
  const asked = listOfQuery({ ...query, ...asFilter(conditions, query) })
  return sendList(
    request,
    reply,
    await findItems(db, request.access, list, { ...items, labels: query.labels }, asked, config),
  )
}

/** Returns conditions as the parameters of a filter. Throws a fault for one that the filter has as well. */
function asFilter(conditions: Conditions, query: object): Record<string, string> {
  const given = Object.entries(conditions).filter(([, value]) => value !== undefined)
  const parameters = given.map(([field, value]) => [`filter[${field}][eq]`, String(value)] as const)
  const faults = parameters
    .filter(([parameter]) => parameter in query)
    .map(([parameter]): Fault => ({ parameter, code: 'mixed_spellings' }))
  if (faults.length) throw invalid(faults)
  return Object.fromEntries(parameters)
}
