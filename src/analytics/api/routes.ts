import type { Database } from '../../database/connect.ts'
import { problems } from '../../errors/documents.ts'
import { validMembers } from '../../errors/faulty-body.ts'
import type { App } from '../../http/foundation.ts'
import { addSchemas } from '../../http/shared-schemas.ts'
import { describeOperations, ref } from '../../schema/build.ts'
import { FormQuery } from '../forms/options.ts'
import { formResponse, readForm, writeForm } from '../forms/write-form.ts'
import { queryLists, resolveQuery } from '../query/resolve-query.ts'
import { runQuery } from '../query/run-query.ts'
import { Query, querySchemas } from '../query/schemas.ts'
import { tableSchemas } from '../table.ts'

/** The dependencies of the routes of analytics. */
export interface AnalyticsRoutes {
  db: Database
  /** Maximum time for calculating, in milliseconds. */
  analyticsTime: number
}

/** Adds the route of queries. */
export function analyticsRoutes(app: App, { db, analyticsTime }: AnalyticsRoutes): void {
  addSchemas(app, [...tableSchemas, ...querySchemas])
  app.post(
    '/analytics/query',
    {
      attachValidation: true,
      config: { reads: true },
      schema: {
        ...describeOperations('Analytics')(
          'queryAnalytics',
          'Calculate with records',
          'Groups the records of a type and calculates measures of each group: counts, sums, averages and others. Only records and fields that the caller may read count. Each cell contains the request that lists its records. The answer is JSON, CSV or an SVG chart, as `Accept` prefers. Calculating has a time limit.',
        ),
        querystring: FormQuery,
        body: ref(Query),
        response: { 200: formResponse, ...problems(400, 401, 403, 406, 413, 415, 422, 503) },
      },
    },
    async (request, reply) => {
      const { access, headers, query: asked } = request
      access.requireCrm()
      const { body, faults } = validMembers(request, queryLists)
      const query = resolveQuery(access, body, { faults })
      const form = readForm(headers.accept, asked)
      const table = await runQuery(db, query, analyticsTime)
      const written = writeForm(table, form, asked, query.context)
      return reply.headers(written.headers).send(written.body)
    },
  )
}
