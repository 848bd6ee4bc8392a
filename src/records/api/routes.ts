import type { SystemType } from '../../entities/types.ts'
import type { App } from '../../http/foundation.ts'
import { historyRoutes } from './history-routes.ts'
import { routeTexts } from './operation-docs.ts'
import { readingRoutes } from './reading-routes.ts'
import type { RecordRoutes, TypeRoutes } from './route-context.ts'
import { recordSchemas } from './schemas.ts'
import { writingRoutes } from './writing-routes.ts'

/** Adds the routes of one record type. Every type has the same routes. */
export function recordRoutes(app: App, type: SystemType, options: RecordRoutes): void {
  const schemas = recordSchemas(type)
  const routes: TypeRoutes = {
    ...options,
    type,
    path: `/${type.plural}`,
    schemas,
    texts: routeTexts(type),
  }
  void app.register(async (scope: App) => {
    // Postgres writes the JSON. Compiling a serializer for each response would slow the start by seconds.
    scope.setSerializerCompiler(() => JSON.stringify)
    readingRoutes(scope, routes)
    writingRoutes(scope, routes)
    historyRoutes(scope, routes)
  })
}
