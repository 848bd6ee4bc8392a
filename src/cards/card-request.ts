import type { EntityType } from '../entities/catalogue.ts'
import { type Fault, invalid } from '../errors/problem.ts'
import type { Pipeline, Stage } from '../fields/lookups.ts'
import type { Access } from '../rights/access.ts'
import type { Grant } from '../rights/grant.ts'
import type { CardKey } from './card.ts'

/** The card that a request names, with the grant of its type, and the stage for which it is read. */
export interface CardRequest {
  access: Access
  grant: Grant
  key: CardKey
  pipeline: Pipeline | undefined
  stage: Stage | undefined
}

/** The parts of a query that name a card. */
interface CardNames {
  pipelineId?: number | undefined
  isRepeat?: boolean | undefined
  stageId?: string | undefined
}

/** Reads which card a request names. Throws `crm_unavailable`, `type_not_found`, `forbidden`, and every fault. */
export function readCardRequest(access: Access, typeCode: string, names: CardNames): CardRequest {
  const grant = access.grant(typeCode)
  const { type } = grant
  const pipelines = access.catalogue.lookups.pipelines.get(type.id) ?? []
  const faults: Fault[] = []
  checkAllowed(type, names, faults)
  const { pipelineId, stageId, isRepeat = false } = names
  const pipeline = pipelineId === undefined ? pipelines[0] : pipelines.find(({ id }) => id === pipelineId)
  const stage = pipeline?.stages.find(({ id }) => id === stageId)
  if (pipelines.length && !pipeline) {
    const allowed = pipelines.map(({ id }) => String(id))
    faults.push({ parameter: 'pipelineId', code: 'unknown_pipeline', params: { id: pipelineId ?? 0 }, allowed })
  } else if (pipeline && stageId !== undefined && !stage) {
    const allowed = pipeline.stages.map(({ id }) => id)
    faults.push({ parameter: 'stageId', code: 'unknown_stage', params: { id: stageId }, allowed })
  }
  if (faults.length) throw invalid(faults)
  return { access, grant, pipeline, stage, key: { typeId: type.id, pipelineId: pipeline?.id ?? null, isRepeat } }
}

function checkAllowed({ traits }: EntityType, names: CardNames, faults: Fault[]): void {
  const needed = { pipelineId: 'stages', stageId: 'stages', isRepeat: 'conversion' } as const
  for (const parameter of ['pipelineId', 'stageId', 'isRepeat'] as const) {
    const isGiven = names[parameter] !== undefined
    if (isGiven && !traits.has(needed[parameter])) faults.push({ parameter, code: 'not_allowed_here' })
  }
}
