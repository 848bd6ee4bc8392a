import type {} from '@fastify/swagger'
import type { FastifyInstance, RouteOptions } from 'fastify'
import { problems } from '../errors/documents.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route only reads, although its method is POST. */
    reads?: boolean
  }
}

const writes = new Set(['POST', 'PATCH', 'PUT', 'DELETE'])

/** Whether a route writes something. */
export function isWrite({ method, config }: Pick<RouteOptions, 'method' | 'config'>): boolean {
  return [method].flat().some((name) => writes.has(name)) && !config?.reads
}

/** Has every write of this scope take `Idempotency-Key` and `dryRun`, with the refusals that come with them. */
export function declareWrites(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    if (!isWrite(route) || !route.schema || route.schema.hide) return
    const { headers, querystring, response, ...schema } = route.schema as Record<
      'headers' | 'querystring',
      Parameters
    > & { response?: object }
    route.schema = {
      ...schema,
      headers: { type: 'object', ...headers, properties: { ...headers?.properties, 'idempotency-key': key } },
      querystring: { ...querystring, properties: { dryRun, ...querystring?.properties } },
      response: { ...problems(409, 422), ...response },
    }
  })
}

type Parameters = { properties?: object } | undefined

const key = {
  type: 'string',
  minLength: 1,
  maxLength: 255,
  description:
    'A text of your own choice: when the same request comes again with it within 24 hours, it is not done again but answered as the first time.',
  examples: ['3f2c8b9e-order-17'],
}

const dryRun = {
  type: 'boolean',
  default: false,
  description: 'Does everything, answers as if it were done, and takes it back.',
}
