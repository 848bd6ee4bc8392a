import swaggerUi from '@fastify/swagger-ui'
import type { App } from '../http/foundation.ts'

/** Serves `/docs`, a page that shows the document and sends requests. */
export async function referencePage(app: App): Promise<void> {
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    theme: { title: 'Kartoteka API' },
    uiConfig: {
      deepLinking: true,
      // Nearly four hundred operations and schemas: each is rendered when a reader opens it.
      docExpansion: 'none',
      defaultModelsExpandDepth: -1,
      filter: true,
      persistAuthorization: false,
    },
  })
}
