import { sql } from 'kysely'
import type { Labels } from '../../errors/language.ts'
import type { Pipeline, Stage } from '../../fields/lookups.ts'
import type { Filter } from '../../filters/filter.ts'
import { rowsOf } from '../../records/query/record-query.ts'
import type { ValueSource } from '../../records/query/record-values.ts'
import { targetsFor } from '../../records/query/relations.ts'
import { isIn } from '../../reporting-period/happened.ts'
import type { ReportingPeriod } from '../../reporting-period/period.ts'
import { lastProcessStage } from '../../reporting-period/stages.ts'
import type { Grant } from '../../rights/grant.ts'
import type { Bucket } from '../query/buckets.ts'
import type { Group, ResolvedQuery } from '../query/resolved.ts'
import { happened } from './happened.ts'

const label: Labels = { en: 'Stage', ru: 'Стадия' }

/** How records are grouped by stages. */
interface StageGrouping {
  stages: readonly Stage[]
  /** How the ids of the stages of a record are read: one, or a list. */
  source: ValueSource
  /** Returns the condition that a record is in the group of a stage. */
  condition(stageId: string): Filter
  /** The condition of records without such a stage. */
  empty?: Filter
  /** Whether each stage has a row, in their order. */
  isComplete: boolean
}

/** Returns a group by stages that records reached, came from and the like. */
export function stageGroup({ grant }: ResolvedQuery, grouping: StageGrouping): Omit<Group, 'key'> {
  const { stages, source, condition, empty, isComplete } = grouping
  const names = new Map(stages.map(({ id, name }) => [id, name]).reverse() as [string, Labels][])
  const bucket: Bucket = {
    ...{ scales: [], label, pgType: 'text', isTimeline: false, ...(empty && { empty }) },
    key: (value) => value,
    read: (text) => text,
    condition: (_, key) => condition(String(key)),
    words: (key, language) => names.get(String(key))?.[language] ?? String(key),
  }
  return {
    ...{ label, bucket, top: null, other: false },
    target: targetsFor(grant).get('stageId')!,
    source,
    ...(isComplete && { rows: [...names.keys()].reverse() }),
  }
}

/**
 * Returns a group by the stages of a pipeline that records reached: entered them or later ones, in the period or, without
 * one, until now. Stages of failure are reached only by entering them.
 */
export function reachedGroup(query: ResolvedQuery, pipeline: Pipeline, period: ReportingPeriod | null) {
  const { id: pipelineId, stages } = pipeline
  const source = period ? reachedIn(query.grant, pipeline, period) : reached(pipeline)
  const condition = (stageId: string) => happened(period ? 'advanced' : 'reached', period, { stageId, pipelineId })
  return stageGroup(query, { stages, source, condition, isComplete: true })
}

const isFailure = ({ semantic }: Stage) => semantic === 'failure'
const idOf = ({ id }: Stage) => id

/** Returns how the ids of the stages that a record has reached are read: those up to the furthest one, and of failure. */
function reached({ stages }: Pipeline): ValueSource {
  const progress = stages.filter((stage) => !isFailure(stage))
  const hasEntered = ({ number }: Stage) => sql`${number} = any(record.entered_stages)`
  const furthest = progress
    .map((stage, at) => sql`when ${hasEntered(stage)} then ${progress.slice(0, at + 1).map(idOf)}::text[]`)
    .reverse()
  const failures = stages.filter(isFailure).map((stage) => {
    return sql`case when ${hasEntered(stage)} then array[${stage.id}::text] else '{}' end`
  })
  const upToFurthest = sql`case ${sql.join(furthest, sql` `)} else '{}' end`
  return { value: sql`(${sql.join([upToFurthest, ...failures], sql` || `)})`, isList: true }
}

/** Returns how the ids of the stages that a record reached in a period are read: from all stays that began in it. */
function reachedIn({ type }: Grant, { id, stages }: Pipeline, period: ReportingPeriod): ValueSource {
  const progress = stages.filter((stage) => !isFailure(stage)).map(idOf)
  const failures = stages.filter(isFailure).map(idOf)
  const reached = sql`coalesce((${progress}::text[])[1:max(array_position(${progress}::text[], h.stage_id))], '{}')
    || coalesce(array_agg(distinct h.stage_id) filter (where h.stage_id = any(${failures}::text[])), '{}')`
  const linked = rowsOf(sql`select h.record_id as id, ${reached} as stages from stage_history as h
    where h.type_id = ${sql.lit(type.id)} and h.pipeline_id = ${id} and ${isIn(period, sql`h.entered_at`)} group by h.record_id`)
  return { value: sql`record.stages`, isList: true, link: { name: 'stays in the period', id: sql`record.id`, linked } }
}

/** Returns a group by the stage from which records were lost in the period, or until now without one. */
export function lostFromGroup(
  query: ResolvedQuery,
  {
    pipelines,
    period,
    isComplete,
  }: { pipelines: readonly Pipeline[]; period: ReportingPeriod | null; isComplete: boolean },
): Omit<Group, 'key'> {
  const only = pipelines.length === 1 ? { pipelineId: pipelines[0]!.id } : {}
  const condition = (stageId: string) => happened('lostFrom', period, { stageId, ...only })
  const stages = pipelines.flatMap((pipeline) => pipeline.stages)
  const known = stages.map(({ id, number }) => sql`when ${number} then ${id}::text`)
  const process = stages.filter(({ semantic }) => semantic === 'process').map(({ id }) => id)
  const anywhere = [...new Set(process)].map(condition)
  return stageGroup(query, {
    ...{ stages, condition, isComplete },
    source: {
      value: sql`case ${lastProcessStage(query.grant.type, period)} ${sql.join(known, sql` `)} end`,
      isList: false,
    },
    empty: { not: anywhere.length === 1 ? anywhere[0]! : { or: anywhere } },
  })
}
