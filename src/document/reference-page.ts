import swaggerUi from '@fastify/swagger-ui'
import type { App } from '../http/foundation.ts'
import { readQuickly } from './page-plugin.ts'

/** Serves `/docs`, a page that shows the document and sends requests. */
export async function referencePage(app: App): Promise<void> {
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    theme: { title: 'Kartoteka API' },
    uiConfig: {
      // Without the bar of Swagger UI at the top.
      layout: 'BaseLayout',
      deepLinking: true,
      // Nearly four hundred operations and schemas: each is rendered when a reader opens it.
      docExpansion: 'none',
      defaultModelsExpandDepth: -1,
      filter: true,
      persistAuthorization: false,
      // Swagger UI also takes a function that returns plugins. Its types do not say so.
      plugins: [readQuickly as () => object],
    },
  })
}
