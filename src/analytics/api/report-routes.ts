import { problems } from '../../errors/documents.ts'
import { validMembers, validParameters } from '../../errors/faulty-body.ts'
import type { Fault } from '../../errors/problem.ts'
import type { App } from '../../http/foundation.ts'
import { addSchemas } from '../../http/shared-schemas.ts'
import { describeOperations, ref } from '../../schema/build.ts'
import { type FormParameters, FormQuery, formParameters } from '../forms/options.ts'
import { formResponse, readForm, writeForm } from '../forms/write-form.ts'
import type { Report, ReportAsking } from '../reports/definition.ts'
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
      attachValidation: true,
      schema: {
        ...say(`get${identifier}Report`, `Read the report on ${title}`, about),
        querystring: reportParameters(report),
        response: { 200: formResponse, ...problems(...failures) },
      },
    },
    async (request, reply) => {
      const { access, headers: given } = request
      const { body: query, faults } = validParameters(request)
      const asking = { db, access, time, ...requestIn(query, faults), inBody: false }
      const { headers, body } = await answer(report, asking, { accept: given.accept, forms: formsIn(query) })
      return reply.headers(headers).send(body)
    },
  )

  app.post(
    path,
    {
      attachValidation: true,
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
    async (request, reply) => {
      const { access, headers: given, query: forms } = request
      const { body: asked, faults } = validMembers(request)
      const asking = { db, access, time, request: asked, faults, inBody: true }
      const { headers, body } = await answer(report, asking, { accept: given.accept, forms })
      return reply.headers(headers).send(body)
    },
  )
}

/** The form that a request asks for. */
interface AskedForm {
  accept: string | undefined
  forms: FormParameters
}

async function answer(report: Report, asking: ReportAsking, { accept, forms }: AskedForm) {
  const { access } = asking
  access.requireCrm()
  const calculate = await report.resolve(asking)
  const form = readForm(accept, forms)
  const table = await calculate()
  const timeZone = table.period?.timeZone ?? access.context().timeZone
  return writeForm(table, form, forms, { language: access.language, timeZone, drawn: report.drawn })
}

function formsIn(query: ReportQuery): FormParameters {
  return Object.fromEntries(Object.entries(query).filter(([name]) => name in formParameters))
}

/** Returns the parameters of a URL as in a body, and adds the faults of their values. */
function requestIn(
  query: ReportQuery,
  known: readonly Fault[],
): Pick<ReportAsking, 'request' | 'conditions' | 'faults'> {
  const faults = [...known]
  const { pipelineId, responsibleId, departmentId, filter, ...others } = query
  const isCondition = (name: string) => name.startsWith('filter')
  const conditions = Object.fromEntries(Object.entries(others).filter(([name]) => isCondition(name)))
  const rest = Object.fromEntries(
    Object.entries(others).filter(([name]) => !(name in formParameters) && !isCondition(name)),
  )
  const parsed = filter === undefined ? undefined : readJson(filter, faults)
  const request: ReportRequest = {
    ...rest,
    ...(pipelineId !== undefined && { pipelineId: idsIn(pipelineId) }),
    ...(responsibleId !== undefined && {
      responsibleId: responsibleId.split(',').map((id) => (id === 'me' ? id : Number(id))),
    }),
    ...(departmentId !== undefined && { departmentId: idsIn(departmentId) }),
    ...(parsed !== undefined && { filter: parsed }),
  }
  return { request, conditions, faults }
}

function idsIn(text: string): number[] {
  return text.split(',').map(Number)
}

function readJson(text: string, faults: Fault[]): object | undefined {
  try {
    return JSON.parse(text)
  } catch {
    faults.push({ parameter: 'filter', code: 'invalid_filter' })
  }
}
