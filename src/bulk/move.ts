import { sql } from 'kysely'
import type { Transaction } from '../database/transaction.ts'
import type { EntityType } from '../entities/catalogue.ts'
import { pointerOf } from '../errors/json-pointer.ts'
import type { Fault } from '../errors/problem.ts'
import type { Lookups } from '../fields/lookups.ts'
import { recordsFor } from '../records/query/record-query.ts'
import { changeRecords } from '../records/write/change.ts'
import { lockRecords } from '../records/write/lock-records.ts'
import type { Outcome, WriteContext } from '../records/write/write-context.ts'

/** A move to another pipeline, with the new stage of each present stage. Other stages keep their codes. */
export interface PipelineMove {
  pipelineId: number
  stages?: Record<string, string>
}

/** Returns the faults of a move that do not depend on the record. */
export function moveFaults(move: PipelineMove, type: EntityType, { pipelines }: Lookups): Fault[] {
  const all = pipelines.get(type.id) ?? []
  const target = all.find(({ id }) => id === move.pipelineId)
  if (!target) {
    const [params, allowed] = [{ id: move.pipelineId }, all.map(({ id }) => String(id))]
    return [{ pointer: '/move/pipelineId', code: 'unknown_pipeline', params, allowed }]
  }
  const present = [...new Set(all.flatMap(({ stages }) => stages.map(({ id }) => id)))]
  const after = target.stages.map(({ id }) => id)
  return Object.entries(move.stages ?? {}).flatMap(([from, to]) => {
    const pointer = `/move/stages${pointerOf([from])}`
    if (!present.includes(from)) return [{ pointer, code: 'unknown_stage', params: { id: from }, allowed: present }]
    return after.includes(to) ? [] : [{ pointer, code: 'unknown_stage', params: { id: to }, allowed: after }]
  }) satisfies Fault[]
}

/** Moves records to another pipeline, each to the stage that follows from its present one. */
export async function moveRecords(
  trx: Transaction,
  writing: WriteContext,
  ids: readonly number[],
  { pipelineId, stages = {} }: PipelineMove,
): Promise<Outcome[]> {
  const { grant } = writing
  // The stage of a locked record stays until it is changed here.
  const { versions } = await lockRecords(trx, grant, 'update', ids)
  const { rows } = await recordsFor(grant, 'read')
    .and(sql`record.id = any(${[...versions.keys()]})`)
    .select<{ id: number; stageId: string }>(sql`record.id, record.stage_id as "stageId"`)
    .execute(trx)
  const present = new Map(rows.map(({ id, stageId }) => [id, stageId]))
  const bodyFor = (stageId: string | undefined) => (stageId === undefined ? {} : { pipelineId, stageId })
  const items = ids.map((id) => {
    const stage = present.get(id)
    return { id, input: bodyFor(stage && Object.hasOwn(stages, stage) ? stages[stage] : stage) }
  })
  return await changeRecords(trx, writing, items)
}
