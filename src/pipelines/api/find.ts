import type { Static } from 'typebox'
import type { EntityType } from '../../entities/catalogue.ts'
import { findType } from '../../entities/find-type.ts'
import { nearest } from '../../errors/nearest.ts'
import { Problem } from '../../errors/problem.ts'
import type { Pipeline, Stage } from '../../fields/lookups.ts'
import { labelFor } from '../../http/labels.ts'
import type { Access } from '../../rights/access.ts'
import type { PipelineDocument, StageDocument } from './schemas.ts'

/** Returns the pipelines of a record type. Throws `crm_unavailable`, `type_not_found`. */
export function pipelinesOf(access: Access, code: string): readonly Pipeline[] {
  access.requireCrm()
  const type = findType(access.catalogue, code)
  return access.catalogue.lookups.pipelines.get(type.id) ?? []
}

/** Returns a pipeline. Throws `pipeline_not_found`, `crm_unavailable`, `type_not_found`. */
export function findPipeline(access: Access, { code, id }: { code: string; id: number }): Pipeline {
  const pipeline = pipelinesOf(access, code).find((one) => one.id === id)
  if (!pipeline) throw new Problem('pipeline_not_found', { id })
  return pipeline
}

/** Returns a stage of a pipeline. Throws `stage_not_found` with the nearest code as a hint. */
export function findStage({ stages }: Pipeline, id: string): Stage {
  const stage = stages.find((one) => one.id === id)
  if (stage) return stage
  const hint = nearest(
    id,
    stages.map((one) => one.id),
  )
  throw new Problem('stage_not_found', { id }, { extra: hint === undefined ? {} : { hint } })
}

/** Returns a pipeline in the form of responses. */
export function shownPipeline(
  { id, name, isDefault, sort, failureNeedsReason, stageProbabilities }: Pipeline,
  { language }: Access,
  all?: 'all',
): Static<typeof PipelineDocument> {
  return { id, name: labelFor(name, language, all), isDefault, sort, failureNeedsReason, stageProbabilities }
}

/** Returns a stage in the form of responses. Required fields that the caller does not see are left out. */
export function shownStage(
  { name, requiredFields, nextStages, number: _, ...rest }: Stage,
  access: Access,
  type: Pick<EntityType, 'code'>,
  all?: 'all',
): Static<typeof StageDocument> {
  const visible = [...access.grant(type.code).readable.values()]
  return {
    ...rest,
    name: labelFor(name, access.language, all),
    requiredFields: visible.filter(({ key }) => requiredFields.includes(key)).map(({ path }) => path),
    nextStages: nextStages && [...nextStages],
  }
}
