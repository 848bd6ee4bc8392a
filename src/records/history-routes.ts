import { type RawBuilder, sql } from 'kysely'
import Type from 'typebox'
import type { Database } from '../database/connect.ts'
import { type HistoryRow, shownEntry } from '../history/read.ts'
import type { App } from '../http/foundation.ts'
import { IdCursors, pageQuery } from '../http/id-pages.ts'
import { enumOf, listOf, nullable, problems, ref } from '../http/schema.ts'
import type { Grant } from '../rights/grant.ts'
import { recordNotFound } from './read.ts'
import { IdParams } from './requests.ts'
import type { TypeRoutes } from './routes.ts'
import { recordsFor } from './source.ts'

const instant = (description: string) => Type.String({ format: 'date-time', description })

/** What changed in a record at once. */
export const HistoryEntry = Type.Object(
  {
    id: Type.Integer({ description: 'Id of the entry.' }),
    at: instant('When.'),
    actorId: nullable(Type.Integer(), { description: 'The user who did it.' }),
    via: Type.String({ description: 'Through what: api, import, system.', examples: ['api'] }),
    version: Type.Integer({ description: "The record's version since then." }),
    kind: enumOf(['created', 'changed', 'deleted'], { description: 'What happened.' }),
    changes: Type.Array(
      Type.Object({
        field: Type.String({ description: 'Path of the field.' }),
        old: Type.Unknown({ description: 'Value before.' }),
        new: Type.Unknown({ description: 'Value since.' }),
      }),
      { description: 'The fields that changed; a creation repeats no values.' },
    ),
  },
  { $id: 'HistoryEntry' },
)

/** A stretch of time in a stage. */
export const StageHistoryEntry = Type.Object(
  {
    id: Type.Integer({ description: 'Id of the entry.' }),
    kind: enumOf(['created', 'moved', 'closed', 'pipelineChanged'], { description: 'How the record came there.' }),
    pipelineId: Type.Integer({ description: 'The pipeline.' }),
    stageId: Type.String({ description: 'The stage.' }),
    semantic: enumOf(['process', 'success', 'failure'], { description: 'What the stage meant.' }),
    amount: nullable(Type.String(), { description: 'Amount of the record then.' }),
    currency: nullable(Type.String(), { description: 'Currency of the amount.' }),
    enteredAt: instant('When it came.'),
    enteredBy: Type.Integer({ description: 'The user who moved it.' }),
    leftAt: nullable(Type.String({ format: 'date-time' }), {
      description: 'When it left; null where it still stands.',
    }),
  },
  { $id: 'StageHistoryEntry' },
)

const HistoryList = listOf(HistoryEntry, 'HistoryList')
const StageHistoryList = listOf(StageHistoryEntry, 'StageHistoryList')

/** The schemas of these routes. */
export const historySchemas = [HistoryEntry, HistoryList, StageHistoryEntry, StageHistoryList]

const PageQuery = Type.Object(pageQuery, { additionalProperties: false })

/** What a record went through: its changes, and its stages. */
export function historyRoutes(app: App, { db, secret, type, path, texts, fresh }: TypeRoutes): void {
  const statuses = problems(400, 401, 403, 404, 503)

  app.get(
    `${path}/:id/history`,
    {
      schema: {
        ...texts.history,
        params: IdParams,
        querystring: PageQuery,
        response: { 200: ref(HistoryList), ...statuses },
      },
    },
    (request) =>
      fresh(request, async (access) => {
        const grant = access.grant(type.code)
        const page = await readEntries<HistoryRow>(db, grant, request.params.id, request.query, secret, history)
        return { ...page, data: page.data.map((entry) => shownEntry(entry, grant.readable)) as never }
      }),
  )

  if (!type.traits.has('stages')) return
  app.get(
    `${path}/:id/stage-history`,
    {
      schema: {
        ...texts.stageHistory,
        params: IdParams,
        querystring: PageQuery,
        response: { 200: ref(StageHistoryList), ...statuses },
      },
    },
    (request) =>
      fresh(request, async (access) => {
        const grant = access.grant(type.code)
        const page = await readEntries<{ id: number }>(
          db,
          grant,
          request.params.id,
          request.query,
          secret,
          stageHistory,
        )
        const hidden = ['amount', 'currency'].filter((name) => type.traits.has('money') && !grant.readable.has(name))
        const cut = Object.fromEntries(hidden.map((name) => [name, null]))
        return { ...page, data: page.data.map((entry) => ({ ...entry, ...cut })) as never }
      }),
  )
}

const history = sql`json_build_object('id', h.id, 'at', instant(h.at), 'actorId', h.actor_id, 'via', h.via,
  'version', h.version, 'kind', h.kind, 'changes', h.changes) as entry from history h`

const stageHistory = sql`json_build_object('id', h.id, 'kind', h.kind, 'pipelineId', h.pipeline_id, 'stageId', h.stage_id,
  'semantic', h.semantic, 'amount', h.amount::text, 'currency', h.currency, 'enteredAt', instant(h.entered_at),
  'enteredBy', h.entered_by, 'leftAt', instant(h.left_at)) as entry from stage_history h`

/** A page of what is written of a record, newest first. Throws record_not_found. */
async function readEntries<Entry extends { id: number }>(
  db: Database,
  grant: Grant,
  id: number,
  query: { limit: number; cursor?: string },
  secret: string,
  source: RawBuilder<unknown>,
) {
  const cursors = new IdCursors(`${grant.type.code}/${id}`, null, secret)
  const place = cursors.read(query)
  const beyond = place.id ? sql`and h.id ${place.back ? sql`>` : sql`<`} ${place.id}` : sql``
  const order = place.back ? sql`asc` : sql`desc`
  const { rows } = await sql<{ entries: Entry[] }>`
    select coalesce((select json_agg(page.entry order by page.id ${order}) from (
      select h.id, ${source} where h.type_id = ${grant.type.id} and h.record_id = record.id
      ${beyond} order by h.id ${order} limit ${place.limit + 1}
    ) as page), '[]') as entries ${recordsFor(grant, 'read')} and record.id = ${id}`.execute(db)
  if (!rows[0]) throw recordNotFound(grant, id)
  return cursors.page(rows[0].entries, place)
}
