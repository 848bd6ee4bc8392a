import type { Database } from '../../database/connect.ts'
import { readAll } from '../../errors/problem.ts'
import type { Cursors } from '../../http/cursors.ts'
import type { Access } from '../../rights/access.ts'
import type { Grant } from '../../rights/grant.ts'
import { type Count, countRecords } from '../query/count.ts'
import { conditionOf, knownCount, searchFor } from '../search/search-records.ts'
import { countFacets, type FacetPlan, type Facets, planFacets } from './facets.ts'
import type { ListConfig } from './find-records.ts'
import { type ListPlan, type ListRequest, planList } from './parse-list-request.ts'

/** A checked request for the number of records of a list. */
export interface PreparedCount {
  grant: Grant
  request: ListRequest
  plan: ListPlan
  facets: FacetPlan[] | undefined
}

/** The number of records of a list, with their facets if they were requested. */
export interface ListCount extends Count {
  facets?: Facets
  /** Names of the fields that the list is filtered by without an index. */
  unindexed: readonly string[]
}

/** Checks a request for the number of records of a list. Throws the faults of the request. */
export function prepareCount(access: Access, typeCode: string, request: ListRequest, cursors: Cursors): PreparedCount {
  const grant = access.grant(typeCode)
  const parts = readAll({
    plan: () => planList(access, grant, request, cursors),
    facets: () => request.facets && planFacets(grant, request.facets),
  })
  return { grant, request, ...parts }
}

/** Counts the records of a list. */
export async function countList(
  db: Database,
  { grant, request, plan, facets }: PreparedCount,
  { countTime, unindexed }: Omit<ListConfig, 'cursors'>,
): Promise<ListCount> {
  const names = unindexed.note(plan.unindexed)
  const found = await searchFor(db, grant, plan)
  const counted = { where: conditionOf(plan, found).ofAll, known: knownCount(found), countTime }
  const count = await countRecords(db, grant, counted, request.count ?? 'exact')
  const values = facets && (await countFacets(db, grant, counted, facets))
  return { ...count, ...(values && { facets: values }), unindexed: names }
}
