import type { FastifyInstance } from 'fastify'
import { type Fault, invalid } from '../../errors/problem.ts'
import type { listText } from '../../schema/build.ts'

type Query = Record<string, unknown>
type QuerySchema = { properties?: Record<string, Partial<typeof listText>> }

/** The name of a list with an item in each parameter: `fields[]`, `fields[0]`. */
const bracketed = /^(.+)\[\d{0,4}\]$/

/**
 * Reads lists in all spellings that clients write: `fields=id,title`, `fields=id&fields=title`, `fields[]=id&fields[]=title`.
 * Lists of names become one text with commas. Lists in a filter, whose items may contain commas, become arrays. A list
 * in two spellings at once is refused, because it may have two meanings.
 */
export function readListParameters(app: FastifyInstance): void {
  const listsOf = new Map<unknown, ReadonlySet<string>>()
  app.addHook('preValidation', (request, _reply, done) => {
    const query = request.query as Query
    const schema = request.routeOptions.schema?.querystring as QuerySchema | undefined
    const lists = listsOf.get(schema) ?? listNamesOf(schema)
    listsOf.set(schema, lists)
    const faults: Fault[] = []
    joinBracketed(query, (name) => lists.has(name) || /^filter.*\]$/.test(name), faults)
    for (const name of lists) {
      const items = query[name]
      if (!Array.isArray(items)) continue
      if (items.some((item) => item.includes(','))) faults.push({ parameter: name, code: 'mixed_spellings' })
      else query[name] = items.join()
    }
    done(faults.length ? invalid(faults) : undefined)
  })
}

function listNamesOf({ properties = {} }: QuerySchema = {}): Set<string> {
  return new Set(Object.keys(properties).filter((name) => properties[name]?.['x-list']))
}

/** Replaces parameters that each hold an item of a list by one parameter with an array. */
function joinBracketed(query: Query, isList: (name: string) => boolean, faults: Fault[]): void {
  const pieces = Object.keys(query).filter((name) => isList(bracketed.exec(name)?.[1] ?? ''))
  for (const [name = '', parts] of Map.groupBy(pieces, (piece) => bracketed.exec(piece)?.[1])) {
    const spellings = new Set(parts.map((part) => part.endsWith('[]')))
    if (spellings.size > 1 || Object.hasOwn(query, name)) faults.push({ parameter: name, code: 'mixed_spellings' })
    const inOrder = parts.toSorted((a, b) => placeIn(a) - placeIn(b))
    const items = inOrder.flatMap((part) => query[part])
    for (const part of parts) delete query[part]
    query[name] = items
  }
}

function placeIn(parameter: string): number {
  return Number(/\[(\d*)\]$/.exec(parameter)?.[1])
}
