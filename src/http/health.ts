import Type from 'typebox'
import { problems } from '../errors/documents.ts'
import { Problem } from '../errors/problem.ts'
import type { App } from './foundation.ts'

const Health = Type.Object(
  { status: Type.Literal('ok', { description: 'The server works.' }) },
  {
    $id: 'Health',
    description: 'Health of the server.',
  },
)

const vital = { logLevel: 'warn', config: { isVital: true } } as const

/** Registers the liveness and readiness checks. */
export function healthRoutes(app: App, askDatabase: () => Promise<unknown>): void {
  app.addSchema(Health)
  const schema = (operationId: string, summary: string, description: string, statuses: number[]) => ({
    operationId,
    summary,
    description,
    tags: ['Server'],
    security: [],
    response: { 200: Type.Ref('Health'), ...problems(...statuses) },
  })

  app.get(
    '/health/live',
    { ...vital, schema: schema('isAlive', 'Check liveness', 'Returns 200 while the process runs.', [400]) },
    () => ({ status: 'ok' }),
  )

  app.get(
    '/health/ready',
    {
      ...vital,
      schema: schema('isReady', 'Check readiness', 'Returns 503 while the database is unavailable.', [400, 503]),
    },
    async () => {
      await askDatabase().catch(() => {
        throw new Problem('database_unavailable', {}, { headers: { 'retry-after': '2' } })
      })
      return { status: 'ok' }
    },
  )
}
