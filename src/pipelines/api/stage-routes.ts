import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { Transaction } from '../../database/transaction.ts'
import type { EntityType } from '../../entities/catalogue.ts'
import { problems } from '../../errors/documents.ts'
import { Problem } from '../../errors/problem.ts'
import type { App } from '../../http/foundation.ts'
import { onePage } from '../../http/id-page.ts'
import { answerOnce, locationOf } from '../../idempotency/once.ts'
import { answerRemoval, removalAnswers } from '../../records/removal/answer-removal.ts'
import { sentBack } from '../../rights/sent-back.ts'
import { ref } from '../../schema/build.ts'
import { findPipeline, findStage, shownStage } from './find.ts'
import { readOrder, readStage, readStageChange } from './read-stages.ts'
import { say } from './reading-routes.ts'
import { checkRemovable, removalTask, targetStage } from './removal.ts'
import { changeableType, lockedAccess, type PipelineRoutes } from './route-context.ts'
import { NewStage, PipelineParams, StageChange, StageDocument, StageList, StageOrder, StageParams } from './schemas.ts'
import { insertStages, updateStages } from './write.ts'

const MoveQuery = Type.Object(
  {
    moveTo: Type.Optional(
      Type.String({ maxLength: 100, description: 'Code of the stage that gets the records.', examples: ['NEW'] }),
    ),
  },
  { additionalProperties: false },
)

/** Adds the routes that create, change, reorder and delete the stages of a pipeline. */
export function stageWritingRoutes(app: App, path: string, options: PipelineRoutes): void {
  const { db, access: maker } = options
  const bodyStatuses = problems(400, 401, 403, 404, 413, 415, 422, 503)
  const locked = async (trx: Transaction, request: FastifyRequest, type: EntityType, id: number) => {
    const access = await lockedAccess(trx, maker, request.access, type)
    return { access, pipeline: findPipeline(access, { code: type.code, id }) }
  }
  /** Returns the stages of a pipeline as the transaction that changed them sees them. */
  const shownNow = async (trx: Transaction, request: FastifyRequest, type: EntityType, id: number) => {
    const access = await maker.within(trx, request.access)
    return findPipeline(access, { code: type.code, id }).stages.map((stage) => shownStage(stage, access, type))
  }

  app.post(
    path,
    {
      schema: {
        ...say('createStage', 'Create a stage', 'Adds a stage to a pipeline. Requires an administrator.'),
        params: PipelineParams,
        body: ref(NewStage),
        response: { 201: ref(StageDocument), ...problems(409), ...bodyStatuses },
      },
    },
    async (request, reply) => {
      const { params, body } = request
      const type = changeableType(request, params.code)
      return await answerOnce(request, reply, db, async (trx) => {
        const { access, pipeline } = await locked(trx, request, type, params.id)
        if (pipeline.stages.some(({ id }) => id === body.id)) throw new Problem('stage_exists', { id: body.id })
        await insertStages(trx, pipeline.id, [readStage(body, pipeline.stages, access.grant(type.code))])
        const shown = (await shownNow(trx, request, type, params.id)).find(({ id }) => id === body.id)!
        const headers = locationOf(request, `/v1/types/${type.code}/pipelines/${params.id}/stages/${body.id}`)
        return { status: 201, headers, body: shown }
      })
    },
  )

  app.patch(
    `${path}/:stage`,
    {
      config: sentBack((access, params: { code: string; id: number; stage: string }) =>
        shownStage(findStage(findPipeline(access, params), params.stage), access, params, 'all'),
      ),
      schema: {
        ...say(
          'updateStage',
          'Change a stage',
          'Changes the name, colour, position or rules of a stage. Its code and meaning cannot change. Requires an administrator.',
        ),
        params: StageParams,
        body: ref(StageChange),
        response: { 200: ref(StageDocument), ...bodyStatuses },
      },
    },
    async (request, reply) => {
      const { params, body } = request
      const type = changeableType(request, params.code)
      return await answerOnce(request, reply, db, async (trx) => {
        const { access, pipeline } = await locked(trx, request, type, params.id)
        const stage = findStage(pipeline, params.stage)
        const present = { stage, present: pipeline.stages, grant: access.grant(type.code) }
        await updateStages(trx, pipeline.id, [readStageChange(body, present)])
        return {
          status: 200,
          body: (await shownNow(trx, request, type, params.id)).find(({ id }) => id === stage.id)!,
        }
      })
    },
  )

  app.put(
    `${path}/order`,
    {
      schema: {
        ...say(
          'orderStages',
          'Reorder stages',
          'Sets the order of all stages of a pipeline. Requires an administrator.',
        ),
        params: PipelineParams,
        body: ref(StageOrder),
        response: { 200: ref(StageList), ...bodyStatuses },
      },
    },
    async (request, reply) => {
      const { params, body } = request
      const type = changeableType(request, params.code)
      return await answerOnce(request, reply, db, async (trx) => {
        const { pipeline } = await locked(trx, request, type, params.id)
        await updateStages(trx, pipeline.id, readOrder(body.stageIds, pipeline.stages))
        return { status: 200, body: onePage(await shownNow(trx, request, type, params.id)) }
      })
    },
  )

  app.delete(
    `${path}/:stage`,
    {
      schema: {
        ...say(
          'deleteStage',
          'Delete a stage',
          'Deletes a stage without records. With `moveTo`, a job first moves its records to another stage of the pipeline; the rules of that stage do not apply. Records in the recycle bin do not count: if they are restored, they start in the first stage. With `dryRun=true` and `moveTo`, returns the number of records. Requires an administrator.',
        ),
        params: StageParams,
        querystring: MoveQuery,
        response: removalAnswers,
      },
    },
    async (request, reply) => {
      const { params, query } = request
      const type = changeableType(request, params.code)
      return await answerRemoval(request, reply, options, {
        task: removalTask,
        part: { typeCode: type.code, pipelineId: params.id, stageId: params.stage },
        targetIn(access) {
          const pipeline = findPipeline(access, params)
          const stage = findStage(pipeline, params.stage)
          checkRemovable(pipeline, stage)
          if (query.moveTo === undefined) return null
          return { pipelineId: pipeline.id, stageId: targetStage(pipeline, stage, query.moveTo).id }
        },
        inUse: (counts) => new Problem('stage_in_use', { id: params.stage }, { extra: { ...counts } }),
      })
    },
  )
}
