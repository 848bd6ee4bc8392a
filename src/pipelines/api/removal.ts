import { type SqlBool, sql } from 'kysely'
import { rowsOf, statementOf } from '../../database/statement.ts'
import type { Transaction } from '../../database/transaction.ts'
import { invalid, Problem } from '../../errors/problem.ts'
import type { Pipeline, Stage } from '../../fields/lookups.ts'
import { allRecords, type RecordQuery } from '../../records/query/record-query.ts'
import type { Access } from '../../rights/access.ts'
import type { Grant } from '../../rights/grant.ts'
import { pipelinesOf } from './find.ts'
import { deletePipeline, deleteStage } from './write.ts'

/** A stage or a whole pipeline to remove. */
export interface Removable {
  typeCode: string
  pipelineId: number
  /** Null for the whole pipeline. */
  stageId: string | null
}

/** A stage or a whole pipeline to remove, and where its records move. */
export interface Removal extends Removable {
  toPipelineId: number
  /** Null for a whole pipeline: then each stage has its own target. */
  toStageId: string | null
}

/** Returns the records in the stage or pipeline, without those in the recycle bin. */
export function recordsIn(grant: Grant, { pipelineId, stageId }: Removable): RecordQuery {
  const inPipeline = allRecords(grant).and(sql<SqlBool>`record.pipeline_id = ${pipelineId}`)
  return stageId === null ? inPipeline : inPipeline.and(sql<SqlBool>`record.stage_id = ${stageId}`)
}

/**
 * Removes a stage or a pipeline if it has no records, and returns whether it is gone. No record can enter it from here
 * to the end of the transaction.
 */
export async function removeIfEmpty(trx: Transaction, access: Access, removal: Removable) {
  const { typeCode, pipelineId, stageId } = removal
  const pipeline = pipelinesOf(access, typeCode).find(({ id }) => id === pipelineId)
  if (!pipeline || (stageId !== null && !pipeline.stages.some(({ id }) => id === stageId))) return true
  await sql`set local lock_timeout = '5s'`.execute(trx)
  await rowsOf(trx, statementOf(sql`select pg_advisory_xact_lock(stage_lock(${pipelineId}))`))
  const records = recordsIn(access.grant(typeCode), removal).exists()
  const { rows } = await sql<{ isUsed: boolean }>`select ${records} as "isUsed"`.execute(trx)
  if (rows[0]!.isUsed) return false
  if (stageId === null) await deletePipeline(trx, pipelineId)
  else await deleteStage(trx, pipeline, stageId)
  return true
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
