import { valueSchemas } from '../../fields/kinds/kinds.ts'
import { filterSchemas } from '../../filters/schemas.ts'
import type { App } from '../../http/foundation.ts'
import { addSchemas } from '../../http/shared-schemas.ts'
import { accessRoute } from './access-routes.ts'
import { batchRoute } from './batch-routes.ts'
import { batchSchemas } from './batch-schemas.ts'
import { historyRoutes } from './history-routes.ts'
import { historySchemas } from './history-schemas.ts'
import { listBodySchemas } from './list-bodies.ts'
import { nameSchemas } from './name-schemas.ts'
import { operationDocs } from './operation-docs.ts'
import { readingRoutes } from './reading-routes.ts'
import type { RecordResource } from './record-resource.ts'
import { requestSchemas } from './requests.ts'
import type { RecordRoutes, ResourceRoutes } from './route-context.ts'
import { recordSchemas, sharedRecordSchemas } from './schemas.ts'
import { searchRoute } from './search-routes.ts'
import { writingRoutes } from './writing-routes.ts'

/** Adds the routes of records: those of each resource, batches over several types and the search of all types. */
export function recordRoutes(app: App, resources: readonly RecordResource[], options: RecordRoutes): void {
  const types = resources.map(({ type }) => type)
  addSchemas(app, [...valueSchemas, ...sharedRecordSchemas, ...filterSchemas, ...requestSchemas, ...historySchemas])
  addSchemas(app, [...batchSchemas(types), ...nameSchemas(types)])
  for (const resource of resources) resourceRoutes(app, resource, options)
  batchRoute(app, options)
  searchRoute(app, options)
}

/** Adds the routes of one resource. Every resource has the same routes. */
function resourceRoutes(app: App, resource: RecordResource, options: RecordRoutes): void {
  const { type } = resource
  const schemas = recordSchemas(type)
  addSchemas(app, [...Object.values(schemas), ...listBodySchemas(type)])
  const routes: ResourceRoutes = { ...options, ...resource, schemas, texts: operationDocs(type) }
  void app.register(async (scope: App) => {
    // The selections write the JSON. Compiling a serializer for each response would slow the start by seconds.
    scope.setSerializerCompiler(() => JSON.stringify)
    readingRoutes(scope, routes)
    writingRoutes(scope, routes)
    historyRoutes(scope, routes)
    accessRoute(scope, routes)
  })
}
