import { Type } from 'typebox'
import { problems } from '../../src/errors/documents.ts'
import { Problem } from '../../src/errors/problem.ts'
import { type App, createApp, type FoundationOptions } from '../../src/http/foundation.ts'
import { listOf } from '../../src/http/lists.ts'
import { openLog } from '../../src/http/log.ts'
import { enumOf, nullable, ref } from '../../src/schema/build.ts'

const Pet = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 20 }),
    kind: Type.Optional(enumOf(['cat', 'dog', 'parrot'])),
    birthday: Type.Optional(nullable(Type.String({ format: 'date' }))),
    weight: Type.Optional(Type.String({ format: 'decimal' })),
    legs: Type.Optional(nullable(Type.Integer({ minimum: 0, maximum: 8 }))),
    toys: Type.Optional(Type.Array(Type.String(), { maxItems: 2, uniqueItems: true })),
    phones: Type.Optional(
      Type.Union([
        Type.Array(Type.Object({ value: Type.String() }, { additionalProperties: false })),
        Type.Object({ add: Type.Array(Type.String()) }, { additionalProperties: false }),
      ]),
    ),
    mother: Type.Optional(nullable(Type.Object({ name: Type.String() }, { additionalProperties: false }))),
  },
  { $id: 'Pet', additionalProperties: false },
)

const query = Type.Object(
  {
    limit: Type.Integer({ minimum: 1, maximum: 500, default: 50 }),
    big: Type.Optional(Type.Integer()),
    ids: Type.Optional(Type.Array(Type.Integer())),
    old: Type.Optional(Type.Boolean()),
    order: Type.Optional(enumOf(['name', 'birthday'])),
  },
  { additionalProperties: false },
)

const byId = Type.Object({ id: Type.Integer({ minimum: 1 }) })

/** The HTTP foundation with a few routes that exist only for these tests. */
export async function exampleApp(
  options: Partial<FoundationOptions> = {},
  addRoutes: (app: App) => void = () => {},
): Promise<App> {
  const app = await createApp({
    log: openLog('silent'),
    trustProxy: false,
    bodyLimit: 10_000,
    corsOrigins: [],
    ...options,
  })
  app.addSchema(Pet)
  app.addSchema(listOf(Pet, 'Pets'))
  app.post('/pets', { schema: { body: ref(Pet), response: { 200: ref(Pet), ...problems(422) } } }, async (request) => {
    return request.body
  })
  app.get('/pets', { schema: { querystring: query } }, async (request) => request.query)
  app.get('/pets/:id', { schema: { params: byId, response: problems(404) } }, async (request) => {
    throw new Problem('record_not_found', { type: 'pet', id: request.params.id })
  })
  app.delete('/pets/:id', { schema: { params: byId } }, async (_request, reply) => reply.code(204).send())
  app.post('/pets/:id/feed', async (request) => ({ body: request.body ?? null }))
  addRoutes(app)
  await app.ready()
  return app
}
