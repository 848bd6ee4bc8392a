import Type from 'typebox'
import { problems } from '../../errors/documents.ts'
import { invalid } from '../../errors/problem.ts'
import type { App } from '../../http/foundation.ts'
import { addSchemas } from '../../http/shared-schemas.ts'
import { describeOperations, enumOf, ref } from '../../schema/build.ts'
import { reportNames } from '../reports/reports.ts'
import { runReport } from '../reports/run-report.ts'
import { ReportQuery, ReportRequest, reportSchemas } from '../reports/schemas.ts'
import { ReportTable } from '../table.ts'
import type { AnalyticsRoutes } from './routes.ts'

const ReportParams = Type.Object({
  report: enumOf([...reportNames], { description: 'Name of the report.', examples: ['deals'] }),
})

const say = describeOperations('Analytics')
const description =
  'Returns a report about a period in the rights of the caller. Every column states what it counts. Each cell contains the request that lists its records.'

/** Adds the routes of reports. */
export function reportRoutes(app: App, { db, analyticsTime }: AnalyticsRoutes): void {
  addSchemas(app, reportSchemas)
  app.get(
    '/analytics/:report',
    {
      schema: {
        ...say('getReport', 'Read a report', description),
        params: ReportParams,
        querystring: ReportQuery,
        response: { 200: ref(ReportTable), ...problems(400, 401, 403, 404, 422, 503) },
      },
    },
    async ({ access, params, query: { pipelineId, responsibleId, filter, ...query } }) => {
      access.requireCrm()
      const request = {
        ...query,
        ...(pipelineId !== undefined && { pipelineId: idsIn(pipelineId) }),
        ...(responsibleId !== undefined && { responsibleId: idsIn(responsibleId) }),
        ...(filter !== undefined && { filter: readJson(filter) }),
      }
      return await runReport(db, access, { name: params.report, request, inBody: false }, analyticsTime)
    },
  )

  app.post(
    '/analytics/:report',
    {
      config: { reads: true },
      schema: {
        ...say('calculateReport', 'Calculate a report', `${description} The parameters are in the body.`),
        params: ReportParams,
        body: ref(ReportRequest),
        response: { 200: ref(ReportTable), ...problems(400, 401, 403, 404, 413, 415, 422, 503) },
      },
    },
    async ({ access, params, body }) => {
      access.requireCrm()
      return await runReport(db, access, { name: params.report, request: body, inBody: true }, analyticsTime)
    },
  )
}

function idsIn(text: string): number[] {
  return text.split(',').map(Number)
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw invalid([{ parameter: 'filter', code: 'invalid_filter' }])
  }
}
