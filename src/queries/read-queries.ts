import type { Database } from '../database/connect.ts'
import { readOneState } from '../database/one-state.ts'
import { pointerOf } from '../errors/json-pointer.ts'
import { nearest } from '../errors/nearest.ts'
import { type Fault, invalid, Problem, readAll } from '../errors/problem.ts'
import { listOfBody, listOfCount } from '../records/api/list-of-body.ts'
import { countList, type ListCount, prepareCount } from '../records/list/count-list.ts'
import { type List, type ListConfig, prepareList, readList } from '../records/list/find-records.ts'
import type { Access } from '../rights/access.ts'
import type { Query } from './schemas.ts'

/** The result of a query: a page of a list, or a count. */
export type QueryResult = { list: List } | { count: ListCount }

/** Reads the result of a checked query. */
type ReadQuery = (db: Database, config: ListConfig) => Promise<QueryResult>

/**
 * Answers all queries on one state of the database, so that a record that changes meanwhile is in one result only. Their
 * counts share one time limit. Throws the faults of all queries.
 */
export async function readQueries(
  db: Database,
  access: Access,
  queries: Readonly<Record<string, Query>>,
  config: ListConfig,
): Promise<[name: string, QueryResult][]> {
  const names = Object.keys(queries)
  const readers = names.map((name, index) => {
    return [index, () => prepareQuery(access, queries[name]!, ['queries', name], config)] as const
  })
  const prepared = Object.values(readAll<Record<string, ReadQuery>>(Object.fromEntries(readers)))
  const until = performance.now() + config.countTime
  return await readOneState(db, async (trx) => {
    const results: [string, QueryResult][] = []
    for (const [index, read] of prepared.entries()) {
      const countTime = Math.max(1, until - performance.now())
      results.push([names[index]!, await read(trx, { ...config, countTime })])
    }
    return results
  })
}

/** Checks a query. Its faults point to the query. */
function prepareQuery(
  access: Access,
  { type, search, count }: Query,
  path: readonly string[],
  { cursors }: ListConfig,
): ReadQuery {
  checkType(access, type, [...path, 'type'])
  if (search && count) throw invalid([{ pointer: pointerOf([...path, 'count']), code: 'not_allowed_here' }])
  if (search) {
    const prepared = within([...path, 'search'], () => prepareList(access, type, listOfBody(search), cursors))
    return async (db, config) => ({
      list: await withinLater([...path, 'search'], () => readList(db, prepared, config)),
    })
  }
  if (!count) throw invalid([{ pointer: pointerOf([...path, 'search']), code: 'required' }])
  const prepared = within([...path, 'count'], () => prepareCount(access, type, listOfCount(count), cursors))
  return async (db, config) => ({ count: await withinLater([...path, 'count'], () => countList(db, prepared, config)) })
}

function checkType({ catalogue }: Access, code: string, path: readonly string[]): void {
  const allowed = [...catalogue.types.keys()]
  if (allowed.includes(code)) return
  const hint = nearest(code, allowed)
  const pointer = pointerOf(path)
  throw invalid([{ pointer, code: 'unknown_type', params: { name: code }, allowed, ...(hint && { hint }) }])
}

/** Runs work whose faults point into a part of the body. */
function within<T>(path: readonly string[], work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw inPart(path, error)
  }
}

async function withinLater<T>(path: readonly string[], work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw inPart(path, error)
  }
}

function inPart(path: readonly string[], error: unknown): unknown {
  if (!(error instanceof Problem) || !error.faults.length) return error
  const { code, params, headers, extra } = error
  const faults = error.faults.map(
    (fault): Fault => (fault.pointer === undefined ? fault : { ...fault, pointer: pointerOf(path) + fault.pointer }),
  )
  return new Problem(code, params, { faults, headers, extra })
}
