import { sql } from 'kysely'
import { rowsOf } from '../../database/statement.ts'
import type { Transaction } from '../../database/transaction.ts'
import type { Change } from '../../entities/change.ts'
import type { Semantic } from '../../fields/lookups.ts'
import { readAllRows } from '../../fields/selection.ts'
import { readingByIds } from '../query/reading-by-ids.ts'
import { allRecords } from '../query/record-query.ts'
import { presentOf } from '../query/record-state.ts'
import { saveChanges } from './change.ts'
import type { WriteContext } from './write-context.ts'

/** A stage of a pipeline. */
export interface StagePlace {
  pipelineId: number
  stageId: string
}

/**
 * Moves records to other stages for reasons of the model, not because somebody chose to: neither the rules of the stages
 * nor the right to move apply. Locks the records first; `targetOf` sees the stage that a record then has, and returns
 * nothing if it stays. Returns the number of moved records.
 */
export async function moveToStages(
  trx: Transaction,
  writing: WriteContext,
  ids: readonly number[],
  targetOf: (record: StagePlace & { id: number; semantic: Semantic }) => StagePlace | undefined,
): Promise<number> {
  const { grant, context } = writing
  const named = allRecords(grant).and(sql`record.id = any(${ids})`)
  await named.select(sql`record.id`, { orderBy: sql`record.id`, lock: 'noKeyUpdate' }).execute(trx)
  const fields = new Map(grant.type.fields.map((field) => [field.path, field]))
  const selection = presentOf(fields, [...fields.keys()])
  const reading = readingByIds(grant, allRecords(grant), selection, 'state')
  const states = readAllRows(selection, await rowsOf(trx, reading({ ids })))
  const changes = states.flatMap(({ id, state }): Change[] => {
    const [pipelineId, stageId] = [Number(state.get('pipelineId')), String(state.get('stageId'))]
    const target = targetOf({ id, pipelineId, stageId, semantic: state.get('stageSemantic') as Semantic })
    if (!target) return []
    const given = new Map(Object.entries(target))
    const after = new Map([...state, ...given])
    return [
      { type: grant.type, context, id, before: state, after, given, faults: [], writable: fields, isRevert: true },
    ]
  })
  if (changes.length) await saveChanges(trx, { ...writing, isSilent: true }, changes)
  return changes.length
}

/** A record that leaves the recycle bin, with its pipeline and stage if its type has stages. */
export type RestoredRecord = { id: number } & Partial<StagePlace>

/**
 * Moves restored records whose stage was deleted in the meantime to the first stage of their pipeline. If the pipeline
 * was deleted too, they move to the default pipeline.
 */
export async function leaveGoneStages(
  trx: Transaction,
  writing: WriteContext,
  records: readonly RestoredRecord[],
): Promise<void> {
  const pipelines = pipelinesOf(writing)
  const stranded = records.filter((record) => pipelines.length && !placeIn(pipelines, record))
  if (!stranded.length) return
  const ids = stranded.map(({ id }) => id)
  await moveToStages(trx, writing, ids, ({ pipelineId }) => {
    const { id, stages } = pipelines.find((one) => one.id === pipelineId) ?? pipelines[0]!
    return { pipelineId: id, stageId: stages[0]!.id }
  })
}

/** Returns the places of restored records whose stages still exist. */
export function presentPlaces(writing: WriteContext, records: readonly RestoredRecord[]): StagePlace[] {
  return records.flatMap((record) => placeIn(pipelinesOf(writing), record) ?? [])
}

function pipelinesOf({ grant: { catalogue, type } }: WriteContext) {
  return catalogue.lookups.pipelines.get(type.id) ?? []
}

function placeIn(
  pipelines: ReturnType<typeof pipelinesOf>,
  { pipelineId, stageId }: RestoredRecord,
): StagePlace | undefined {
  const pipeline = pipelines.find(({ id }) => id === pipelineId)
  const stage = pipeline?.stages.find(({ id }) => id === stageId)
  return pipeline && stage && { pipelineId: pipeline.id, stageId: stage.id }
}
