import type pg from 'pg'
import { reportRoutes } from './analytics/api/report-routes.ts'
import { analyticsRoutes } from './analytics/api/routes.ts'
import { savedAnalyticsRoutes } from './analytics/saved/routes.ts'
import { reportFiles } from './analytics/schedules/report-files.ts'
import { attachmentRoutes } from './attachments/routes.ts'
import { recordRefusals } from './audit/api/refusals.ts'
import { auditRoutes } from './audit/api/routes.ts'
import { boardRoutes } from './boards/routes.ts'
import { bulkRoutes } from './bulk/routes.ts'
import { cardUses } from './cards/card-uses.ts'
import { cardRoutes } from './cards/routes.ts'
import { copyRoutes } from './conversion/copy-routes.ts'
import { conversionMapRoutes } from './conversion/map-routes.ts'
import { conversionMapUses } from './conversion/map-uses.ts'
import { leadModeRoutes } from './conversion/mode-routes.ts'
import { conversionRoutes } from './conversion/routes.ts'
import { convertNewLeads } from './conversion/simple-mode.ts'
import { currencyRoutes } from './currencies/routes.ts'
import { type Database, ping } from './database/connect.ts'
import { dictionaryRoutes } from './dictionaries/routes.ts'
import type { ApiDocument } from './document/api-document.ts'
import { coreDocumentRoutes } from './document/core-documents.ts'
import { describeApi } from './document/describe-api.ts'
import { referencePage } from './document/reference-page.ts'
import { documentRoute } from './document/routes.ts'
import { welcomeRoute } from './document/welcome-route.ts'
import { duplicateRoutes } from './duplicates/api/routes.ts'
import { duplicateSettingUses } from './duplicates/settings.ts'
import { CatalogueCache } from './entities/catalogue.ts'
import { type SystemType, systemTypes } from './entities/types.ts'
import { exportFiles } from './exports/job-file.ts'
import { exportJobRoutes } from './exports/job-routes.ts'
import { exportRoutes } from './exports/routes.ts'
import { downloadRoute, jobFileRoutes } from './files/job-file-routes.ts'
import { openStore, type StoreOptions } from './files/open-store.ts'
import { fileRoutes } from './files/routes.ts'
import { Cursors } from './http/cursors.ts'
import { type App, createApp, type FoundationOptions } from './http/foundation.ts'
import { healthRoutes } from './http/health.ts'
import { declareWrites } from './idempotency/declare.ts'
import { mappingRoutes } from './imports/api/mapping-routes.ts'
import { importRoutes } from './imports/api/routes.ts'
import { errorFileRoute } from './imports/errors/error-file-route.ts'
import { mappingUses } from './imports/mappings/mapping-uses.ts'
import { jobRoutes } from './jobs/api/routes.ts'
import { watchEnds } from './jobs/job-ends.ts'
import { JobQueue } from './jobs/queue.ts'
import { SignedValues } from './json/signed-values.ts'
import { mergingRoutes } from './merging/api/routes.ts'
import { modelRoutes } from './model/routes.ts'
import { limitsRoute } from './monitoring/limits-route.ts'
import { Metrics } from './monitoring/metrics.ts'
import { metricsRoute } from './monitoring/metrics-route.ts'
import { refuseWritesOfReaders } from './people/api/reading-keys.ts'
import { peopleRoutes } from './people/api/routes.ts'
import { requiredFieldUses } from './pipelines/api/required-field-uses.ts'
import { pipelineRoutes } from './pipelines/api/routes.ts'
import { planRoutes } from './plans/routes.ts'
import { queryRoutes } from './queries/routes.ts'
import { readSurvivors } from './records/api/old-ids.ts'
import { recordResources } from './records/api/record-resource.ts'
import { recordRoutes } from './records/api/routes.ts'
import { UnindexedReads } from './records/list/unindexed-reads.ts'
import { recycleBinRoutes } from './recycle-bin/routes.ts'
import { AccessMaker } from './rights/access.ts'
import { roleRoutes } from './rights/api/routes.ts'
import { admit, authenticate, createAuthentication } from './rights/authenticate.ts'
import { retryOnChangedModel } from './rights/fresh-catalogue.ts'
import type { LimitsOf } from './rights/limits.ts'
import { ignoreSentBack } from './rights/sent-back.ts'
import { salesPlanRoutes } from './sales-plans/routes.ts'
import { settingsRoutes } from './settings/routes.ts'
import { typeRoutes } from './types/routes.ts'
import { adviceRoutes } from './user-fields/advice-routes.ts'
import { fieldRoutes } from './user-fields/field-routes.ts'
import { visibilityUses } from './user-fields/visibility.ts'
import { visibilityRoutes } from './user-fields/visibility-routes.ts'

/** Options of the server. */
export interface AppOptions extends FoundationOptions, StoreOptions {
  db: Database
  /** The connection pool that `db` uses. */
  pool: pg.Pool
  /** Options for connections that do not go through a pooler. Default: those of `pool`. */
  direct?: pg.ClientConfig
  /** Secret that signs cursors. See `instanceSecret`. */
  secret: string
  /** Maximum number of requests per key and minute. 0 or absent: no limit. */
  rateLimit?: number
  /** Statement timeout in milliseconds. `db` enforces it; here it is only reported in the list of limits. */
  statementTimeoutMs?: number
  /** Key that gives access to `/metrics` only. */
  metricsKey?: string
  /** Maximum time for counting the records of a list, in milliseconds. */
  countTime?: number
  /** Maximum time of each statement of a list without an index, in milliseconds. */
  unindexedTime?: number
  /** Maximum time of a query of analytics, in milliseconds. */
  analyticsTime?: number
  /** Record types. Default: the system types. Tests pass others. */
  types?: readonly SystemType[]
  /** Returns the limits of a caller's grants. Default: the limits of its roles. Tests pass others. */
  limitsOf?: LimitsOf
}

/** Builds the server with all its routes. */
export async function buildApp(given: AppOptions): Promise<App> {
  const {
    db,
    secret,
    countTime = 2000,
    unindexedTime = 5000,
    analyticsTime = 2000,
    types = systemTypes,
    limitsOf,
    ...options
  } = given
  const [cursors, links] = [new Cursors(secret), new SignedValues(secret)]
  const catalogues = new CatalogueCache(db, types)
  const queue = new JobQueue(db)
  const ends = watchEnds(options.pool, options.direct)
  const metrics = new Metrics({
    pool: options.pool,
    catalogueLoads: () => catalogues.loads,
    queues: () => queue.counts(),
  })
  const app = await createApp({ ...options, onOutcome: (outcome) => metrics.count(outcome) })
  const access = new AccessMaker(db, catalogues, limitsOf)
  const files = openStore(options)
  const { uploadLimit } = options
  const enter = createAuthentication(app, { db, access, rateLimit: options.rateLimit })
  app.addHook('onClose', async () => void (await Promise.all([queue.stop(), ends.stop()])))
  const refusals = recordRefusals(app, db)
  const limitMs = Math.min(unindexedTime, options.statementTimeoutMs || unindexedTime)
  const unindexed = new UnindexedReads(db, app.log, limitMs)
  app.addHook('onClose', async () => await unindexed.close())
  await describeApi(app)
  const coreDocument = () => app.swagger() as object as ApiDocument
  await referencePage(app)
  coreDocumentRoutes(app, coreDocument)
  welcomeRoute(app)
  healthRoutes(app, () => ping(db))
  metricsRoute(app, { metrics, enter, metricsKey: options.metricsKey })
  const jobFiles = { db, files, links, rules: [exportFiles, reportFiles] }
  downloadRoute(app, { ...jobFiles, access })
  await app.register(
    async (api: App) => {
      const resources = recordResources(types)
      const lists = { db, cursors, countTime }
      authenticate(api, enter)
      readSurvivors(api, resources, db)
      retryOnChangedModel(api, { db, access })
      declareWrites(api)
      ignoreSentBack(api)
      refuseWritesOfReaders(api)
      limitsRoute(api, { ...options, unindexedTime: limitMs, analyticsTime })
      peopleRoutes(api, { ...lists, access })
      roleRoutes(api, { ...lists, access })
      settingsRoutes(api, { db })
      planRoutes(api, { db })
      auditRoutes(api, { db, cursors, refusals })
      dictionaryRoutes(api, { ...lists, access, queue })
      await currencyRoutes(api, { ...lists, access })
      pipelineRoutes(api, { db, access, queue })
      const uses = [
        ...[visibilityUses, cardUses, mappingUses(types), requiredFieldUses, conversionMapUses(types)],
        duplicateSettingUses(types),
      ]
      typeRoutes(api, { db, access, queue, uses })
      fieldRoutes(api, { db, access, queue, uses })
      adviceRoutes(api, { db, unindexed })
      visibilityRoutes(api, { db })
      cardRoutes(api, { db })
      const routes = { db, access, cursors, countTime, unindexed, onCreatedOf: convertNewLeads }
      recordRoutes(api, resources, routes)
      queryRoutes(
        api,
        resources.map(({ type }) => type),
        routes,
      )
      boardRoutes(api, routes)
      analyticsRoutes(api, { db, analyticsTime })
      savedAnalyticsRoutes(api, { db, cursors, analyticsTime })
      reportRoutes(api, { db, analyticsTime })
      recycleBinRoutes(api, { ...routes, queue })
      exportRoutes(api, resources, routes)
      exportJobRoutes(api, resources, { ...routes, queue })
      jobFileRoutes(api, jobFiles)
      jobRoutes(api, { ...lists, ends, queue, admitAgain: (request) => admit(request, db, access) })
      bulkRoutes(api, resources, { ...routes, queue })
      conversionRoutes(api, types, routes)
      copyRoutes(api, resources, routes)
      mergingRoutes(api, resources, { ...routes, queue })
      conversionMapRoutes(api, types, routes)
      leadModeRoutes(api, types, { ...routes, queue })
      modelRoutes(api, { db, access, queue, uses })
      salesPlanRoutes(api, { db, cursors })
      documentRoute(api, coreDocument)
      errorFileRoute(api, { db, files })
      mappingRoutes(api, resources, { db })
      duplicateRoutes(api, resources, { ...routes, queue })
      await api.register((scope: App) => importRoutes(scope, { db, files, queue, resources, uploadLimit }))
      await api.register((scope: App) => attachmentRoutes(scope, resources, { ...routes, files, uploadLimit }))
      await api.register((scope: App) => fileRoutes(scope, { ...lists, files, access, uploadLimit }))
    },
    { prefix: '/v1' },
  )
  return app
}
