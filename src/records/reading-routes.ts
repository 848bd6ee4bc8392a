import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ExternalId } from '../fields/external-ids.ts'
import { isKnown } from '../http/entity-tags.ts'
import type { App } from '../http/foundation.ts'
import { namesIn } from '../http/names.ts'
import { problems, ref } from '../http/schema.ts'
import type { Access } from '../rights/access.ts'
import { countRecords } from './count.ts'
import { findRecords, type List } from './find.ts'
import { listBodies } from './list-bodies.ts'
import { type ListRequest, planList } from './plan.ts'
import { etagOf } from './precondition.ts'
import { readRecord } from './read.ts'
import { CountResult, defaultLimit, ExternalParams, FieldsQuery, IdParams, ListQuery, withFilter } from './requests.ts'
import { recordHeaders, sendJson, type TypeRoutes } from './routes.ts'
import { conditionOf, knownCount, searchFor } from './search.ts'
import { keyOf } from './writing-routes.ts'

/** Lists, searches, counts and single records. */
export function readingRoutes(app: App, routes: TypeRoutes): void {
  const { db, secret, countTime, type, path, schemas, texts } = routes
  const listed = { 200: ref(schemas.list) }
  const bodies = listBodies(type)
  const singleAnswers = {
    200: { ...ref(schemas.record), headers: recordHeaders },
    ...problems(400, 401, 403, 404, 503),
  }
  const answer = async (
    request: FastifyRequest<{ Querystring: { fields?: string; expand?: string } }>,
    reply: FastifyReply,
    keyFor: (access: Access) => number | ExternalId,
  ) => {
    const { fields, expand } = request.query
    const wanted = { fields: namesOrNone(fields), expand: namesOrNone(expand) }
    const { version, body } = await readRecord(db, request.access.grant(type.code), keyFor(request.access), wanted)
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
      const list = await findRecords(db, request.access, type.code, asked, routes)
      return sendList(request, reply, list)
    },
  )

  app.post(
    `${path}/search`,
    {
      config: { reads: true },
      schema: {
        ...texts.search,
        body: bodies.search,
        response: { ...listed, ...problems(400, 401, 403, 413, 415, 422, 503) },
      },
    },
    async (request, reply) => {
      const { filter, sort, limit = defaultLimit, ...rest } = request.body
      const asked: ListRequest = {
        ...rest,
        sort: typeof sort === 'object' ? sort.join() || undefined : sort,
        limit,
        filter: filter === undefined ? null : { body: filter },
        inBody: true,
      }
      return sendJson(reply, textOf(await findRecords(db, request.access, type.code, asked, routes)))
    },
  )

  app.post(
    `${path}/count`,
    {
      config: { reads: true },
      schema: {
        ...texts.count,
        body: bodies.count,
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
      const grant = request.access.grant(type.code)
      const plan = planList(request.access, grant, asked, secret)
      const found = await searchFor(db, grant, plan)
      const known = knownCount(found)
      return await countRecords(db, grant, { where: conditionOf(plan, found, false), known, countTime }, count)
    },
  )

  app.get(
    `${path}/:id`,
    {
      schema: {
        ...texts.get,
        params: IdParams,
        querystring: FieldsQuery,
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
        response: singleAnswers,
      },
    },
    async (request, reply) => await answer(request, reply, (access) => keyOf(request.params, access, type.code)),
  )
}

/** The list that a query string asks for. */
export function listOfQuery(
  query: Omit<Partial<ListRequest>, 'fields' | 'expand' | 'filter'> & {
    fields?: string
    expand?: string
    limit: number
  },
): ListRequest {
  const { q, sort, fields, expand, limit, cursor, count, timeZone } = query
  const url = Object.fromEntries(Object.entries(query).filter(([name]) => name.startsWith('filter')))
  return {
    ...{ q, sort },
    fields: namesOrNone(fields),
    expand: namesOrNone(expand),
    limit,
    cursor,
    count,
    timeZone,
    filter: Object.keys(url).length ? { url } : null,
    inBody: false,
  }
}

function namesOrNone(names: string | undefined): string[] | undefined {
  return names === undefined ? undefined : namesIn(names)
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

/** Longer headers are more than some proxies and clients take; the body has the cursors as well. */
const longestLinks = 4000

/** The neighbouring pages as links (RFC 8288), without what their cursors keep. */
function linkPages(request: FastifyRequest, reply: FastifyReply, { next, prev }: List): void {
  const links = Object.entries({ next, prev }).flatMap(([rel, cursor]) => {
    if (!cursor) return []
    const { pathname, searchParams } = new URL(request.url, 'http://localhost')
    const left = [...searchParams].filter(([name]) => !/^(filter|q$|sort$|timeZone$|cursor$)/.test(name))
    return [`<${pathname}?${new URLSearchParams([...left, ['cursor', cursor]])}>; rel="${rel}"`]
  })
  const header = links.join(', ')
  if (header && header.length <= longestLinks) reply.header('link', header)
}
