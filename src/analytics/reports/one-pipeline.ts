import { invalid } from '../../errors/problem.ts'
import type { Pipeline } from '../../fields/lookups.ts'
import type { ReportAsking } from './definition.ts'

/** Returns the pipeline of a request, by default the default one. Throws if the request names several or an unknown one. */
export function onePipeline({ access, request: { pipelineId }, inBody }: ReportAsking, type: string): Pipeline {
  const pipelines = access.catalogue.lookups.pipelines.get(access.grant(type).type.id) ?? []
  const at = inBody ? { pointer: '/pipelineId' } : { parameter: 'pipelineId' }
  if (pipelineId && pipelineId.length > 1) throw invalid([{ ...at, code: 'too_many', params: { limit: 1 } }])
  const pipeline = pipelineId ? pipelines.find(({ id }) => id === pipelineId[0]) : pipelines[0]
  if (pipeline) return pipeline
  const allowed = pipelines.map(({ id }) => String(id))
  throw invalid([{ ...at, code: 'unknown_pipeline', params: { id: String(pipelineId?.[0]) }, allowed }])
}
