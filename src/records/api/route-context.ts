import type { Database } from '../../database/connect.ts'
import type { AccessMaker } from '../../rights/access.ts'
import type { ListConfig } from '../list/find-records.ts'
import type { OnCreatedOf } from '../write/write-context.ts'
import type { operationDocs } from './operation-docs.ts'
import type { RecordResource } from './record-resource.ts'
import type { recordSchemas } from './schemas.ts'

/** The dependencies of routes about records. */
export interface RecordRoutes extends ListConfig {
  db: Database
  access: AccessMaker
  /** Continues the creation of records. */
  onCreatedOf?: OnCreatedOf
}

/** The dependencies of the routes of one resource. */
export interface ResourceRoutes extends RecordRoutes, RecordResource {
  schemas: ReturnType<typeof recordSchemas>
  texts: ReturnType<typeof operationDocs>
}
