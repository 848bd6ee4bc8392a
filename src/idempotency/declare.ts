import type {} from '@fastify/swagger'
import type { FastifyInstance, RouteOptions } from 'fastify'
import { problems } from '../errors/documents.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route is read-only, although its method is POST. */
    reads?: boolean
  }
}

const writes = new Set(['POST', 'PATCH', 'PUT', 'DELETE'])

/** Returns whether a route writes data. */
export function isWrite({ method, config }: Pick<RouteOptions, 'method' | 'config'>): boolean {
  return [method].flat().some((name) => writes.has(name)) && !config?.reads
}

/** Adds `Idempotency-Key`, `dryRun` and their problems to the schema of every write in this scope. */
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

// No example: the reference page would send it with every request.
const key = {
  type: 'string',
  minLength: 1,
  maxLength: 255,
  description:
    'Unique text that you choose, such as `3f2c8b9e-order-17`. If you repeat the request with the same key within 24 hours, it is not performed again and returns the first response.',
}

const dryRun = {
  type: 'boolean',
  default: false,
  description: 'Performs the request, returns its response, and rolls back all changes.',
}
