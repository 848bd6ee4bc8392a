import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { EntityType } from '../entities/catalogue.ts'
import type { Pipeline, Stage } from '../fields/lookups.ts'
import { exists, isIn } from './happened.ts'
import type { ReportingPeriod } from './period.ts'
import { stateAtEnd } from './state.ts'

/** A stage of one or several pipelines, as a condition names it, or any stage of a pipeline. */
export interface NamedStage {
  /** Null for any stage. */
  stageId: string | null
  pipelineId: number | null
  /** The pipelines that have the stage. */
  pipelines: readonly Pipeline[]
}

/** Returns the condition that a record entered the stage in the period. */
export function enteredIn(type: EntityType, named: NamedStage, period: ReportingPeriod) {
  return enteredAny(type, onlyHere(named), period)
}

/** Returns the condition that a record entered the stage or a later one in the period. */
export function advancedIn(type: EntityType, named: NamedStage, period: ReportingPeriod) {
  return enteredAny(type, fromHere(named), period)
}

/** Returns the condition that a record entered the stage or a later one by the end of the period, or until now. */
export function reachedBy({ id }: EntityType, named: NamedStage, period: ReportingPeriod | null): RawBuilder<SqlBool> {
  const stages = fromHere(named)
  const numbers = stages.flatMap(({ pipeline, stages }) => numbersOf(pipeline, stages))
  const hasEntered = sql<SqlBool>`record.entered_stages && ${numbers}::integer[]`
  if (!period) return hasEntered
  const until = (instant: RawBuilder<unknown>) => sql`${instant} < ${period.to}::timestamptz`
  const wasThere = sql`select from stage_history as h where h.type_id = ${sql.lit(id)} and h.record_id = record.id
    and ${within('h', stages)} and ${until(sql`h.entered_at`)}`
  // A record that has not moved since is where it was.
  return sql`(${until(sql`record.created_at`)} and ${hasEntered}
    and (${until(sql`record.moved_at`)} or ${exists(wasThere, false)}))`
}

/** Returns the numbers by which records keep that they have entered stages of a pipeline. */
export function numbersOf({ stages }: Pipeline, ids: readonly string[]): number[] {
  return stages.flatMap(({ id, number }) => (number !== null && ids.includes(id) ? [number] : []))
}

/** Returns the condition that a record was lost in the period, or is lost now, and came from the stage. */
export function lostFrom(type: EntityType, named: NamedStage, period: ReportingPeriod | null) {
  const isLost = period ? stateAtEnd(type, period).closedIn('failure') : sql`record.stage_semantic = 'failure'`
  const numbers = onlyHere(named).flatMap(({ pipeline, stages }) => numbersOf(pipeline, stages))
  return sql<SqlBool>`(${isLost} and ${lastProcessStage(type, period)} = any(${numbers}::integer[]))`
}

/** Returns SQL of the number of the last stage in process in which a record was, by the end of the period or until now. */
export function lastProcessStage({ id }: Pick<EntityType, 'id'>, period: ReportingPeriod | null): RawBuilder<number> {
  if (!period) return sql`record.process_stage`
  const last = sql`select stage.id from stage_history as h
    join stage on stage.pipeline_id = h.pipeline_id and stage.code = h.stage_id
    where h.type_id = ${sql.lit(id)} and h.record_id = record.id and h.semantic = 'process'
      and h.entered_at < ${period.to}::timestamptz order by h.entered_at desc, h.id desc limit 1`
  return sql`case when record.moved_at < ${period.to}::timestamptz then record.process_stage else (${last}) end`
}

/** Some stages of a pipeline. */
export interface Stages {
  pipeline: Pipeline
  stages: readonly string[]
}

function enteredAny({ id }: EntityType, stages: readonly Stages[], period: ReportingPeriod): RawBuilder<SqlBool> {
  return sql`(record.moved_at >= ${period.from}::timestamptz and record.id in (select h.record_id from stage_history as h
    where h.type_id = ${sql.lit(id)} and ${within('h', stages)} and ${isIn(period, sql`h.entered_at`)}))`
}

function onlyHere({ stageId, pipelines }: NamedStage): Stages[] {
  return pipelines.map((pipeline) => {
    const stages = pipeline.stages.map(({ id }) => id)
    return { pipeline, stages: stages.filter((id) => stageId === null || id === stageId) }
  })
}

/** Returns the stage and the stages after it, without failure stages: reaching those is no progress. */
function fromHere({ stageId, pipelines }: NamedStage): Stages[] {
  return pipelines.map((pipeline) => {
    const place = pipeline.stages.findIndex(({ id }) => id === stageId)
    const counts = ({ id, semantic }: Stage, index: number) =>
      stageId === null || id === stageId || (index > place && semantic !== 'failure')
    return { pipeline, stages: pipeline.stages.filter(counts).map(({ id }) => id) }
  })
}

/** Returns the condition that a row of a table is at one of the stages. */
export function within(table: string, stages: readonly Stages[]): RawBuilder<SqlBool> {
  const [pipelineId, stageId] = [sql.ref(`${table}.pipeline_id`), sql.ref(`${table}.stage_id`)]
  const parts = stages.map(
    ({ pipeline, stages }) => sql`${pipelineId} = ${pipeline.id} and ${stageId} = any(${stages}::text[])`,
  )
  return sql`(${sql.join(parts, sql` or `)})`
}
