import { sql } from 'kysely'
import { rowsOf } from '../../database/statement.ts'
import type { Transaction } from '../../database/transaction.ts'
import type { Change, PresentRecord } from '../../entities/change.ts'
import type { Semantic } from '../../fields/lookups.ts'
import { readAllRows } from '../../fields/selection.ts'
import type { Value } from '../../fields/value.ts'
import { readingByIds } from '../query/reading-by-ids.ts'
import { allRecords, type RecordQuery, storedRecords } from '../query/record-query.ts'
import { presentOf } from '../query/record-state.ts'
import { saveChanges } from './change.ts'
import type { WriteContext } from './write-context.ts'

/** A stage of a pipeline. */
export interface StagePlace {
  pipelineId: number
  stageId: string
}

/**
 * Changes records for reasons of the model, not because somebody chose to: neither the rules of their type nor the
 * caller's rights apply. Locks the records first. `valuesOf` sees the values that a record then has, and returns the new
 * values by field key, or nothing if the record stays. Returns the number of changed records.
 */
export async function changeForModel(
  trx: Transaction,
  writing: WriteContext,
  records: RecordQuery,
  valuesOf: (present: PresentRecord) => ReadonlyMap<string, Value> | undefined,
): Promise<number> {
  const { grant, context } = writing
  const { rows } = await records
    .select<{ id: number }>(sql`record.id`, { orderBy: sql`record.id`, lock: 'noKeyUpdate' })
    .execute(trx)
  const fields = new Map(grant.type.fields.map((field) => [field.path, field]))
  const selection = presentOf(fields, [...fields.keys()])
  const reading = readingByIds(grant, storedRecords(grant), selection, 'state')
  const ids = rows.map(({ id }) => id)
  const changes = readAllRows(selection, await rowsOf(trx, reading({ ids }))).flatMap((present): Change[] => {
    const given = valuesOf(present)
    if (!given) return []
    const after = new Map([...present.state, ...given])
    const change = { type: grant.type, context, id: present.id, before: present.state, after, given }
    return [{ ...change, faults: [], writable: fields, isRevert: true }]
  })
  if (changes.length) await saveChanges(trx, { ...writing, isSilent: true }, changes)
  return changes.length
}

/**
 * Moves records to other stages for reasons of the model. `targetOf` sees the stage that a record has under the lock,
 * and returns nothing if it stays. Returns the number of moved records.
 */
export async function moveToStages(
  trx: Transaction,
  writing: WriteContext,
  ids: readonly number[],
  targetOf: (record: StagePlace & { id: number; semantic: Semantic }) => StagePlace | undefined,
): Promise<number> {
  const named = allRecords(writing.grant).and(sql`record.id = any(${ids})`)
  return await changeForModel(trx, writing, named, ({ id, state }) => {
    const [pipelineId, stageId] = [Number(state.get('pipelineId')), String(state.get('stageId'))]
    const target = targetOf({ id, pipelineId, stageId, semantic: state.get('stageSemantic') as Semantic })
    return target && new Map<string, Value>(Object.entries(target))
  })
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
