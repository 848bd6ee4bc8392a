import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import { problems } from '../errors/documents.ts'
import type { App } from '../http/foundation.ts'
import type { Enter } from '../rights/authenticate.ts'
import { saying } from '../schema/build.ts'
import type { Metrics } from './metrics.ts'

/** What the route of the figures stands on. */
export interface MetricsRoute {
  metrics: Metrics
  enter: Enter
  /** With this key one may read the figures and do nothing else. */
  metricsKey?: string | undefined
}

/**
 * The figures of this server. They are for administrators, and for a scraper with the key that is made for it: that one
 * is needed while the database, which knows all other keys, is away, and harms nobody where it lies.
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
        ...saying('Server')(
          'getMetrics',
          'Read the figures',
          'The figures of this server for Prometheus. It takes a key of an administrator, or `METRICS_KEY`.',
        ),
        response: {
          200: {
            description: 'The figures.',
            content: { 'text/plain': { schema: Type.String({ description: 'Text format of Prometheus, 0.0.4.' }) } },
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
