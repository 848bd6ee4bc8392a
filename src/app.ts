import { join } from 'node:path'
import { sql } from 'kysely'
import type { Database } from './database/connect.ts'
import { CatalogueCache } from './entities/catalogue.ts'
import { type SystemType, systemTypes } from './entities/types.ts'
import { localFiles } from './files/store.ts'
import { describeApi } from './http/document.ts'
import { type App, createApp, type FoundationOptions } from './http/foundation.ts'
import { healthRoutes } from './http/health.ts'
import { Label } from './http/labels.ts'
import { JobQueue } from './jobs/queue.ts'
import { jobRoutes } from './jobs/routes.ts'
import { jobSchemas } from './jobs/schemas.ts'
import { peopleRoutes } from './people/routes.ts'
import { pipelineRoutes } from './pipelines/routes.ts'
import { pipelineSchemas } from './pipelines/schemas.ts'
import { batchRoute, batchSchemas } from './records/batch-routes.ts'
import { historySchemas } from './records/history-routes.ts'
import { recordRoutes } from './records/routes.ts'
import { recordSchemas, UserFields } from './records/schemas.ts'
import { searchRoute, searchSchemas } from './records/search-routes.ts'
import { AccessMaker, type LimitsOf } from './rights/access.ts'
import { authenticate } from './rights/authenticate.ts'
import { settingsRoutes } from './settings/routes.ts'
import { settingsSchemas } from './settings/schemas.ts'
import { exportRoutes } from './transfer/export-routes.ts'
import { importRoutes, importSchemas } from './transfer/import-routes.ts'
import { fieldSchemas } from './types/field-requests.ts'
import { fieldRoutes } from './types/field-routes.ts'
import { typeRoutes, typeSchemas } from './types/routes.ts'
import { peopleSchemas } from './users/schemas.ts'

/** What the server is built of. */
export interface AppOptions extends FoundationOptions {
  db: Database
  /** Signs cursors; see instanceSecret. */
  secret: string
  /** Folder in which files are kept. */
  dataDir: string
  /** The largest uploaded file, in bytes. */
  uploadLimit: number
  /** Milliseconds that counting the records of a list may take. */
  countTime?: number
  /** The types of records; those that every instance has unless a test brings others. */
  types?: readonly SystemType[]
  /** What limits the callers' grants; tests try others than the roles. */
  limitsOf?: LimitsOf
}

/** The whole server. */
export async function buildApp(given: AppOptions): Promise<App> {
  const { db, secret, countTime = 2000, types = systemTypes, limitsOf, ...options } = given
  const app = await createApp(options)
  const catalogues = new CatalogueCache(db, types)
  const access = new AccessMaker(catalogues, limitsOf)
  const files = localFiles(join(options.dataDir, 'files'))
  const queue = new JobQueue(db)
  app.addHook('onClose', () => queue.stop())
  await describeApi(app)
  healthRoutes(app, () => sql`select 1`.execute(db))
  for (const schema of [UserFields, ...fieldSchemas, ...historySchemas, ...jobSchemas, ...importSchemas])
    app.addSchema(schema)
  for (const schema of [
    ...batchSchemas,
    ...searchSchemas,
    Label,
    ...peopleSchemas,
    ...settingsSchemas,
    ...typeSchemas,
    ...pipelineSchemas,
  ])
    app.addSchema(schema)
  for (const schema of types.flatMap((type) => Object.values(recordSchemas(type)))) app.addSchema(schema)
  await app.register(
    async (api: App) => {
      authenticate(api, { db, access })
      peopleRoutes(api, { db, secret })
      settingsRoutes(api, { db })
      typeRoutes(api)
      pipelineRoutes(api)
      fieldRoutes(api, { db, access, queue })
      const routes = { db, access, secret, countTime }
      for (const type of types) recordRoutes(api, type, routes)
      batchRoute(api, routes)
      searchRoute(api, types, routes)
      exportRoutes(api, types, routes)
      jobRoutes(api, { db, secret })
      await api.register((scope: App) =>
        importRoutes(scope, { db, files, queue, types, uploadLimit: options.uploadLimit }),
      )
    },
    { prefix: '/v1' },
  )
  return app
}

/** The secret of this instance, which all its servers share. */
export async function instanceSecret(db: Database): Promise<string> {
  const { secret } = await db.selectFrom('instance').select('secret').executeTakeFirstOrThrow()
  return secret
}
