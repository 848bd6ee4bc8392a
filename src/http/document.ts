import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { App } from './foundation.ts'

const description = `One HTTP/JSON API for contacts, companies, leads, deals and what a company adds to them.

Every resource follows the same conventions: lists are pages read by cursor, absent keys of a body stay and null clears,
unknown names are refused with the nearest known one, and every status from 400 on is a problem document (RFC 9457)
whose code stands in the closed list of [/docs/errors](/docs/errors).`

const tags = [
  { name: 'Contacts', description: 'People.' },
  { name: 'Companies', description: 'Organisations.' },
  { name: 'Leads', description: 'Interest that is not a deal yet.' },
  { name: 'Deals', description: 'Sales on their way through a pipeline.' },
  { name: 'Records', description: 'Records of several types at once.' },
  { name: 'Recycle bin', description: 'Deleted records, for as long as they can be restored.' },
  { name: 'Types and fields', description: 'What records are made of.' },
  { name: 'Lookups', description: 'The lists that records choose from.' },
  { name: 'Jobs', description: 'Work that is done after the answer.' },
  { name: 'People', description: 'Users and their keys.' },
  { name: 'Server', description: 'Health of the server.' },
]

/** Collects the routes registered from now on into the API document, and serves it with its reference page. */
export async function describeApi(app: App): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Kartoteka', version: '1', description, license: { name: 'MIT', identifier: 'MIT' } },
      servers: [{ url: '/', description: 'This server.' }],
      tags,
      components: {
        securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'An API key.' } },
      },
    },
    refResolver: {
      buildLocalReference: (json, _base, _fragment, index) =>
        typeof json.$id === 'string' ? json.$id : `def-${index}`,
    },
    transform: ({ schema, url }) => ({ schema: documented(schema), url }),
    transformObject: (document) =>
      'openapiObject' in document ? withParameters(document.openapiObject) : document.swaggerObject,
  })
  await app.register(swaggerUi, { routePrefix: '/docs', uiConfig: { persistAuthorization: false, deepLinking: true } })
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger())
}

type RouteSchema = NonNullable<
  Parameters<NonNullable<import('@fastify/swagger').FastifyDynamicSwaggerOptions['transform']>>[0]['schema']
>

/** Patterns of names, such as those of conditions, have no place among OpenAPI's parameters. */
function documented(schema: RouteSchema): RouteSchema {
  const query = schema?.querystring as { patternProperties?: object } | undefined
  if (!query?.patternProperties) return schema
  const { patternProperties: _, ...rest } = query
  return { ...schema, querystring: rest }
}

interface Operation {
  parameters?: { name?: string; in?: string; required?: boolean; schema?: { default?: unknown } }[]
  operationId?: string
  'x-filter'?: object
}

/** A parameter with a default need not be given; lists take conditions. */
function withParameters<T extends { paths?: object }>(document: T): T {
  for (const path of Object.values(document.paths ?? {}) as Record<string, Operation>[]) {
    for (const operation of Object.values(path)) {
      for (const parameter of operation.parameters ?? []) {
        if (parameter.in === 'query' && parameter.schema?.default !== undefined) delete parameter.required
      }
      const { 'x-filter': filter, ...rest } = operation
      if (!filter) continue
      delete operation['x-filter']
      operation.parameters = [filter, ...(rest.parameters ?? [])]
    }
  }
  return document
}
