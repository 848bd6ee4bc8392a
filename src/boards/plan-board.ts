import { nearest } from '../errors/nearest.ts'
import { type Fault, invalid, readAll } from '../errors/problem.ts'
import { namesIn } from '../errors/unknown-name.ts'
import type { Pipeline, Stage } from '../fields/lookups.ts'
import type { Cursors } from '../http/cursors.ts'
import { type ListPlan, type ListRequest, planList } from '../records/list/parse-list-request.ts'
import { type Projection, parseProjection } from '../records/list/parse-projection.ts'
import type { Access } from '../rights/access.ts'
import type { Grant } from '../rights/grant.ts'

/** A request for a board: that of a list, which every column continues, and what to return of each column. */
export interface BoardRequest {
  list: ListRequest
  /** Codes of the stages, separated by commas. */
  stages?: string | undefined
  counts: boolean
  sums: boolean
}

/** A checked request for a board: the list of each column, and the list of all their records. */
export interface BoardPlan {
  columns: { stage: Stage; list: ListPlan }[]
  all: ListPlan
  /** Whether the request filters the records of the board. */
  isFiltered: boolean
  projection: Projection
}

/** Checks a request for a board. Throws every fault. */
export function planBoard(
  access: Access,
  grant: Grant,
  pipeline: Pipeline,
  request: BoardRequest,
  cursors: Cursors,
): BoardPlan {
  const { list } = request
  const given = list.filter && 'url' in list.filter ? list.filter.url : {}
  const isFixed = (parameter: string) => /^filter\[(?:pipelineId|stageId)\]/.test(parameter)
  const own = Object.fromEntries(Object.entries(given).filter(([parameter]) => !isFixed(parameter)))
  const listOf = (stage: Record<string, string>) => {
    const url = { ...own, 'filter[pipelineId]': String(pipeline.id), ...stage }
    return planList(access, grant, { ...list, filter: { url } }, cursors)
  }
  const { stages, projection } = readAll({
    stages: () => chosenStages(pipeline, request.stages),
    fixed: () => refuseEach(Object.keys(given).filter(isFixed), 'fixed_on_board'),
    sums: () => refuseEach(request.sums && !hasAmounts(grant) ? ['sums'] : [], 'no_amounts'),
    projection: () =>
      parseProjection(grant, list, { fields: { parameter: 'fields' }, expand: { parameter: 'expand' } }),
    filter: () => listOf({}),
  })
  return {
    columns: stages.map((stage) => ({ stage, list: listOf({ 'filter[stageId]': stage.id }) })),
    all: listOf({ 'filter[stageId][in]': stages.map(({ id }) => id).join() }),
    isFiltered: Object.keys(own).length > 0,
    projection,
  }
}

/** Returns the stages with these codes in the order of the pipeline. Throws `unknown_stage`. */
function chosenStages({ stages }: Pipeline, codes: string | undefined): readonly Stage[] {
  if (codes === undefined) return stages
  const names = namesIn(codes)
  const allowed = stages.map(({ id }) => id)
  const faults = names.filter((name) => !allowed.includes(name)).map((name) => unknownStage(name, allowed))
  if (faults.length) throw invalid(faults)
  return stages.filter(({ id }) => names.includes(id))
}

function unknownStage(id: string, allowed: readonly string[]): Fault {
  if (!id) return { parameter: 'stages', code: 'required' }
  const hint = nearest(id, allowed)
  return { parameter: 'stages', code: 'unknown_stage', params: { id }, allowed, ...(hint && { hint }) }
}

function refuseEach(parameters: readonly string[], code: Fault['code']): void {
  if (parameters.length) throw invalid(parameters.map((parameter): Fault => ({ parameter, code })))
}

/** Returns whether the type has amounts that the caller sees. */
function hasAmounts({ type, readable }: Grant): boolean {
  return type.traits.has('money') && readable.has('amount') && readable.has('currency')
}
