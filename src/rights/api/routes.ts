import type { App } from '../../http/foundation.ts'
import { addSchemas } from '../../http/shared-schemas.ts'
import type { ListRoutes } from '../../lists/send-items.ts'
import { memberSchemas } from '../../people/members.ts'
import type { AccessMaker } from '../access.ts'
import { accessRoutes } from './access-routes.ts'
import { explainSchemas } from './explain-schemas.ts'
import { readingRoutes } from './reading-routes.ts'
import { roleRequestSchemas } from './request-schemas.ts'
import { roleSchemas } from './schemas.ts'
import { writingRoutes } from './writing-routes.ts'

/** Adds the routes of roles, and the route that explains what a user may do. */
export function roleRoutes(app: App, options: ListRoutes & { access: AccessMaker }): void {
  addSchemas(app, [...memberSchemas, ...roleSchemas, ...roleRequestSchemas, ...explainSchemas])
  readingRoutes(app, options)
  writingRoutes(app, options)
  accessRoutes(app, options)
}
