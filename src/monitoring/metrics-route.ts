import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import { problems } from '../errors/documents.ts'
import type { App } from '../http/foundation.ts'
import type { AuthenticationHook } from '../rights/authenticate.ts'
import { describeOperations } from '../schema/build.ts'
import type { Metrics } from './metrics.ts'

/** Options of the metrics route. */
export interface MetricsRoute {
  metrics: Metrics
  enter: AuthenticationHook
  /** Key that gives access to the metrics only. */
  metricsKey?: string | undefined
}

/**
 * Adds the route that returns the metrics of this server. Administrators and the metrics key have access. The metrics
 * key works while the database, which knows all other keys, is unavailable, and does no harm if it leaks.
 */
export function metricsRoute(app: App, { metrics, enter, metricsKey }: MetricsRoute): void {
  app.get(
    '/metrics',
    {
      logLevel: 'warn',
      config: { isVital: true, untagged: true },
      onRequest: async (request, reply) => {
        if (metricsKey !== undefined && isKey(request, metricsKey)) return
        await enter(request, reply)
        request.access.requireAdmin()
      },
      schema: {
        ...describeOperations('Server')(
          'getMetrics',
          'Read the metrics',
          'Returns the metrics of this server in the Prometheus format. Requires the key of an administrator or `METRICS_KEY`.',
        ),
        response: {
          200: {
            description: 'The metrics.',
            content: {
              'text/plain': { schema: Type.String({ description: 'Prometheus text format, version 0.0.4.' }) },
            },
          },
          ...problems(400, 401, 403, 429, 503),
        },
      },
    },
    async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()),
  )
}

function isKey({ headers }: FastifyRequest, key: string): boolean {
  const [given, expected] = [headers.authorization ?? '', `Bearer ${key}`].map((text) =>
    createHash('sha256').update(text).digest(),
  )
  return timingSafeEqual(given!, expected!)
}
