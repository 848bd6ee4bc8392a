import Type from 'typebox'
import type { Transaction } from '../../database/transaction.ts'
import { findType, TypeParams } from '../../entities/find-type.ts'
import { problems } from '../../errors/documents.ts'
import { Problem } from '../../errors/problem.ts'
import type { Stage } from '../../fields/lookups.ts'
import type { App } from '../../http/foundation.ts'
import { readLabels } from '../../http/labels.ts'
import { answerOnce, locationOf } from '../../idempotency/once.ts'
import { answerRemoval, removalAnswers } from '../../records/removal/answer-removal.ts'
import type { Access } from '../../rights/access.ts'
import { sentBack } from '../../rights/sent-back.ts'
import { ref } from '../../schema/build.ts'
import { findPipeline, pipelinesOf, shownPipeline } from './find.ts'
import { readProbabilities } from './read-probabilities.ts'
import { readStages } from './read-stages.ts'
import { say } from './reading-routes.ts'
import { removalTask, targetPipeline } from './removal.ts'
import { changeableType, lockedAccess, type PipelineRoutes } from './route-context.ts'
import {
  mostPipelines,
  NewPipeline,
  PipelineChange,
  PipelineCopy,
  PipelineDocument,
  PipelineParams,
} from './schemas.ts'
import { insertPipeline, updatePipeline } from './write.ts'

const MoveQuery = Type.Object(
  {
    moveTo: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: Number.MAX_SAFE_INTEGER,
        description: 'Id of the pipeline that gets the records.',
      }),
    ),
  },
  { additionalProperties: false },
)

/** A pipeline to add to a type, with the access after the pipelines were locked. */
interface NewPipelineOfType {
  access: Access
  code: string
  pipeline: Omit<NewPipeline, 'stages'>
  stages: readonly Stage[]
}

/** Adds the routes that create, change, copy and delete the pipelines of a record type. */
export function pipelineWritingRoutes(app: App, path: string, options: PipelineRoutes): void {
  const { db, access: maker } = options
  const created = { 201: ref(PipelineDocument), ...problems(400, 401, 403, 404, 409, 413, 415, 422, 503) }

  app.post(
    path,
    {
      schema: {
        ...say(
          'createPipeline',
          'Create a pipeline',
          'Creates a pipeline with its stages. Leads and quotes have exactly one pipeline. Requires an administrator.',
        ),
        params: TypeParams,
        body: ref(NewPipeline),
        response: created,
      },
    },
    async (request, reply) => {
      const type = changeableType(request, request.params.code)
      return await answerOnce(request, reply, db, async (trx) => {
        const access = await lockedAccess(trx, maker, request.access, type)
        const present = pipelinesOf(access, type.code)
        const { stages, ...rest } = request.body
        const added = stages
          ? readStages(stages, access.grant(type.code))
          : (present[0]?.stages ?? []).map(withoutRules)
        return await add(trx, request, { access, code: type.code, pipeline: rest, stages: added })
      })
    },
  )

  app.post(
    `${path}/:id/copy`,
    {
      schema: {
        ...say(
          'copyPipeline',
          'Copy a pipeline',
          'Creates a pipeline with the stages of another one, including their rules. Requires an administrator.',
        ),
        params: PipelineParams,
        body: ref(PipelineCopy),
        response: created,
      },
    },
    async (request, reply) => {
      const type = changeableType(request, request.params.code)
      return await answerOnce(request, reply, db, async (trx) => {
        const access = await lockedAccess(trx, maker, request.access, type)
        const { stages, failureNeedsReason, stageProbabilities } = findPipeline(access, request.params)
        const pipeline = { ...request.body, failureNeedsReason, stageProbabilities }
        return await add(trx, request, { access, code: type.code, pipeline, stages })
      })
    },
  )

  /** Saves a new pipeline and returns the response. */
  const add = async (
    trx: Transaction,
    request: Parameters<typeof changeableType>[0],
    { access: locked, code, pipeline, stages }: NewPipelineOfType,
  ) => {
    const type = findType(locked.catalogue, code)
    if (!type.traits.has('pipelines')) throw new Problem('pipelines_not_supported', { type: code })
    const present = pipelinesOf(locked, code)
    if (present.length >= mostPipelines) throw new Problem('too_many_pipelines', { most: mostPipelines })
    const { name, sort = Math.max(0, ...present.map((one) => one.sort)) + 10, failureNeedsReason = false } = pipeline
    const isDefault = pipeline.isDefault ?? !present.length
    const stageProbabilities = readProbabilities(pipeline.stageProbabilities ?? null, stages)
    const saved = { typeId: type.id, name: readLabels(name), sort, failureNeedsReason, stageProbabilities, isDefault }
    const id = await insertPipeline(trx, saved, stages)
    const access = await maker.within(trx, request.access)
    const headers = locationOf(request, `/v1/types/${code}/pipelines/${id}`)
    return { status: 201, headers, body: shownPipeline(findPipeline(access, { code, id }), access) }
  }

  app.patch(
    `${path}/:id`,
    {
      config: sentBack((access, params: { code: string; id: number }) =>
        shownPipeline(findPipeline(access, params), access, 'all'),
      ),
      schema: {
        ...say(
          'updatePipeline',
          'Change a pipeline',
          'Changes the properties of a pipeline. Requires an administrator.',
        ),
        params: PipelineParams,
        body: ref(PipelineChange),
        response: { 200: ref(PipelineDocument), ...problems(400, 401, 403, 404, 413, 415, 422, 503) },
      },
    },
    async (request, reply) => {
      const { params, body } = request
      const type = changeableType(request, params.code)
      return await answerOnce(request, reply, db, async (trx) => {
        const present = findPipeline(await lockedAccess(trx, maker, request.access, type), params)
        const { name, ...rest } = body
        await updatePipeline(trx, params.id, {
          ...present,
          ...rest,
          ...(name && { name: readLabels(name, present.name) }),
          ...(body.stageProbabilities && {
            stageProbabilities: readProbabilities(body.stageProbabilities, present.stages),
          }),
        })
        const access = await maker.within(trx, request.access)
        return { status: 200, body: shownPipeline(findPipeline(access, params), access) }
      })
    },
  )

  app.delete(
    `${path}/:id`,
    {
      schema: {
        ...say(
          'deletePipeline',
          'Delete a pipeline',
          'Deletes a pipeline without records. With `moveTo`, a job first moves its records to another pipeline: to the stage with the same code and meaning, or else to the first stage with the same meaning. The default pipeline cannot be deleted. With `dryRun=true` and `moveTo`, returns the number of records. Requires an administrator.',
        ),
        params: PipelineParams,
        querystring: MoveQuery,
        response: removalAnswers,
      },
    },
    async (request, reply) => {
      const { params, query } = request
      const type = changeableType(request, params.code)
      return await answerRemoval(request, reply, options, {
        task: removalTask,
        part: { typeCode: type.code, pipelineId: params.id, stageId: null },
        targetIn(access) {
          const pipeline = findPipeline(access, params)
          if (pipeline.isDefault) throw new Problem('default_pipeline')
          if (query.moveTo === undefined) return null
          const { id } = targetPipeline(pipelinesOf(access, type.code), pipeline, query.moveTo)
          return { pipelineId: id, stageId: null }
        },
        inUse: (counts) => new Problem('pipeline_in_use', { id: params.id }, { extra: { ...counts } }),
      })
    },
  )
}

function withoutRules(stage: Stage): Stage {
  return { ...stage, requiredFields: [], nextStages: null }
}
