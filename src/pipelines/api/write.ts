import { sql } from 'kysely'
import type { Transaction } from '../../database/transaction.ts'
import type { Labels } from '../../errors/language.ts'
import type { Pipeline, Stage } from '../../fields/lookups.ts'

/**
 * Locks the pipelines of a record type with their stages until the end of the transaction. Changes of pipelines happen
 * one after the other, so that each is checked against what the others saved.
 */
export async function lockPipelines(trx: Transaction, typeId: number): Promise<void> {
  await sql`select id from record_type where id = ${typeId} for no key update`.execute(trx)
}

/** A pipeline to save. Without an id it is new. */
export type SavedPipeline = Omit<Pipeline, 'id' | 'stages'>

/** Creates a pipeline with its stages and returns its id. */
export async function insertPipeline(
  trx: Transaction,
  pipeline: SavedPipeline,
  stages: readonly Stage[],
): Promise<number> {
  if (pipeline.isDefault) await clearDefault(trx, pipeline.typeId)
  const { id } = await trx
    .insertInto('pipeline')
    .values({ ...columnsOf(pipeline), type_id: pipeline.typeId })
    .returning('id')
    .executeTakeFirstOrThrow()
  await insertStages(trx, id, stages)
  return id
}

/** Saves the properties of a pipeline. */
export async function updatePipeline(trx: Transaction, id: number, pipeline: SavedPipeline): Promise<void> {
  if (pipeline.isDefault) await clearDefault(trx, pipeline.typeId)
  await trx.updateTable('pipeline').set(columnsOf(pipeline)).where('id', '=', id).execute()
}

async function clearDefault(trx: Transaction, typeId: number): Promise<void> {
  const others = trx.updateTable('pipeline').set({ is_default: false }).where('type_id', '=', typeId)
  await others.where('is_default', '=', true).execute()
}

function columnsOf({ name, isDefault, sort, failureNeedsReason, stageProbabilities }: SavedPipeline) {
  return {
    name: json(name),
    is_default: isDefault,
    sort,
    failure_needs_reason: failureNeedsReason,
    stage_probabilities: stageProbabilities && JSON.stringify(stageProbabilities),
  }
}

/** Adds stages to a pipeline. */
export async function insertStages(trx: Transaction, pipelineId: number, stages: readonly Stage[]): Promise<void> {
  const rows = stages.map((stage) => ({
    ...changeable(stage),
    pipeline_id: pipelineId,
    code: stage.id,
    semantic: stage.semantic,
  }))
  await trx.insertInto('stage').values(rows).execute()
}

/** Saves the properties of stages of a pipeline. */
export async function updateStages(trx: Transaction, pipelineId: number, stages: readonly Stage[]): Promise<void> {
  for (const stage of stages) {
    const row = trx.updateTable('stage').set(changeable(stage)).where('pipeline_id', '=', pipelineId)
    await row.where('code', '=', stage.id).execute()
  }
}

function changeable({ name, color, sort, requiredFields, nextStages }: Stage) {
  return {
    name: json(name),
    color,
    sort,
    required_fields: JSON.stringify(requiredFields),
    next_stages: nextStages && JSON.stringify(nextStages),
  }
}

function json(labels: Labels): string {
  return JSON.stringify(labels)
}

/** Deletes a stage, also from the moves that other stages allow, and its probability. */
export async function deleteStage(trx: Transaction, { id: pipelineId, stages }: Pipeline, gone: string): Promise<void> {
  await sql`update pipeline set stage_probabilities = nullif(stage_probabilities - ${gone}::text, '{}')
    where id = ${pipelineId} and stage_probabilities ? ${gone}::text`.execute(trx)
  await trx.deleteFrom('stage').where('pipeline_id', '=', pipelineId).where('code', '=', gone).execute()
  const naming = stages.filter(({ id, nextStages }) => id !== gone && nextStages?.includes(gone))
  const without = naming.map((stage) => ({ ...stage, nextStages: stage.nextStages!.filter((id) => id !== gone) }))
  await updateStages(trx, pipelineId, without)
}

/** Deletes a pipeline with its stages. */
export async function deletePipeline(trx: Transaction, id: number): Promise<void> {
  await trx.deleteFrom('stage').where('pipeline_id', '=', id).execute()
  await trx.deleteFrom('pipeline').where('id', '=', id).execute()
}
