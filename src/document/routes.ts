import Type from 'typebox'
import { problems } from '../errors/documents.ts'
import type { App } from '../http/foundation.ts'
import { sendJson } from '../http/send-json.ts'
import { addSchemas } from '../http/shared-schemas.ts'
import { describeOperations, ref } from '../schema/build.ts'
import type { ApiDocument } from './api-document.ts'
import { InstanceDocuments } from './instance-documents.ts'

const OpenApiDocument = Type.Object(
  {
    openapi: Type.String({ description: 'Version of OpenAPI.', examples: ['3.1.0'] }),
    info: Type.Object({}, { description: 'Title, version and description of the API.' }),
    servers: Type.Array(Type.Object({}), { description: 'URL of the server.' }),
    tags: Type.Array(Type.Object({}), { description: 'Groups of operations.' }),
    paths: Type.Record(Type.String(), Type.Object({}), { description: 'Operations by path.' }),
    components: Type.Object({}, { description: 'Named schemas and responses.' }),
  },
  { $id: 'OpenApiDocument', description: 'An API document (OpenAPI 3.1).' },
)

/** Adds the route of the API document of the instance. `base` returns the document of all instances. */
export function documentRoute(app: App, base: () => ApiDocument): void {
  addSchemas(app, [OpenApiDocument])
  const documents = new InstanceDocuments(base)
  app.get(
    '/openapi.json',
    {
      schema: {
        ...describeOperations('Server')(
          'getOpenApiDocument',
          'Read the API document of this instance',
          "Returns the API document as it applies to the caller: user fields (custom fields) have their types, options and labels in the caller's language. Types and fields that the caller may not see are left out. The ETag changes when the model or the caller's view of it changes. `/openapi.json` is the document of all instances, without user fields.",
        ),
        response: { 200: ref(OpenApiDocument), ...problems(400, 401, 403, 503) },
      },
    },
    async (request, reply) => sendJson(reply, await documents.of(request.access)),
  )
}
