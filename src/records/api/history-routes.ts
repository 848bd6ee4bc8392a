import { sql } from 'kysely'
import type { Database } from '../../database/connect.ts'
import { problems } from '../../errors/documents.ts'
import type { App } from '../../http/foundation.ts'
import { IdCursors, type IdPage } from '../../http/id-page.ts'
import type { Grant } from '../../rights/grant.ts'
import { ref } from '../../schema/build.ts'
import { checkTold, findHistory } from '../list/history.ts'
import { HistoryList, HistoryQuery, StageHistoryList, StageHistoryQuery } from './history-schemas.ts'
import { listOfQuery } from './list-of-query.ts'
import { IdParams, withFilter } from './requests.ts'
import type { TypeRoutes } from './route-context.ts'
import { sendList } from './send-list.ts'

/** Adds the routes of a record's history and stage history. They include records that the caller may restore. */
export function historyRoutes(app: App, { db, cursors, countTime, type, path, texts }: TypeRoutes): void {
  const statuses = problems(400, 401, 403, 404, 503)

  app.get(
    `${path}/:id/history`,
    {
      schema: {
        ...texts.history,
        params: IdParams,
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
        await findHistory(db, request.access, request.access.grant(type.code), asked, { cursors, countTime }),
      )
    },
  )

  if (!type.traits.has('stages')) return
  app.get(
    `${path}/:id/stage-history`,
    {
      schema: {
        ...texts.stageHistory,
        params: IdParams,
        querystring: StageHistoryQuery,
        response: { 200: ref(StageHistoryList), ...statuses },
      },
    },
    async ({ access, params: { id }, query }) => {
      const grant = access.grant(type.code)
      await checkTold(db, access, grant, id)
      const list = new IdCursors(`${type.code}/${id}`, null, cursors)
      const page = list.read(query)
      return list.page(await readStages(db, grant, id, page), page) as never
    },
  )
}

/** Reads the stages of a page, latest first, plus one more that shows whether another page follows. */
async function readStages(db: Database, { type, readable }: Grant, id: number, page: IdPage) {
  const readableColumn = (code: string) => (readable.has(code) ? sql.ref(`h.${code}`) : sql`null`)
  const { rows } = await sql<{ id: number }>`
    select h.id, h.kind, h.pipeline_id as "pipelineId", h.stage_id as "stageId", h.semantic,
      ${readableColumn('amount')}::text as amount, ${readableColumn('currency')} as currency,
      instant(h.entered_at) as "enteredAt", h.entered_by as "enteredBy", instant(h.left_at) as "leftAt"
    from stage_history as h where h.type_id = ${type.id} and h.record_id = ${id}
    ${page.id ? sql`and h.id ${page.back ? sql`>` : sql`<`} ${page.id}` : sql``}
    order by h.id ${page.back ? sql`asc` : sql`desc`} limit ${page.limit + 1}`.execute(db)
  return rows
}
