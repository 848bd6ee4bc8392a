import { STATUS_CODES } from 'node:http'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import { internalWords } from '../schema/build.ts'
import type { App } from './foundation.ts'

const description = `HTTP/JSON API for contacts, companies, leads, deals, quotes, invoices and user fields (custom fields).

All resources follow the same conventions. Lists are paginated with cursors. In a body, an absent field keeps its value;
null or an empty string clears it. Unknown names are rejected with the closest known name as a hint. Every response with a
status of 400 or more is a problem document (RFC 9457). [/docs/errors](/docs/errors) lists all its codes.

Responses to requests with an API key have two rate limit headers. RateLimit-Policy gives the number of requests per window.
RateLimit gives the remaining requests and the seconds until the window ends. Requests over the limit return 429 with
Retry-After.`

const tags = [
  { name: 'Contacts', description: 'People.' },
  { name: 'Companies', description: 'Organisations.' },
  { name: 'Leads', description: 'Potential clients without a deal yet.' },
  { name: 'Deals', description: 'Sales that move through the stages of a pipeline.' },
  { name: 'Quotes', description: 'Offers to clients.' },
  { name: 'Invoices', description: 'Bills to clients.' },
  { name: 'Items', description: 'Records of smart processes, the types that a company adds.' },
  { name: 'Records', description: 'Operations across record types.' },
  { name: 'Analytics', description: 'Reports, calculations about records, and sales plans.' },
  { name: 'Recycle bin', description: 'Deleted records that can be restored.' },
  { name: 'Types and fields', description: 'Record types and their fields.' },
  { name: 'Cards', description: 'Which fields a form shows, in which sections.' },
  { name: 'Pipelines', description: 'Pipelines of record types and their stages.' },
  { name: 'Lookups', description: 'Lists of values for fields of records.' },
  { name: 'Files', description: 'Files that records refer to.' },
  { name: 'Jobs', description: 'Work that continues after the response.' },
  { name: 'People', description: 'Users and their API keys.' },
  { name: 'Server', description: 'Health, metrics and limits of the server.' },
]

/** Adds all routes registered after this call to the API document. Serves the document and its reference page. */
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

/** Removes name patterns, such as those of filters, because OpenAPI parameters do not support them. */
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

type DescribedSchema = { description?: string } & { [word in (typeof internalWords)[number]]?: object }

/** Completes the document with what the schemas of routes cannot express. */
function completed<T extends Described>(document: T): T {
  const schemas: Record<string, DescribedSchema> = document.components?.schemas ?? {}
  for (const schema of Object.values(schemas)) for (const word of internalWords) delete schema[word]
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

/** Makes query parameters with a default optional, and replaces parameters with those in `x-parameters`. */
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

/** Describes successes by their schemas. Moves problems, which are the same everywhere, to shared responses. */
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
