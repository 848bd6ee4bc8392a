import type { FastifyRequest } from 'fastify'
import type { App } from '../../http/foundation.ts'
import { addSchemas } from '../../http/shared-schemas.ts'
import type { JobQueue } from '../../jobs/queue.ts'
import type { RecordResource } from '../../records/api/record-resource.ts'
import type { RecordRoutes } from '../../records/api/route-context.ts'
import { requireDuplicates } from '../find-matches.ts'
import { checkRoutes } from './check-routes.ts'
import { decisionRoutes, groupMergeRoute, groupRoutes } from './group-routes.ts'
import { groupSchemas } from './group-schemas.ts'
import { matchSchemas } from './match-schemas.ts'
import { scanRoute } from './scan-routes.ts'
import { settingsRoutes } from './settings-routes.ts'
import { DuplicateSettingsDocument, DuplicateSettingsInput } from './settings-schemas.ts'

/** The dependencies of the routes of duplicates. */
export interface DuplicateRoutes extends RecordRoutes {
  queue: JobQueue
}

/** Adds the routes of duplicates for each resource. */
export function duplicateRoutes(app: App, resources: readonly RecordResource[], options: DuplicateRoutes): void {
  addSchemas(app, [...matchSchemas, ...groupSchemas, DuplicateSettingsDocument, DuplicateSettingsInput])
  for (const resource of resources) {
    const { traits } = resource.type
    if (!traits.has('duplicates')) {
      unsupportedRoutes(app, resource)
      continue
    }
    checkRoutes(app, resource, options.db)
    settingsRoutes(app, resource, options)
    scanRoute(app, resource, options)
    groupRoutes(app, resource, options)
    decisionRoutes(app, resource, options)
    groupMergeRoute(app, resource, options)
  }
}

/** Answers `duplicates_not_supported` at the paths that other types have. */
function unsupportedRoutes(app: App, { path, codeOf }: RecordResource): void {
  const handler = async (request: FastifyRequest) => requireDuplicates(request.access.grant(codeOf(request)))
  const hidden = { hide: true, querystring: {} }
  for (const url of [`${path}/duplicates/*`, `${path}/:id/duplicates`]) {
    app.route({ method: 'GET', url, schema: hidden, handler })
    app.route({ method: ['POST', 'PUT'], url, schema: { ...hidden, body: {} }, handler })
  }
}
