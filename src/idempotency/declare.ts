import type {} from '@fastify/swagger'
import type { FastifyInstance, RouteOptions } from 'fastify'
import { problems } from '../http/schema.ts'

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

/** Has every write of this scope document the header, and the refusals that come with it. */
export function declareIdempotency(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    if (!isWrite(route) || !route.schema || route.schema.hide) return
    const { headers, response, ...schema } = route.schema as { headers?: { properties?: object }; response?: object }
    route.schema = {
      ...schema,
      headers: {
        type: 'object',
        ...headers,
        properties: { ...headers?.properties, 'idempotency-key': parameter },
      },
      response: { ...problems(409, 422), ...response },
    }
  })
}

const parameter = {
  type: 'string',
  minLength: 1,
  maxLength: 255,
  description:
    'A text of your own choice: when the same request comes again with it within 24 hours, it is not done again but answered as the first time.',
  examples: ['3f2c8b9e-order-17'],
}
