import { type Change, pointerTo } from '../entities/change.ts'
import { isWithin } from '../errors/json-pointer.ts'
import type { Fault } from '../errors/problem.ts'
import type { Field } from '../fields/field.ts'
import type { Pipeline, Stage } from '../fields/lookups.ts'
import { isNothing } from '../fields/value.ts'

/**
 * Adds the faults of a record that enters a stage: the move is not allowed, a required field is empty, or the reason of
 * failure is missing. Only creation and moves are checked, so a record can be edited in a stage whose rules are newer.
 */
export function checkEntry(change: Change, pipeline: Pipeline, stage: Stage): void {
  if (change.isRevert) return
  const { before, after, type, writable, faults } = change
  const add = (fault: Fault) => {
    if (!faults.some(({ pointer = '' }) => isWithin(pointer, fault.pointer ?? ''))) faults.push(fault)
  }
  const from = before?.get('pipelineId') === pipeline.id ? find(pipeline, before.get('stageId')) : undefined
  if (from?.nextStages && !from.nextStages.includes(stage.id)) {
    const params = { from: from.id, to: stage.id }
    add({ pointer: '/stageId', code: 'move_not_allowed', params, allowed: from.nextStages })
  }
  const required = type.fields.filter((field) => stage.requiredFields.includes(field.key))
  for (const field of required) {
    if (!writable.has(field.path) || !isEmpty(change, field)) continue
    add({ pointer: pointerTo(field), code: 'required_in_stage', params: { stage: stage.id } })
  }
  if (needsReason(pipeline, stage) && isNothing(after.get('failureReason'))) {
    add({ pointer: '/failureReason', code: 'failure_reason_required' })
  }
}

/** Returns the keys of the fields that a record must have when it enters the stage. */
export function keysRequiredIn(pipeline: Pipeline, stage: Stage): readonly string[] {
  return [...stage.requiredFields, ...(needsReason(pipeline, stage) ? ['failureReason'] : [])]
}

function needsReason({ failureNeedsReason }: Pipeline, { semantic }: Stage): boolean {
  return failureNeedsReason && semantic === 'failure'
}

/** Returns whether a field has no value. An amount of zero is no value: new deals have it by default. */
function isEmpty({ after, type }: Change, { key }: Field): boolean {
  const value = after.get(key)
  const isAmount = key === 'amount' && type.traits.has('money')
  return isNothing(value) || (isAmount && Number(value) === 0)
}

/** Returns the stage of a pipeline with this id. */
export function find(pipeline: Pipeline, id: unknown): Stage | undefined {
  return pipeline.stages.find((stage) => stage.id === id)
}
