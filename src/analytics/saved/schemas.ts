import Type, { type Static, type TProperties, type TUnsafe } from 'typebox'
import { ProblemDocument } from '../../errors/documents.ts'
import { listOf } from '../../http/lists.ts'
import { checkedAs, describedDefault, enumOf, nullable, ref } from '../../schema/build.ts'
import { chartNames, ReportTable } from '../table.ts'
import { analyses, type ReportRequest } from './analyses.ts'
import type { ScheduleInput } from './schedule.ts'
import { DashboardScheduleInput, ReportSchedule, ReportScheduleInput, scheduleSchemas } from './schedule-schemas.ts'

/** The most tiles of a dashboard. */
export const mostTiles = 30

const sharings = ['private', 'everyone'] as const
const name = { maxLength: 200, description: 'Name for users.', examples: ['Sources of this year'] }
const shared = enumOf(sharings, {
  description: '`private` is visible to its owner only. `everyone` is visible to all, each with their own rights.',
})
const chart = enumOf([...chartNames], { description: 'Chart that shows the report.' })
const title = { maxLength: 200, description: 'Title of the tile.', examples: ['Won this month'] }
const reportNames = Object.keys(analyses) as [string]
const bodyOf = 'Body of `POST /v1/analytics/{report}`.'
const reportId = { description: 'Id of a saved report that the tile shows.', examples: [1] }

/** Returns object schemas for what can be saved: the name of a report, its parameters, and other members. */
function forEachReport(more: TProperties) {
  return Object.entries(analyses).map(([name, { parameters }]) =>
    Type.Object(
      {
        ...more,
        report: enumOf([name], { description: 'Name of the report.' }),
        parameters: { ...ref(parameters), description: bodyOf },
      },
      { additionalProperties: false },
    ),
  )
}

/** What a request to save a report or a dashboard has besides the content. */
export interface SavedInput {
  name: string
  shared?: (typeof sharings)[number]
  schedule?: ScheduleInput | null
}

const given = {
  name: Type.String({ ...name, minLength: 1, pattern: '\\S' }),
  shared: Type.Optional(describedDefault({ ...shared, default: 'private' })),
}
const scheduleSaid = 'When the report is calculated by itself. Null, the default, means never.'
const withSchedule = (schedule: TUnsafe<ScheduleInput>) => ({
  ...given,
  schedule: Type.Optional(nullable(ref(schedule), { description: scheduleSaid })),
})
const reportGiven = withSchedule(ReportScheduleInput)

const report = {
  report: 'query',
  parameters: {
    type: 'deal',
    filter: { field: 'createdAt', op: 'gte', value: 'thisYear' },
    measures: [{ fn: 'count' }],
    groupBy: [{ field: 'source' }],
  },
}

/** Checks the parameters against the schema of their report. Errors of a union would be those of any of its branches. */
const byReport = {
  allOf: Object.entries(analyses).map(([name, { parameters }]) => ({
    if: { properties: { report: { enum: [name] } }, required: ['report'] },
    // biome-ignore lint/suspicious/noThenProperty: the word of JSON schemas
    then: { properties: { parameters: ref(parameters) } },
  })),
}
const anyReport = { report: enumOf(reportNames), parameters: {} }

/** The body that saves a report. */
export const SavedReportInput = Type.Unsafe<SavedInput & ReportRequest>({
  $id: 'SavedReportInput',
  anyOf: forEachReport(reportGiven),
  ...checkedAs({ ...Type.Object({ ...reportGiven, ...anyReport }, { additionalProperties: false }), ...byReport }),
  description: 'A report to save: its name and its parameters.',
  examples: [{ name: 'Sources of this year', shared: 'everyone', ...report }],
})

/** A tile of a dashboard: a saved report, or a report of its own. */
export interface Tile extends Partial<ReportRequest> {
  title?: string | null
  chart?: (typeof chartNames)[number] | null
  savedReportId?: number
}

const savedReportId = Type.Integer({ ...reportId, minimum: 1, maximum: Number.MAX_SAFE_INTEGER })
const tileGiven = {
  title: Type.Optional(nullable(Type.String(title))),
  chart: Type.Optional(nullable(chart)),
}

/** A tile of a dashboard in a request. */
export const DashboardTileInput = Type.Unsafe<Tile>({
  $id: 'DashboardTileInput',
  anyOf: [Type.Object({ ...tileGiven, savedReportId }, { additionalProperties: false }), ...forEachReport(tileGiven)],
  ...checkedAs({
    ...Type.Partial(Type.Object({ ...tileGiven, savedReportId, ...anyReport }), { additionalProperties: false }),
    ...byReport,
    if: { not: { required: ['savedReportId'] } },
    // biome-ignore lint/suspicious/noThenProperty: the word of JSON schemas
    then: { required: ['report', 'parameters'] },
  }),
  description: 'A tile of a dashboard: a saved report, or a report with its parameters.',
})

/** The body that saves a dashboard. */
export const DashboardInput = Type.Object(
  {
    ...withSchedule(DashboardScheduleInput),
    tiles: Type.Array(ref(DashboardTileInput), { maxItems: mostTiles, description: 'Tiles in the order of display.' }),
  },
  {
    $id: 'DashboardInput',
    additionalProperties: false,
    description: 'A dashboard to save.',
    examples: [{ name: 'Sales', shared: 'everyone', tiles: [{ title: 'Sources', chart: 'bar', ...report }] }],
  },
)

const parameters = Type.Unsafe<object>({ anyOf: Object.values(analyses).map((one) => ref(one.parameters)) })
const hidden = 'Null if they name something that the caller may not read.'
const shown = (of: string) => ({
  id: Type.Integer({ description: `Id of the ${of}.` }),
  version: Type.Integer({ description: 'Number of changes, beginning with 1.' }),
  name: Type.String(name),
})
const owned = {
  shared,
  schedule: nullable(ref(ReportSchedule), { description: 'When it is calculated by itself. Null means never.' }),
  ownerId: Type.Integer({ description: 'Id of the user who saved it.' }),
  createdAt: Type.String({ format: 'date-time', description: 'When it was created.' }),
  updatedAt: Type.String({ format: 'date-time', description: 'When it was changed last.' }),
}

/** A saved report in a response. */
export const SavedReport = Type.Object(
  {
    ...shown('saved report'),
    report: enumOf(reportNames, { description: 'Name of the report.' }),
    parameters: nullable(parameters, { description: `${bodyOf} ${hidden}` }),
    ...owned,
  },
  { $id: 'SavedReport', description: 'A report with its parameters, under a name.' },
)

/** A tile of a dashboard in a response. */
export const DashboardTile = Type.Object(
  {
    title: nullable(Type.String(title)),
    chart: nullable(chart),
    savedReportId: nullable(Type.Integer(), reportId),
    report: nullable(enumOf(reportNames, { description: 'Name of the report. Null if a saved report is shown.' })),
    parameters: nullable(parameters, {
      description: `${bodyOf} Null if a saved report is shown. ${hidden}`,
    }),
  },
  { $id: 'DashboardTile', description: 'A tile of a dashboard.' },
)

/** A dashboard in a response. */
export const Dashboard = Type.Object(
  {
    ...shown('dashboard'),
    tiles: Type.Array(ref(DashboardTile), { description: 'Tiles in the order of display.' }),
    ...owned,
  },
  { $id: 'Dashboard', description: 'Reports that are shown together.' },
)

/** A calculated tile. */
export const CalculatedTile = Type.Object(
  {
    title: Type.String({ ...title, description: 'Title of the tile, or else of its report.' }),
    chart: nullable(chart),
    status: Type.Integer({
      description: 'HTTP status code that the report would return as a separate request.',
      examples: [200],
    }),
    table: nullable(ref(ReportTable), { description: 'The report. Null if it failed.' }),
    problem: nullable(ref(ProblemDocument), { description: 'Why the report failed. Null if it did not.' }),
  },
  { $id: 'CalculatedTile', description: 'A tile of a dashboard with its report.' },
)
/** A calculated tile. */
export type CalculatedTile = Static<typeof CalculatedTile>

/** A calculated dashboard. */
export const CalculatedDashboard = Type.Object(
  {
    id: Type.Integer({ description: 'Id of the dashboard.' }),
    name: Type.String(name),
    tiles: Type.Array(ref(CalculatedTile), { description: 'Tiles in the order of display.' }),
  },
  { $id: 'CalculatedDashboard', description: 'A dashboard with the reports of its tiles.' },
)

/** The file of a schedule in JSON. */
export const ScheduledReport = Type.Unsafe<object>({
  $id: 'ScheduledReport',
  anyOf: [ref(ReportTable), ref(CalculatedDashboard)],
  description: 'A calculated report or dashboard.',
})

/** A page of saved reports. */
export const SavedReportList = listOf(SavedReport, 'SavedReportList')
/** A page of dashboards. */
export const DashboardList = listOf(Dashboard, 'DashboardList')

/** The schemas of saved reports and dashboards. */
export const savedSchemas = [
  ...scheduleSchemas,
  ...[SavedReportInput, SavedReport, SavedReportList, DashboardTileInput, DashboardInput],
  ...[DashboardTile, Dashboard, DashboardList, CalculatedTile, CalculatedDashboard, ScheduledReport],
]
