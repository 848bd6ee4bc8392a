import { problems } from '../errors/documents.ts'
import { Problem } from '../errors/problem.ts'
import { refuseParameters } from '../filters/meant-conditions.ts'
import type { App } from '../http/foundation.ts'
import { sendJson } from '../http/send-json.ts'
import { addSchemas } from '../http/shared-schemas.ts'
import { listOfQuery } from '../lists/list-of-query.ts'
import { withFilter } from '../lists/parameters.ts'
import { listHeaders, listJson, tellUnindexed } from '../lists/send-list.ts'
import { findPipeline, shownPipeline, shownStage } from '../pipelines/api/find.ts'
import { PipelineParams } from '../pipelines/api/schemas.ts'
import type { RecordRoutes } from '../records/api/route-context.ts'
import { conditionsFor } from '../reporting-period/read-event.ts'
import type { Access } from '../rights/access.ts'
import type { Grant } from '../rights/grant.ts'
import { describeOperations, ref } from '../schema/build.ts'
import { type BoardColumn, readBoard } from './read-board.ts'
import { BoardDocument, BoardQuery, boardFilter, boardSchemas } from './schemas.ts'

const say = describeOperations('Pipelines')

/** Adds the route that reads a pipeline as a board. */
export function boardRoutes(app: App, options: RecordRoutes): void {
  addSchemas(app, boardSchemas)
  void app.register(async (scope: App) => {
    // The selections write the JSON.
    scope.setSerializerCompiler(() => JSON.stringify)
    scope.get(
      '/types/:code/pipelines/:id/board',
      {
        attachValidation: true,
        config: { untagged: true, startsEarly: true },
        schema: {
          'x-parameters': [boardFilter],
          ...say(
            'getBoard',
            'Read a board',
            'Returns the stages of a pipeline in their order, each with its first records, and on request with their number and the sums of their amounts. To read more records of a stage, send `page.next` of its column as `cursor` to the list of these records. Search words (`q`) are for lists only.',
          ),
          params: PipelineParams,
          querystring: withFilter(BoardQuery),
          response: {
            200: { ...ref(BoardDocument), headers: listHeaders },
            ...problems(400, 401, 403, 404, 503),
          },
        },
      },
      async ({ access, params, query, validationError }, reply) => {
        refuseParameters(validationError, () => conditionsFor(access.grant(params.code)))
        const pipeline = findPipeline(access, params)
        const grant = stagedGrant(access, params)
        const { stages, count, sums, labels } = query
        const request = { list: listOfQuery({ ...query, count: 'none' }), stages, counts: count === 'exact', sums }
        const { columns, unindexed } = await readBoard(options.db, access, grant, pipeline, request, options)
        tellUnindexed(reply, unindexed)
        const shown = columns.map((column) => columnJson(column, shownStage(column.stage, access, params, labels)))
        const head = JSON.stringify(shownPipeline(pipeline, access, labels))
        return sendJson(reply, `{"pipeline":${head},"columns":[${shown.join()}]}`)
      },
    )
  })
}

/** Returns the grant for the records of a board. Throws `pipeline_not_found` if the caller does not see their stages. */
function stagedGrant(access: Access, { code, id }: { code: string; id: number }): Grant {
  const grant = access.grant(code)
  if (grant.readable.has('pipelineId') && grant.readable.has('stageId')) return grant
  throw new Problem('pipeline_not_found', { id })
}

function columnJson({ list, sums }: BoardColumn, stage: object): string {
  const added = sums === undefined ? {} : { sums, sumsStatus: sums ? 'exact' : 'timedOut' }
  return `${JSON.stringify({ stage, ...added }).slice(0, -1)},${listJson(list).slice(1)}`
}
