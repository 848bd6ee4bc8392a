import { pointerOf } from '../../errors/json-pointer.ts'
import { nearest } from '../../errors/nearest.ts'
import { type Fault, invalid } from '../../errors/problem.ts'
import type { Pipeline, Stage } from '../../fields/lookups.ts'

/** Reads the probabilities of the stages in process of a pipeline. Throws every fault. */
export function readProbabilities(
  given: Pipeline['stageProbabilities'],
  stages: readonly Stage[],
): Pipeline['stageProbabilities'] {
  const allowed = stages.filter(({ semantic }) => semantic === 'process').map(({ id }) => id)
  const unknown = Object.keys(given ?? {}).filter((id) => !allowed.includes(id))
  const faults = unknown.map((id): Fault => {
    const known = stages.some((stage) => stage.id === id)
    const hint = known ? undefined : nearest(id, allowed)
    return {
      pointer: pointerOf(['stageProbabilities', id]),
      ...{ code: known ? 'stage_not_in_process' : 'unknown_stage', params: { id: id.slice(0, 100) }, allowed },
      ...(hint !== undefined && { hint }),
    }
  })
  if (faults.length) throw invalid(faults)
  return given && Object.keys(given).length ? given : null
}
