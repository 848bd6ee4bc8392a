import { problems } from '../../errors/documents.ts'
import type { App } from '../../http/foundation.ts'
import { addSchemas } from '../../http/shared-schemas.ts'
import type { Access } from '../../rights/access.ts'
import { describeOperations, ref } from '../../schema/build.ts'
import { FormQuery } from '../forms/options.ts'
import { formResponse, readForm } from '../forms/write-form.ts'
import { calculateSaved, checkReport, type ReportRequest, visibleParameters, writeSaved } from './analyses.ts'
import { checkTiles } from './check-content.ts'
import { calculateTiles } from './dashboard-data.ts'
import { type SavedResource, type SavedRoutes, savedParams, savedRoutes } from './saved-routes.ts'
import {
  CalculatedDashboard,
  Dashboard,
  DashboardInput,
  DashboardList,
  SavedReport,
  SavedReportInput,
  SavedReportList,
  savedSchemas,
  type Tile,
} from './schemas.ts'
import { readSaved } from './store.ts'

const say = describeOperations('Analytics')

const reports: SavedResource = {
  ...{ kind: 'report', path: '/analytics/saved-reports', id: 'SavedReport', name: 'saved report' },
  ...{ input: ref(SavedReportInput), output: ref(SavedReport), list: ref(SavedReportList) },
  check: (reading, body) => checkReport(reading, body as ReportRequest & typeof body, '/parameters'),
  contentFor: (access, { content, ownerId }) => {
    const { report, ...rest } = content as ReportRequest
    return { report, parameters: visibleParameters(access, { report, ...rest }, ownerId) }
  },
}

const dashboards: SavedResource = {
  ...{ kind: 'dashboard', path: '/analytics/dashboards', id: 'Dashboard', name: 'dashboard' },
  ...{ input: ref(DashboardInput), output: ref(Dashboard), list: ref(DashboardList) },
  check: (reading, body) => checkTiles(reading, body as { tiles: Tile[] } & typeof body),
  contentFor: (access, { content, ownerId }) => ({
    tiles: (content as { tiles: Tile[] }).tiles.map((tile) => ({
      ...emptyTile,
      ...tile,
      ...parametersIn(access, tile, ownerId),
    })),
  }),
}
const emptyTile = { title: null, chart: null, savedReportId: null, report: null, parameters: null }

function parametersIn(access: Access, { report, parameters }: Tile, ownerId: number) {
  if (report === undefined || !parameters) return {}
  return { parameters: visibleParameters(access, { report, parameters }, ownerId) }
}

/** Adds the routes of saved reports and dashboards, and those that calculate them. */
export function savedAnalyticsRoutes(app: App, routes: SavedRoutes): void {
  addSchemas(app, savedSchemas)
  for (const resource of [reports, dashboards]) savedRoutes(app, resource, routes)
  calculatingRoutes(app, routes)
}

function calculatingRoutes(app: App, { db, analyticsTime: time }: SavedRoutes): void {
  app.post(
    `${reports.path}/:id/data`,
    {
      config: { reads: true },
      schema: {
        ...say(
          'querySavedReport',
          'Calculate a saved report',
          'Calculates a saved report in the rights of the caller. Words such as `thisMonth` mean the present time. The answer is JSON, CSV or an SVG chart, as `Accept` prefers.',
        ),
        params: savedParams(reports),
        querystring: FormQuery,
        response: { 200: formResponse, ...problems(400, 401, 403, 404, 406, 422, 503) },
      },
    },
    async ({ access, params, headers: { accept }, query: parameters }, reply) => {
      access.requireCrm()
      const form = readForm(accept, parameters)
      const { content, ownerId } = await readSaved(db, access, 'report', params.id)
      const request = content as ReportRequest
      const table = await calculateSaved({ db, access, time }, request, ownerId)
      const { headers, body } = writeSaved(table, request, { form, parameters, access })
      return reply.headers(headers).send(body)
    },
  )

  app.post(
    `${dashboards.path}/:id/data`,
    {
      config: { reads: true },
      schema: {
        ...say(
          'queryDashboard',
          'Calculate a dashboard',
          'Calculates all tiles of a dashboard in the rights of the caller. A tile that fails has a problem; the others have their reports.',
        ),
        params: savedParams(dashboards),
        response: { 200: ref(CalculatedDashboard), ...problems(400, 401, 403, 404, 503) },
      },
    },
    async (request) => {
      const { access, params, url, id: traceId } = request
      access.requireCrm()
      const dashboard = await readSaved(db, access, 'dashboard', params.id)
      const at = { instance: url.split('?', 1)[0]!, traceId }
      return {
        id: dashboard.id,
        name: dashboard.name,
        tiles: await calculateTiles({ db, access, time, at }, dashboard),
      }
    },
  )
}
