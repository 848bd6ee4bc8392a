import type { App } from '../../http/foundation.ts'
import { addSchemas } from '../../http/shared-schemas.ts'
import { peopleSchemas } from '../schemas.ts'
import { departmentRoutes } from './department-routes.ts'
import { keyRoutes } from './key-routes.ts'
import { meRoutes } from './me-routes.ts'
import type { PeopleRoutes } from './requests.ts'
import { userRoutes } from './user-routes.ts'

/** Adds the routes of the caller, users, API keys and departments. */
export function peopleRoutes(app: App, options: PeopleRoutes): void {
  addSchemas(app, peopleSchemas)
  meRoutes(app)
  userRoutes(app, options)
  keyRoutes(app, options)
  departmentRoutes(app, options)
}
