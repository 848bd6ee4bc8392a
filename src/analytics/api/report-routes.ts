import { problems } from '../../errors/documents.ts'
import { invalid } from '../../errors/problem.ts'
import type { App } from '../../http/foundation.ts'
import { addSchemas } from '../../http/shared-schemas.ts'
import type { Access } from '../../rights/access.ts'
import { describeOperations, ref } from '../../schema/build.ts'
import { type FormParameters, FormQuery, formParameters } from '../forms/options.ts'
import { formResponse, readForm, writeForm } from '../forms/write-form.ts'
import type { Report } from '../reports/definition.ts'
import { type NamedReport, reports } from '../reports/reports.ts'
import { type ReportQuery, type ReportRequest, reportParameters } from '../reports/schemas.ts'
import type { AnalyticsRoutes } from './routes.ts'

const say = describeOperations('Analytics')
const note =
  'Only records and fields that the caller may read count. Every column states what it counts. Each cell of a count or a sum contains the request that lists its records. The answer is JSON, CSV or an SVG chart, as `Accept` prefers. Calculating has a time limit.'

/** Adds the routes of reports: each report has one that takes its parameters from the URL, and one that takes a body. */
export function reportRoutes(app: App, routes: AnalyticsRoutes): void {
  addSchemas(
    app,
    reports.map(({ body }) => body),
  )
  for (const one of reports) addRoutes(app, routes, one)
}

function addRoutes(
  app: App,
  { db, analyticsTime: time }: AnalyticsRoutes,
  { name, identifier, report, body: requestBody }: NamedReport,
) {
  const path = `/analytics/${name}`
  const [title, about] = [report.title.en.toLowerCase(), `${report.about} ${note}`]
  const failures = [400, 401, 403, 406, 422, 503] as const
  app.get(
    path,
    {
      schema: {
        ...say(`get${identifier}Report`, `Read the report on ${title}`, about),
        querystring: reportParameters(report),
        response: { 200: formResponse, ...problems(...failures) },
      },
    },
    async ({ access, headers: { accept }, query }, reply) => {
      const asked = { accept, forms: formsIn(query), request: requestIn(query), inBody: false }
      const { headers, body } = await answer(access, report, asked)
      return reply.headers(headers).send(body)
    },
  )

  app.post(
    path,
    {
      config: { reads: true },
      schema: {
        ...say(
          `query${identifier}Report`,
          `Calculate the report on ${title}`,
          `${about} The parameters are in the body.`,
        ),
        querystring: FormQuery,
        body: ref(requestBody),
        response: { 200: formResponse, ...problems(...failures, 413, 415) },
      },
    },
    async ({ access, headers: { accept }, query: forms, body: request }, reply) => {
      const { headers, body } = await answer(access, report, { accept, forms, request, inBody: true })
      return reply.headers(headers).send(body)
    },
  )

  async function answer(access: Access, report: Report, { accept, forms, request, inBody }: AskedForm) {
    access.requireCrm()
    const form = readForm(accept, forms)
    const table = await report.run({ db, access, request, inBody, time })
    const timeZone = table.period?.timeZone ?? access.context().timeZone
    return writeForm(table, form, forms, { language: access.language, timeZone, drawn: report.drawn })
  }
}

/** A request for a report in a form. */
interface AskedForm {
  accept: string | undefined
  forms: FormParameters
  request: ReportRequest
  inBody: boolean
}

function formsIn(query: ReportQuery): FormParameters {
  return Object.fromEntries(Object.entries(query).filter(([name]) => name in formParameters))
}

/** Returns the parameters of a URL as in a body. */
function requestIn(query: ReportQuery): ReportRequest {
  const { pipelineId, responsibleId, departmentId, filter, ...others } = query
  const rest = Object.fromEntries(Object.entries(others).filter(([name]) => !(name in formParameters)))
  return {
    ...rest,
    ...(pipelineId !== undefined && { pipelineId: idsIn(pipelineId) }),
    ...(responsibleId !== undefined && {
      responsibleId: responsibleId.split(',').map((id) => (id === 'me' ? id : Number(id))),
    }),
    ...(departmentId !== undefined && { departmentId: idsIn(departmentId) }),
    ...(filter !== undefined && { filter: readJson(filter) }),
  }
}

function idsIn(text: string): number[] {
  return text.split(',').map(Number)
}

function readJson(text: string): object {
  try {
    return JSON.parse(text)
  } catch {
    throw invalid([{ parameter: 'filter', code: 'invalid_filter' }])
  }
}
