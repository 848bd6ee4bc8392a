import type { Pipeline } from '../../fields/lookups.ts'
import type { ReportAsking } from './definition.ts'
import type { Asked } from './read-asking.ts'

/**
 * Returns the pipeline of a request, by default the default one. Adds a fault if the request names several. The condition
 * of the parameter refuses unknown ones.
 */
export function onePipeline(
  { access, request: { pipelineId = [] }, inBody }: ReportAsking,
  { type, faults }: Asked,
): Pipeline {
  const pipelines = access.catalogue.lookups.pipelines.get(access.grant(type).type.id) ?? []
  const at = inBody ? { pointer: '/pipelineId' } : { parameter: 'pipelineId' }
  if (pipelineId.length > 1) faults.push({ ...at, code: 'too_many', params: { limit: 1 } })
  return pipelines.find(({ id }) => id === pipelineId[0]) ?? pipelines[0]!
}
