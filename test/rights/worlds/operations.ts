import type { Api } from '../../api.ts'
import type { Schema } from './values.ts'

/** A parameter of an operation. */
export interface Parameter {
  name: string
  in: 'path' | 'query' | 'header'
  required?: boolean
  schema: Schema
}

/** An operation of the API document. */
export interface Operation {
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  path: string
  operationId: string
  parameters: readonly Parameter[]
  body: { type: string; schema: Schema } | undefined
}

/** The API document of a server. */
export interface ApiDocument {
  paths: Record<string, Record<string, Pick<Operation, 'operationId' | 'parameters'> & { requestBody?: RequestBody }>>
  components: { schemas: Record<string, Schema> }
}
interface RequestBody {
  content: Record<string, { schema: Schema }>
}

/** Returns the API document of a server. */
export function documentOf({ app }: Pick<Api, 'app'>): ApiDocument {
  return JSON.parse(JSON.stringify(app.swagger())) as ApiDocument
}

/** Writes that cannot be tried with `dryRun`. They are not sent. */
const excused: Record<string, string> = {}

/** What an operation does: it reads, it can be tried, or it is not sent. */
export type Effect = 'reads' | 'triable' | 'excused'

/** Returns the operations of the document with what they do. Throws if that is not clear. */
export function operationsOf({ paths }: ApiDocument): { operation: Operation; effect: Effect }[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId, parameters = [], requestBody }]) => {
      const [content] = Object.entries(requestBody?.content ?? {})
      const body = content && { type: content[0], schema: content[1].schema }
      const operation = { method: method.toUpperCase() as Operation['method'], path, operationId, parameters, body }
      return { operation, effect: effectOf(operation) }
    }),
  )
}

function effectOf({ method, path, operationId, parameters }: Operation): Effect {
  if (
    method === 'GET' ||
    (method === 'POST' && /^(search|count|check|preview|query|calculate|convertAmounts)/.test(operationId))
  )
    return 'reads'
  if (parameters.some(({ name }) => name === 'dryRun')) return 'triable'
  if (excused[operationId]) return 'excused'
  throw new Error(`${method} ${path} (${operationId}) neither reads by its name nor has dryRun.
If it only reads, add the verb of its operationId here. If it writes, give it dryRun, or excuse it here with a reason.`)
}
