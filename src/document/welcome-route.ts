import { readFileSync } from 'node:fs'
import Type from 'typebox'
import { problems } from '../errors/documents.ts'
import type { App } from '../http/foundation.ts'
import { addSchemas } from '../http/shared-schemas.ts'
import { ref } from '../schema/build.ts'

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string
}

const Welcome = Type.Object(
  {
    name: Type.Literal('Kartoteka', { description: 'Name of the server.' }),
    version: Type.String({ description: 'Version of the server.', examples: ['0.1.0'] }),
    api: Type.String({ description: 'Prefix of all paths of the API.', examples: ['/v1'] }),
    docs: Type.String({ description: 'Reference for people.', examples: ['/docs'] }),
    openapi: Type.String({ description: 'API document for programs.', examples: ['/openapi.json'] }),
    errors: Type.String({ description: 'Explanation of all problem codes.', examples: ['/docs/errors'] }),
    health: Type.String({ description: 'Whether the server is ready.', examples: ['/health/ready'] }),
    authentication: Type.String({ description: 'How requests to the API are authenticated.' }),
  },
  { $id: 'Welcome', description: 'The name and version of the server, and the addresses to start from.' },
)

const welcome: Type.Static<typeof Welcome> = {
  name: 'Kartoteka',
  version,
  api: '/v1',
  docs: '/docs',
  openapi: '/openapi.json',
  errors: '/docs/errors',
  health: '/health/ready',
  authentication: 'Send your API key in the header: Authorization: Bearer <key>',
}

/** Adds `GET /`, which returns the addresses to start from. */
export function welcomeRoute(app: App): void {
  addSchemas(app, [Welcome])
  app.get(
    '/',
    {
      schema: {
        operationId: 'getWelcome',
        summary: 'Get the name and addresses of the server',
        description: 'Returns the name and version of the server and the addresses to start from. Needs no API key.',
        tags: ['Server'],
        security: [],
        response: { 200: ref(Welcome), ...problems(400) },
      },
    },
    () => welcome,
  )
  // Some callers try the prefix of the API first.
  app.get('/v1', { schema: { hide: true } }, () => welcome)
}
