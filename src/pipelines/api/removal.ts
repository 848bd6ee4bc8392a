import { type SqlBool, sql } from 'kysely'
import { invalid, Problem } from '../../errors/problem.ts'
import type { Pipeline, Stage } from '../../fields/lookups.ts'
import { allRecords, type RecordQuery } from '../../records/query/record-query.ts'
import { removalTaskOf } from '../../records/removal/removal-task.ts'
import { moveToStages, type StagePlace } from '../../records/write/model-changes.ts'
import type { Grant } from '../../rights/grant.ts'
import { findStage, pipelinesOf } from './find.ts'
import { deletePipeline, deleteStage, lockPipelines } from './write.ts'

/** A stage or a whole pipeline to remove. */
export interface Removable {
  typeCode: string
  pipelineId: number
  /** Null for the whole pipeline. */
  stageId: string | null
}

/** Where the records of a removed stage or pipeline move. */
export interface MoveTarget {
  pipelineId: number
  /** Null for a whole pipeline: then each stage has its own target. */
  stageId: string | null
}

/** Moves the records out of a stage or pipeline and then removes it. The rules of the new stage do not apply. */
export const removalTask = removalTaskOf<Removable, MoveTarget>({
  name: 'remove-stage',
  lock: (trx, access, { typeCode }) => lockPipelines(trx, access.grant(typeCode).type.id),
  planOf(access, removable, target) {
    const { typeCode, pipelineId, stageId } = removable
    const grant = access.grant(typeCode)
    const pipelines = pipelinesOf(access, typeCode)
    const pipeline = pipelines.find(({ id }) => id === pipelineId)
    if (!pipeline || (stageId !== null && !pipeline.stages.some(({ id }) => id === stageId))) return null
    const to = target && presentTarget(pipelines, target)
    return {
      lock: sql`stage_lock(${pipelineId})`,
      uses: [{ grant, field: stageId === null ? 'pipelineId' : 'stageId', records: recordsIn(grant, removable) }],
      remove: (trx) => (stageId === null ? deletePipeline(trx, pipelineId) : deleteStage(trx, pipeline, stageId)),
      replace: (trx, writing, ids) =>
        moveToStages(trx, writing, ids, (place) => (to && isIn(removable, place) ? to(place) : undefined)),
    }
  },
})

/** Returns the records in the stage or pipeline, without those in the recycle bin. */
function recordsIn(grant: Grant, { pipelineId, stageId }: Removable): RecordQuery {
  const inPipeline = allRecords(grant).and(sql<SqlBool>`record.pipeline_id = ${pipelineId}`)
  return stageId === null ? inPipeline : inPipeline.and(sql<SqlBool>`record.stage_id = ${stageId}`)
}

function isIn({ pipelineId, stageId }: Removable, place: StagePlace): boolean {
  return place.pipelineId === pipelineId && (stageId === null || place.stageId === stageId)
}

/** Returns a function that finds the place of a moved record. Throws `pipeline_not_found` or `stage_not_found`. */
function presentTarget(pipelines: readonly Pipeline[], { pipelineId, stageId }: MoveTarget) {
  const pipeline = pipelines.find(({ id }) => id === pipelineId)
  if (!pipeline) throw new Problem('pipeline_not_found', { id: pipelineId })
  if (stageId !== null) findStage(pipeline, stageId)
  return (place: StagePlace & Pick<Stage, 'semantic'>): StagePlace => ({
    pipelineId,
    stageId: stageId ?? correspondingStage(pipeline, { ...place, id: place.stageId }).id,
  })
}

/** Throws `stage_required` unless the pipeline stays complete without the stage. */
export function checkRemovable({ stages }: Pipeline, { semantic }: Stage): void {
  const alike = stages.filter((one) => one.semantic === semantic).length
  if (semantic === 'success' || (semantic === 'process' && alike === 1)) throw new Problem('stage_required')
}

/** Returns the stage of the same pipeline to which records move. Throws the fault of the parameter. */
export function targetStage({ stages }: Pipeline, gone: Stage, moveTo: string): Stage {
  const others = stages.filter(({ id }) => id !== gone.id)
  const target = others.find(({ id }) => id === moveTo)
  if (target) return target
  const allowed = others.map(({ id }) => id)
  throw invalid([{ parameter: 'moveTo', code: 'unknown_stage', params: { id: moveTo }, allowed }])
}

/** Returns the pipeline to which records move. Throws the fault of the parameter. */
export function targetPipeline(pipelines: readonly Pipeline[], gone: Pipeline, moveTo: number): Pipeline {
  const others = pipelines.filter(({ id }) => id !== gone.id)
  const target = others.find(({ id }) => id === moveTo)
  if (target) return target
  const allowed = others.map(({ id }) => String(id))
  throw invalid([{ parameter: 'moveTo', code: 'unknown_pipeline', params: { id: moveTo }, allowed }])
}

/** Returns the stage of another pipeline that corresponds to a stage: the same code, else the same meaning, else the first. */
export function correspondingStage({ stages }: Pipeline, { id, semantic }: Pick<Stage, 'id' | 'semantic'>): Stage {
  const same = stages.find((one) => one.id === id && one.semantic === semantic)
  return same ?? stages.find((one) => one.semantic === semantic) ?? stages[0]!
}
