import type { Change, Rule } from '../entities/change.ts'
import type { Pipeline, Stage } from '../fields/lookups.ts'
import { checkEntry, find } from './stage-entry.ts'

/**
 * A record is in a stage of its own pipeline. A new record starts in the first stage of the default pipeline. A record
 * that changes its pipeline without a stage starts in the first stage of the new one. A move sets the meaning of the
 * stage, who moved the record and when, and when it was closed. A record that moves from one failure stage to another
 * keeps its closing time; a revert restores the earlier one. Leaving a failure stage clears the failure reason, unless
 * the request sets one. `checkEntry` checks the rules of the stage.
 */
export const stageRule: Rule = {
  trait: 'stages',
  apply(change) {
    const { before, after, context, type } = change
    const pipelines = context.lookups.pipelines.get(type.id) ?? []
    const pipeline = pipelines.find(({ id }) => id === after.get('pipelineId')) ?? pipelines[0]
    if (!pipeline) throw new Error(`${type.code} has no pipeline`)
    const moved = before !== null && before.get('pipelineId') !== pipeline.id
    // A revert of a move names the stage only if its code differs.
    const named = (change.given.has('stageId') || change.isRevert) && (after.get('stageId') ?? null) !== null
    const stage = named || (before && !moved) ? find(pipeline, after.get('stageId')) : pipeline.stages[0]
    if (!stage) return refuse(change, pipeline)
    after.set('pipelineId', pipeline.id)
    after.set('stageId', stage.id)
    if (before && !moved && before.get('stageId') === stage.id) return
    enter(change, stage)
    checkEntry(change, pipeline, stage)
  },
}

function refuse({ faults, after }: Change, { stages }: Pipeline): void {
  // A stage that no pipeline has already has a fault.
  if (faults.some(({ pointer }) => pointer === '/stageId')) return
  const params = { id: String(after.get('stageId')) }
  faults.push({ pointer: '/stageId', code: 'unknown_stage', params, allowed: stages.map(({ id }) => id) })
}

function enter({ before, after, given, context }: Change, stage: Stage): void {
  const now = context.now.toISOString()
  const isKept = given.has('closedAt') || before?.get('stageSemantic') === stage.semantic
  const closedAt = isKept ? (after.get('closedAt') ?? now) : now
  after.set('stageSemantic', stage.semantic)
  after.set('movedBy', context.userId)
  after.set('movedAt', now)
  after.set('closedAt', stage.semantic === 'process' ? null : closedAt)
  if (stage.semantic !== 'failure' && !given.has('failureReason')) after.set('failureReason', null)
}
