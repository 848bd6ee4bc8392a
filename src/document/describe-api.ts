import swagger from '@fastify/swagger'
import { problems } from '../errors/documents.ts'
import type { App } from '../http/foundation.ts'
import { completed } from './complete.ts'
import { tags } from './tags.ts'

const description = `HTTP/JSON API for contacts, companies, leads, deals, quotes, invoices and user fields (custom fields).

All resources follow the same conventions. Lists are paginated with cursors. In a body, an absent field keeps its value;
null or an empty string clears it. Ids are numbers; the text of one, such as "3", is read as the number. Unknown names are
rejected with the closest known name as a hint. Every response with a status of 400 or more is a problem document (RFC 9457).
[/docs/errors](/docs/errors) lists all its codes.

Responses to requests with an API key have two rate limit headers. RateLimit-Policy gives the number of requests per window.
RateLimit gives the remaining requests and the seconds until the window ends. Requests over the limit return 429 with
Retry-After.`

/** Adds all routes registered after this call to the API document. */
export async function describeApi(app: App): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Kartoteka', version: '1', description, license: { name: 'MIT', identifier: 'MIT' } },
      servers: [{ url: '/', description: 'This server.' }],
      tags: [...tags],
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
}

type RouteSchema = NonNullable<
  Parameters<NonNullable<import('@fastify/swagger').FastifyDynamicSwaggerOptions['transform']>>[0]['schema']
>

/**
 * Adds the response to an unexpected error. Removes name patterns, such as those of filters, because OpenAPI parameters
 * do not support them.
 */
function documented(schema: RouteSchema): RouteSchema {
  if (!schema || schema.hide) return schema
  const response = { ...(schema.response as object), ...problems(500) }
  const query = schema.querystring as { patternProperties?: object } | undefined
  if (!query?.patternProperties) return { ...schema, response }
  const { patternProperties: _, ...rest } = query
  return { ...schema, querystring: rest, response }
}
