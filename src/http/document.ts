import { STATUS_CODES } from 'node:http'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { App } from './foundation.ts'

const description = `One HTTP/JSON API for contacts, companies, leads, deals, quotes, invoices and what a company adds to them.

Every resource follows the same conventions: lists are pages read by cursor, absent keys of a body stay, null and an empty text clear,
unknown names are refused with the nearest known one, and every status from 400 on is a problem document (RFC 9457)
whose code stands in the closed list of [/docs/errors](/docs/errors).

Every answer to a request with a key says in RateLimit-Policy how many requests the key may make in a window, and in
RateLimit how many are left and when the window ends; beyond that 429 tells in Retry-After when to come again.`

const tags = [
  { name: 'Contacts', description: 'People.' },
  { name: 'Companies', description: 'Organisations.' },
  { name: 'Leads', description: 'Interest that is not a deal yet.' },
  { name: 'Deals', description: 'Sales on their way through a pipeline.' },
  { name: 'Quotes', description: 'What a client is offered, at which terms.' },
  { name: 'Invoices', description: 'What a client has to pay.' },
  { name: 'Records', description: 'Records of several types at once.' },
  { name: 'Recycle bin', description: 'Deleted records, for as long as they can be restored.' },
  { name: 'Types and fields', description: 'What records are made of.' },
  { name: 'Lookups', description: 'The lists that records choose from.' },
  { name: 'Files', description: 'Documents and pictures that records name.' },
  { name: 'Jobs', description: 'Work that is done after the answer.' },
  { name: 'People', description: 'Users and their keys.' },
  { name: 'Server', description: 'Health, figures and limits of the server.' },
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
      'openapiObject' in document ? completed(document.openapiObject) : document.swaggerObject,
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

interface Answer {
  description?: string
  content?: Record<string, { schema?: { $ref?: string } }>
  $ref?: string
}

interface Operation {
  parameters?: { name?: string; in?: string; required?: boolean; schema?: { default?: unknown } }[]
  responses?: Record<string, Answer>
  'x-parameters'?: { name: string }[]
}

interface Described {
  paths?: object
  components?: { schemas?: Record<string, object>; responses?: Record<string, object> }
}

/** What the routes' schemas cannot say for themselves. */
function completed<T extends Described>(document: T): T {
  const schemas: Record<string, { description?: string }> = document.components?.schemas ?? {}
  for (const schema of Object.values(schemas)) delete (schema as { 'x-checked-as'?: object })['x-checked-as']
  const problems = new Map<string, Answer>()
  for (const path of Object.values(document.paths ?? {}) as Record<string, Operation>[]) {
    for (const operation of Object.values(path)) {
      nameParameters(operation)
      nameAnswers(operation.responses ?? {}, schemas, problems)
    }
  }
  document.components = { ...document.components, responses: Object.fromEntries(problems) }
  return document
}

/** A parameter with a default need not be given; some are shown otherwise than the server checks them. */
function nameParameters(operation: Operation): void {
  for (const parameter of operation.parameters ?? []) {
    if (parameter.in === 'query' && parameter.schema?.default !== undefined) delete parameter.required
  }
  const { 'x-parameters': shown = [], parameters = [] } = operation
  delete operation['x-parameters']
  if (!shown.length) return
  const names = new Set(shown.map(({ name }) => name))
  operation.parameters = [...shown, ...parameters.filter(({ name = '' }) => !names.has(name))]
}

/** Successes are described by their schemas; problems are the same everywhere, so they stand once, by their status. */
function nameAnswers(
  answers: Record<string, Answer>,
  schemas: Record<string, { description?: string }>,
  problems: Map<string, Answer>,
): void {
  for (const [status, answer] of Object.entries(answers)) {
    const [content] = Object.values(answer.content ?? {})
    const name = content?.schema?.$ref?.split('/').at(-1) ?? ''
    if (!name.endsWith('Problem')) {
      answer.description = schemas[name]?.description ?? answer.description ?? ''
      continue
    }
    const title = (STATUS_CODES[status] ?? status).replaceAll(/\W/g, '')
    const known = problems.get(title) ?? answer
    problems.set(title, known)
    if (JSON.stringify(known) === JSON.stringify(answer)) {
      answers[status] = { $ref: `#/components/responses/${title}` }
    }
  }
}
