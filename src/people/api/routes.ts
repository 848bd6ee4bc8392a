import type { App } from '../../http/foundation.ts'
import { addSchemas } from '../../http/shared-schemas.ts'
import { organisationSchemas } from '../organisation-schemas.ts'
import { peopleSchemas } from '../schemas.ts'
import { departmentRoutes } from './department-routes.ts'
import { groupRoutes } from './group-routes.ts'
import { keyRoutes } from './key-routes.ts'
import { listSchemas } from './lists.ts'
import { meRoutes } from './me-routes.ts'
import type { PeopleRoutes } from './requests.ts'
import { userRoutes } from './user-routes.ts'

/** Adds the routes of the caller, users, API keys, departments and groups. */
export function peopleRoutes(app: App, options: PeopleRoutes): void {
  addSchemas(app, [...peopleSchemas, ...organisationSchemas, ...listSchemas])
  meRoutes(app, options)
  userRoutes(app, options)
  keyRoutes(app, options)
  departmentRoutes(app, options)
  groupRoutes(app, options)
}
