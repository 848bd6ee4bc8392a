import type { Database } from '../../database/connect.ts'
import type { SystemType } from '../../entities/types.ts'
import type { AccessMaker } from '../../rights/access.ts'
import type { Listing } from '../list/find-records.ts'
import type { routeTexts } from './operation-docs.ts'
import type { recordSchemas } from './schemas.ts'

/** What routes about records stand on. */
export interface RecordRoutes extends Listing {
  db: Database
  access: AccessMaker
}

/** One type's routes as its parts see them. */
export interface TypeRoutes extends RecordRoutes {
  type: SystemType
  path: string
  schemas: ReturnType<typeof recordSchemas>
  texts: ReturnType<typeof routeTexts>
}
