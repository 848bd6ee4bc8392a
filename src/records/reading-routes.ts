import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { ExternalId } from '../fields/external-ids.ts'
import { queryConditions } from '../filters/query.ts'
import { isKnown } from '../http/entity-tags.ts'
import type { App } from '../http/foundation.ts'
import { type Fault, invalid } from '../http/problem.ts'
import { problems, ref } from '../http/schema.ts'
import type { Access } from '../rights/access.ts'
import { countRecords } from './count.ts'
import { findRecords, type List, type ListRequest, planList } from './find.ts'
import { etagOf } from './precondition.ts'
import { readRecord } from './read.ts'
import {
  CountBody,
  CountResult,
  defaultLimit,
  ExternalParams,
  FieldsQuery,
  IdParams,
  IfNoneMatch,
  ListQuery,
  SearchBody,
  withFilter,
} from './requests.ts'
import { recordHeaders, sendJson, type TypeRoutes } from './routes.ts'
import { conditionOf, searchFor } from './search.ts'
import { keyOf } from './writing-routes.ts'

/** Lists, searches, counts and single records. */
export function readingRoutes(app: App, routes: TypeRoutes): void {
  const { db, secret, countTime, type, path, schemas, texts, fresh } = routes
  const listed = { 200: ref(schemas.list) }
  const singleAnswers = {
    200: { ...ref(schemas.record), headers: recordHeaders },
    304: Type.Null({ description: 'The caller has the record as it is.' }),
    ...problems(400, 401, 403, 404, 503),
  }
  const answer = async (
    request: FastifyRequest<{ Querystring: { fields?: string; expand?: string } }>,
    reply: FastifyReply,
    keyFor: (access: Access) => number | ExternalId,
  ) => {
    const wanted = { fields: request.query.fields?.split(','), expand: request.query.expand?.split(',') }
    const { version, body } = await fresh(request, (access) =>
      readRecord(db, access.grant(type.code), keyFor(access), wanted),
    )
    const etag = etagOf(version, body)
    reply.header('etag', etag)
    if (isKnown(request.headers['if-none-match'], etag)) return reply.code(304).send() as never
    return sendJson(reply, body)
  }

  app.get(
    path,
    {
      config: { untagged: true },
      schema: {
        ...texts.list,
        querystring: withFilter(ListQuery),
        response: { ...listed, ...problems(400, 401, 403, 503) },
      },
    },
    async (request, reply) => {
      const asked = listOfQuery(request.query)
      const list = await fresh(request, (access) => findRecords(db, access, type.code, asked, routes))
      return sendList(request, reply, list)
    },
  )

  app.post(
    `${path}/search`,
    {
      config: { reads: true },
      schema: {
        ...texts.search,
        body: ref(SearchBody),
        response: { ...listed, ...problems(400, 401, 403, 413, 415, 422, 503) },
      },
    },
    async (request, reply) => {
      const { filter, limit = defaultLimit, ...rest } = request.body
      const asked: ListRequest = {
        ...rest,
        limit,
        filter: filter === undefined ? null : { body: filter },
        inBody: true,
      }
      return sendJson(
        reply,
        textOf(await fresh(request, (access) => findRecords(db, access, type.code, asked, routes))),
      )
    },
  )

  app.post(
    `${path}/count`,
    {
      config: { reads: true },
      schema: {
        ...texts.count,
        body: ref(CountBody),
        response: { 200: ref(CountResult), ...problems(400, 401, 403, 413, 415, 422, 503) },
      },
    },
    async (request) => {
      const { filter, q, timeZone, count = 'exact' } = request.body
      const asked: ListRequest = {
        filter: filter === undefined ? null : { body: filter },
        ...{ q, timeZone },
        limit: 1,
        inBody: true,
      }
      return await fresh(request, async (access) => {
        const grant = access.grant(type.code)
        const plan = { ...planList(access, grant, asked, secret), typingErrors: 'refused' as const }
        const found = await searchFor(db, grant, plan)
        const known = found?.hits.areAll ? found.hits.ids.length : null
        return await countRecords(db, grant, { where: conditionOf(plan, found, false), known, countTime }, count)
      })
    },
  )

  app.get(
    `${path}/:id`,
    {
      schema: {
        ...texts.get,
        params: IdParams,
        querystring: FieldsQuery,
        headers: IfNoneMatch,
        response: singleAnswers,
      },
    },
    async (request, reply) => await answer(request, reply, () => request.params.id),
  )

  app.get(
    `${path}/external/:source/:key`,
    {
      schema: {
        ...texts.getExternal,
        params: ExternalParams,
        querystring: FieldsQuery,
        headers: IfNoneMatch,
        response: singleAnswers,
      },
    },
    async (request, reply) => await answer(request, reply, (access) => keyOf(request.params, access, type.code)),
  )
}

/** The list that a query string asks for. Throws the faults of its conditions. */
export function listOfQuery(
  query: Omit<Partial<ListRequest>, 'fields' | 'expand' | 'filter'> & {
    fields?: string
    expand?: string
    limit: number
  },
): ListRequest {
  const faults: Fault[] = []
  const { q, sort, fields, expand, limit, cursor, count, timeZone, ...conditions } = query
  const url = queryConditions(conditions as Record<string, unknown>, faults)
  if (faults.length) throw invalid(faults)
  return {
    ...{ q, sort },
    fields: fields?.split(','),
    expand: expand?.split(','),
    limit,
    cursor,
    count,
    timeZone,
    filter: url.length ? { url } : null,
    inBody: false,
  }
}

/** Sends a page, with its neighbours as links. */
export function sendList(request: FastifyRequest, reply: FastifyReply, list: List): never {
  linkPages(request, reply, list)
  return sendJson(reply, textOf(list))
}

function textOf({ records, next, prev, count, facets }: List): string {
  const total = count ? `,"total":${count.total},"totalKind":"${count.totalKind}"` : ''
  const values = facets ? `,"facets":${JSON.stringify(facets)}` : ''
  return `{"data":[${records.join()}],"page":${JSON.stringify({ next, prev })}${total}${values}}`
}

/** The neighbouring pages as links (RFC 8288). */
function linkPages(request: FastifyRequest, reply: FastifyReply, { next, prev }: List): void {
  const links = Object.entries({ next, prev }).flatMap(([rel, cursor]) => {
    if (!cursor) return []
    const url = new URL(request.url, 'http://localhost')
    url.searchParams.set('cursor', cursor)
    return [`<${url.pathname}${url.search}>; rel="${rel}"`]
  })
  if (links.length) reply.header('link', links.join(', '))
}
