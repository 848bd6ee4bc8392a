import type { App } from '../../http/foundation.ts'
import { addSchemas } from '../../http/shared-schemas.ts'
import { RemovalEffect } from '../../records/removal/schemas.ts'
import { stageHistorySchemas } from '../schemas.ts'
import { pipelineWritingRoutes } from './pipeline-routes.ts'
import { readingRoutes } from './reading-routes.ts'
import type { PipelineRoutes } from './route-context.ts'
import { pipelineSchemas } from './schemas.ts'
import { stageWritingRoutes } from './stage-routes.ts'

/** Adds the routes of the pipelines of record types and of their stages. */
export function pipelineRoutes(app: App, options: PipelineRoutes): void {
  const path = '/types/:code/pipelines'
  addSchemas(app, [...pipelineSchemas, ...stageHistorySchemas, RemovalEffect])
  readingRoutes(app, path)
  pipelineWritingRoutes(app, path, options)
  stageWritingRoutes(app, `${path}/:id/stages`, options)
}
