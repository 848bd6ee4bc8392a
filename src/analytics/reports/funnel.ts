import Type from 'typebox'
import { say } from '../../errors/code-text.ts'
import type { Pipeline, Stage } from '../../fields/lookups.ts'
import { selects } from '../../fields/operators.ts'
import { enumOf } from '../../schema/build.ts'
import type { FurtherFilter } from '../query/resolve-query.ts'
import type { ResolvedQuery } from '../query/resolved.ts'
import { happened } from '../stages/happened.ts'
import { lostFromGroup, reachedGroup } from '../stages/stage-groups.ts'
import { type StageTime, stageTimes } from '../stages/stage-times.ts'
import type { Cells, ReportRow, ReportTable } from '../table.ts'
import { columnsOf, resolveColumns } from './calculate-columns.ts'
import type { Calculate, Report, ReportAsking } from './definition.ts'
import { columnsOfFunnel, lostColumn, reachedColumns } from './funnel-columns.ts'
import { onePipeline } from './one-pipeline.ts'
import { merge, present, visibleColumns } from './present.ts'
import { type Asked, readAsking } from './read-asking.ts'
import { percentOf } from './shares.ts'

const modes = ['cohort', 'period'] as const

const trait = 'sale'

/** How far deals came through the stages of a pipeline, and how long they stayed in each. */
export const funnel: Report = {
  title: say('Funnel', 'Воронка'),
  about:
    'How far the deals of one pipeline came through its stages, where they were lost, and how long they stayed. Without `pipelineId` it is about the default pipeline.',
  trait,
  groupNames: [],
  drawn: { funnel: { columns: ['reached'], note: 'conversionFromFirst' } },
  parameters: {
    mode: Type.Optional(
      enumOf(modes, {
        description:
          '`cohort` is about the deals that were created in the period and what they have reached by now. `period` is about the deals that entered stages in the period. Default: `cohort`.',
      }),
    ),
  },
  resolve,
}

async function resolve(asking: ReportAsking): Promise<Calculate> {
  const { access, request } = asking
  const asked = await readAsking(asking, trait)
  const pipeline = onePipeline(asking, asked)
  const isCohort = request.mode !== 'period'
  const inMode = (query: ResolvedQuery) => (isCohort ? null : query.period)
  const reached = visibleColumns(reachedColumns, access.grant(asked.type))
  const parts = [
    columnsOf(asking, asked, {
      ...{ columns: reached, conditions: () => reachedIn(pipeline, isCohort) },
      grouping: { groupOf: (query) => reachedGroup(query, pipeline, inMode(query)) },
    }),
    columnsOf(asking, asked, {
      ...{ columns: [lostColumn], conditions: () => lostIn(pipeline, isCohort) },
      grouping: {
        groupOf: (query) => lostFromGroup(query, { pipelines: [pipeline], period: inMode(query), isComplete: true }),
      },
    }),
  ]
  const addTimes = timesOf({ asking, asked, pipeline, isCohort })
  const texts = { report: 'funnel', title: funnel.title, label: say('Stage', 'Стадия') }
  const shown = { ...texts, columns: columnsOfFunnel(reached), charts: ['funnel', 'bar', 'table'] } as const
  return async () => {
    const tables = [await parts[0]!(), await parts[1]!()]
    return present(await addTimes(withConversions(merge(tables), pipeline)), shown, access.language)
  }
}

const ofPipeline = ({ id }: Pipeline): FurtherFilter => ({
  pointer: '/pipelineId',
  filter: { field: 'pipelineId', op: selects.value, value: id },
})
const inPeriod = (filter: object): FurtherFilter => ({ pointer: '/period', filter })

/** Returns the conditions of the deals in a funnel: created in the period, or in some stage of it. */
function reachedIn(pipeline: Pipeline, isCohort: boolean): FurtherFilter[] {
  if (isCohort) return [ofPipeline(pipeline), inPeriod(happened('created'))]
  return [ofPipeline(pipeline), inPeriod(happened('entered', null, { pipelineId: pipeline.id }))]
}

/** Returns the conditions of the deals that were lost: of those in the cohort, or in the period. */
function lostIn(pipeline: Pipeline, isCohort: boolean): FurtherFilter[] {
  const isLostNow = { field: 'stageSemantic', op: selects.value, value: 'failure' }
  const lost = isCohort ? [happened('created'), isLostNow] : [happened('lost')]
  return [ofPipeline(pipeline), ...lost.map(inPeriod)]
}

/** Adds the shares of the deals that came on from the stage before and from the first stage. */
function withConversions(table: ReportTable, { stages }: Pipeline): ReportTable {
  const [first] = table.rows
  const rows = table.rows.map((row, at): ReportRow => {
    const isProgress = (stages[at] as Stage).semantic !== 'failure'
    const before = at && isProgress ? table.rows[at - 1] : undefined
    const share = (whole: ReportRow | undefined) => shareOf(row, whole)
    return {
      ...row,
      cells: { ...row.cells, conversionFromPrevious: share(before), conversionFromFirst: share(first) },
    }
  })
  const { reached } = table.totals.cells
  const none = { value: null, ...(reached!.compared !== undefined && { compared: null }) }
  return {
    ...table,
    rows,
    totals: { cells: { ...table.totals.cells, conversionFromPrevious: none, conversionFromFirst: none } },
  }
}

function shareOf({ cells }: ReportRow, whole: ReportRow | undefined): Cells[string] {
  const at = (which: 'value' | 'compared') =>
    percentOf(cells.reached![which], whole ? [whole.cells.reached![which]] : [])
  return { value: at('value'), ...(cells.reached!.compared !== undefined && { compared: at('compared') }) }
}

/** What a funnel is about. */
interface FunnelAsking {
  asking: ReportAsking
  asked: Asked
  pipeline: Pipeline
  isCohort: boolean
}

/** Returns what adds to a table how long deals stayed in each stage. */
function timesOf({ asking, asked, pipeline, isCohort }: FunnelAsking): (table: ReportTable) => Promise<ReportTable> {
  const conditions = [ofPipeline(pipeline), ...(isCohort ? [inPeriod(happened('created'))] : [])]
  const query = resolveColumns(asking, asked, { columns: [lostColumn], conditions: () => conditions, grouping: null })
  return (table) => withTimes(table, query, { asking, pipeline, isCohort })
}

async function withTimes(
  table: ReportTable,
  query: ResolvedQuery,
  { asking, pipeline, isCohort }: Omit<FunnelAsking, 'asked'>,
): Promise<ReportTable> {
  const read = (one: ResolvedQuery) => stageTimes(asking, one, { pipeline, inPeriod: !isCohort })
  const [times, earlier] = [await read(query), query.earlier && (await read(query.earlier))]
  const none: StageTime = { medianTime: null, p90Time: null }
  const cellsOf = (now: StageTime, then: StageTime | null): Cells => ({
    medianTime: { value: now.medianTime, ...(then && { compared: then.medianTime }) },
    p90Time: { value: now.p90Time, ...(then && { compared: then.p90Time }) },
  })
  const rows = table.rows.map((row, at) => {
    const { id } = pipeline.stages[at]!
    return { ...row, cells: { ...row.cells, ...cellsOf(times.get(id) ?? none, earlier && (earlier.get(id) ?? none)) } }
  })
  return { ...table, rows, totals: { cells: { ...table.totals.cells, ...cellsOf(none, earlier && none) } } }
}
