import Type, { type Static } from 'typebox'
import { findType, TypeParams } from '../entities/find-type.ts'
import { problems } from '../errors/documents.ts'
import { Problem } from '../errors/problem.ts'
import type { Pipeline } from '../fields/lookups.ts'
import type { App } from '../http/foundation.ts'
import { onePage } from '../http/id-page.ts'
import { LabelsQuery, labelFor } from '../http/labels.ts'
import { addSchemas } from '../http/shared-schemas.ts'
import type { Access } from '../rights/access.ts'
import { describeOperations, ref } from '../schema/build.ts'
import { PipelineDocument, PipelineList, pipelineSchemas, StageList } from './schemas.ts'

const PipelineParams = Type.Object({
  ...TypeParams.properties,
  id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description: 'Id of the pipeline.', examples: [3] }),
})

const say = describeOperations('Types and fields')

/** Adds the routes that read the pipelines of a record type and their stages. */
export function pipelineRoutes(app: App): void {
  const path = '/types/:code/pipelines'
  addSchemas(app, pipelineSchemas)

  app.get(
    path,
    {
      schema: {
        ...say(
          'listPipelines',
          'List pipelines',
          'Returns the pipelines of a record type, the default pipeline first. The list is empty if the type has no stages.',
        ),
        params: TypeParams,
        querystring: LabelsQuery,
        response: { 200: ref(PipelineList), ...problems(400, 401, 403, 404, 503) },
      },
    },
    async ({ access, params, query }) => {
      return onePage(pipelinesOf(access, params.code).map((one) => shownPipeline(one, access, query.labels)))
    },
  )

  app.get(
    `${path}/:id`,
    {
      schema: {
        ...say('getPipeline', 'Read a pipeline', 'Returns one pipeline of a record type.'),
        params: PipelineParams,
        querystring: LabelsQuery,
        response: { 200: ref(PipelineDocument), ...problems(400, 401, 403, 404, 503) },
      },
    },
    async ({ access, params, query }) => shownPipeline(findPipeline(access, params), access, query.labels),
  )

  app.get(
    `${path}/:id/stages`,
    {
      schema: {
        ...say('listStages', 'List stages', 'Returns the stages of a pipeline in their order.'),
        params: PipelineParams,
        querystring: LabelsQuery,
        response: { 200: ref(StageList), ...problems(400, 401, 403, 404, 503) },
      },
    },
    async ({ access, params, query }) => {
      const { stages } = findPipeline(access, params)
      return onePage(stages.map((stage) => ({ ...stage, name: labelFor(stage.name, access.language, query.labels) })))
    },
  )
}

/** Returns the pipelines of a record type. Throws `crm_unavailable`, `type_not_found`. */
function pipelinesOf(access: Access, code: string): readonly Pipeline[] {
  access.requireCrm()
  const type = findType(access.catalogue, code)
  return access.catalogue.lookups.pipelines.get(type.id) ?? []
}

/** Returns a pipeline. Throws `pipeline_not_found`, `crm_unavailable`, `type_not_found`. */
function findPipeline(access: Access, { code, id }: { code: string; id: number }): Pipeline {
  const pipeline = pipelinesOf(access, code).find((one) => one.id === id)
  if (!pipeline) throw new Problem('pipeline_not_found', { id })
  return pipeline
}

function shownPipeline(pipeline: Pipeline, { language }: Access, all?: 'all'): Static<typeof PipelineDocument> {
  const { id, name, isDefault, sort } = pipeline
  return { id, name: labelFor(name, language, all), isDefault, sort }
}
