import { problems } from '../../errors/documents.ts'
import type { App } from '../../http/foundation.ts'
import { listOfQuery } from '../../lists/list-of-query.ts'
import { withFilter } from '../../lists/parameters.ts'
import { sendList } from '../../lists/send-list.ts'
import { StageHistoryList } from '../../pipelines/schemas.ts'
import { readStages } from '../../pipelines/stage-history.ts'
import { ref } from '../../schema/build.ts'
import { checkHistoryVisible, findHistory } from '../list/history.ts'
import { HistoryList, HistoryQuery, StageHistoryQuery } from './history-schemas.ts'
import { IdParams } from './requests.ts'
import type { ResourceRoutes } from './route-context.ts'

/** Adds the routes of a record's history and stage history. They include records that the caller may restore. */
export function historyRoutes(app: App, routes: ResourceRoutes): void {
  const { db, cursors, countTime, type, path, params, codeOf, texts } = routes
  const statuses = problems(400, 401, 403, 404, 503)

  app.get(
    `${path}/:id/history`,
    {
      schema: {
        ...texts.history,
        params: params(IdParams),
        querystring: withFilter(HistoryQuery),
        response: { 200: ref(HistoryList), ...statuses },
      },
    },
    async (request, reply) => {
      const { mode } = request.query
      const asked = { id: request.params.id, mode, list: listOfQuery(request.query) }
      return sendList(
        request,
        reply,
        await findHistory(db, request.access, request.access.grant(codeOf(request)), asked, { cursors, countTime }),
      )
    },
  )

  if (!type.traits.has('stages')) return
  app.get(
    `${path}/:id/stage-history`,
    {
      schema: {
        ...texts.stageHistory,
        params: params(IdParams),
        querystring: StageHistoryQuery,
        response: { 200: ref(StageHistoryList), ...statuses },
      },
    },
    async (request) => {
      const { access, query } = request
      const { id } = request.params
      const grant = access.grant(codeOf(request))
      await checkHistoryVisible(db, access, grant, id)
      return await readStages(db, grant, id, { ...query, cursors })
    },
  )
}
