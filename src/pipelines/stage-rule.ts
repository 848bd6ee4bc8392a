import type { Change, Rule } from '../entities/change.ts'
import type { Pipeline, Stage } from '../fields/lookups.ts'

/**
 * A record stands in a stage of its own pipeline. A new one begins in the default pipeline's first stage; one that
 * changes its pipeline without naming a stage begins the new pipeline. What the stage means, who moved the record and
 * when it was closed follow from the move; one that returns to where it was, was closed when it was. The reason of a
 * failure goes with it, unless it is given anew.
 */
export const stageRule: Rule = {
  trait: 'stages',
  apply(change) {
    const { before, after, context, type } = change
    const pipelines = context.lookups.pipelines.get(type.id) ?? []
    const pipeline = pipelines.find(({ id }) => id === after.get('pipelineId')) ?? pipelines[0]
    if (!pipeline) throw new Error(`${type.code} has no pipeline`)
    const moved = before !== null && before.get('pipelineId') !== pipeline.id
    const named = change.given.has('stageId') && after.get('stageId') !== null
    const stage = named || (before && !moved) ? find(pipeline, after.get('stageId')) : pipeline.stages[0]
    if (!stage) return refuse(change, pipeline)
    after.set('pipelineId', pipeline.id)
    after.set('stageId', stage.id)
    if (before && !moved && before.get('stageId') === stage.id) return
    enter(change, stage)
  },
}

function find(pipeline: Pipeline, id: unknown): Stage | undefined {
  return pipeline.stages.find((stage) => stage.id === id)
}

function refuse({ faults, after }: Change, { stages }: Pipeline): void {
  // A stage that no pipeline has was refused before, with its own fault.
  if (faults.some(({ pointer }) => pointer === '/stageId')) return
  const params = { id: String(after.get('stageId')) }
  faults.push({ pointer: '/stageId', code: 'unknown_stage', params, allowed: stages.map(({ id }) => id) })
}

function enter({ after, given, context }: Change, stage: Stage): void {
  const now = context.now.toISOString()
  const closedAt = given.has('closedAt') ? (after.get('closedAt') ?? now) : now
  after.set('stageSemantic', stage.semantic)
  after.set('movedBy', context.userId)
  after.set('movedAt', now)
  after.set('closedAt', stage.semantic === 'process' ? null : closedAt)
  if (stage.semantic !== 'failure' && !given.has('failureReason')) after.set('failureReason', null)
}
