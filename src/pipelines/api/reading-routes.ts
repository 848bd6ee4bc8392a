import { TypeParams } from '../../entities/find-type.ts'
import { problems } from '../../errors/documents.ts'
import type { App } from '../../http/foundation.ts'
import { onePage } from '../../http/id-page.ts'
import { LabelsQuery } from '../../http/labels.ts'
import { describeOperations, ref } from '../../schema/build.ts'
import { findPipeline, findStage, pipelinesOf, shownPipeline, shownStage } from './find.ts'
import { PipelineDocument, PipelineList, PipelineParams, StageDocument, StageList, StageParams } from './schemas.ts'

/** Describes an operation under the tag of pipelines. */
export const say = describeOperations('Pipelines')

const statuses = problems(400, 401, 403, 404, 503)

/** Adds the routes that read the pipelines of a record type and their stages. */
export function readingRoutes(app: App, path: string): void {
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
        response: { 200: ref(PipelineList), ...statuses },
      },
    },
    async ({ access, params, query }) =>
      onePage(pipelinesOf(access, params.code).map((one) => shownPipeline(one, access, query.labels))),
  )

  app.get(
    `${path}/:id`,
    {
      schema: {
        ...say('getPipeline', 'Read a pipeline', 'Returns one pipeline of a record type.'),
        params: PipelineParams,
        querystring: LabelsQuery,
        response: { 200: ref(PipelineDocument), ...statuses },
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
        response: { 200: ref(StageList), ...statuses },
      },
    },
    async ({ access, params, query }) => {
      const { stages } = findPipeline(access, params)
      return onePage(stages.map((stage) => shownStage(stage, access, params, query.labels)))
    },
  )

  app.get(
    `${path}/:id/stages/:stage`,
    {
      schema: {
        ...say('getStage', 'Read a stage', 'Returns one stage of a pipeline.'),
        params: StageParams,
        querystring: LabelsQuery,
        response: { 200: ref(StageDocument), ...statuses },
      },
    },
    async ({ access, params, query }) =>
      shownStage(findStage(findPipeline(access, params), params.stage), access, params, query.labels),
  )
}
