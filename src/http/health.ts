import Type from 'typebox'
import { problems } from '../errors/documents.ts'
import { Problem } from '../errors/problem.ts'
import type { App } from './foundation.ts'

const Health = Type.Object(
  { status: Type.Literal('ok', { description: 'The server is well.' }) },
  {
    $id: 'Health',
    description: 'Health of the server.',
  },
)

const vital = { logLevel: 'warn', config: { isVital: true } } as const

/** Whether the process lives, and whether it can do its work. */
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
    { ...vital, schema: schema('isAlive', 'Is it alive?', 'Answers while the process runs.', [400]) },
    () => ({ status: 'ok' }),
  )

  app.get(
    '/health/ready',
    {
      ...vital,
      schema: schema('isReady', 'Is it ready?', 'Answers 503 while the database is away.', [400, 503]),
    },
    async () => {
      await askDatabase().catch(() => {
        throw new Problem('database_unavailable', {}, { headers: { 'retry-after': '2' } })
      })
      return { status: 'ok' }
    },
  )
}
