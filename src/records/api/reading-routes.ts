import type { FastifyReply, FastifyRequest } from 'fastify'
import { problems } from '../../errors/documents.ts'
import type { ExternalId } from '../../fields/kinds/external-ids-kind.ts'
import { refuseParameters } from '../../filters/meant-conditions.ts'
import type { App } from '../../http/foundation.ts'
import { listOfQuery, namesOrNone } from '../../lists/list-of-query.ts'
import { withFilter } from '../../lists/parameters.ts'
import { listHeaders, sendList, sendPage, tellUnindexed } from '../../lists/send-list.ts'
import { conditionsFor } from '../../reporting-period/read-event.ts'
import type { Access } from '../../rights/access.ts'
import { ref } from '../../schema/build.ts'
import { findChanges } from '../changes/find-changes.ts'
import { countList, prepareCount } from '../list/count-list.ts'
import { findRecords } from '../list/find-records.ts'
import { readRecord, type SavedRecord } from '../list/read-record.ts'
import { readExternalKey } from './external-key.ts'
import { listBodies } from './list-bodies.ts'
import { changesOfQuery, listOfBody, listOfCount } from './list-of-body.ts'
import { CountResult, ExternalParams, FieldsQuery, IdParams, ListQuery } from './requests.ts'
import type { ResourceRoutes } from './route-context.ts'
import { sendChanges } from './send-changes.ts'
import { recordHeaders, sendRecord } from './send-record.ts'

/** Adds the routes that list, search, count and read the records of a type. */
export function readingRoutes(app: App, routes: ResourceRoutes): void {
  const { db, cursors, type, path, ofList, missing, params, codeOf, schemas, texts } = routes
  const listed = { 200: { ...ref(schemas.list), headers: listHeaders } }
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
    const grant = request.access.grant(codeOf(request))
    const record = await readRecord(db, grant, keyFor(request.access), wanted)
    return sendRecord(request, reply, withMergedInto(record, request.survivorId))
  }

  app.get(
    path,
    {
      attachValidation: true,
      config: { untagged: true, startsEarly: true },
      schema: {
        ...texts.list,
        ...ofList,
        querystring: withFilter(ListQuery),
        response: { ...listed, ...missing, ...problems(400, 401, 403, 410, 503) },
      },
    },
    async (request, reply) => {
      const { access, query, validationError } = request
      const code = codeOf(request)
      refuseParameters(validationError, () => conditionsFor(access.grant(code)))
      const changes = changesOfQuery(query)
      if (changes) return sendChanges(request, reply, await findChanges(db, access, code, changes, cursors))
      const list = await findRecords(db, access, code, listOfQuery(query), routes)
      return sendList(request, reply, list)
    },
  )

  app.post(
    `${path}/search`,
    {
      config: { reads: true, startsEarly: true },
      schema: {
        ...texts.search,
        ...ofList,
        body: bodies.search,
        response: { ...listed, ...missing, ...problems(400, 401, 403, 413, 415, 422, 503) },
      },
    },
    async (request, reply) => {
      const asked = listOfBody(request.body)
      return sendPage(reply, await findRecords(db, request.access, codeOf(request), asked, routes))
    },
  )

  app.post(
    `${path}/count`,
    {
      config: { reads: true, startsEarly: true },
      schema: {
        ...texts.count,
        ...ofList,
        body: bodies.count,
        response: {
          200: { ...ref(CountResult), headers: listHeaders },
          ...missing,
          ...problems(400, 401, 403, 413, 415, 422, 503),
        },
      },
    },
    async (request, reply) => {
      const prepared = prepareCount(request.access, codeOf(request), listOfCount(request.body), cursors)
      const { unindexed, ...count } = await countList(db, prepared, routes)
      tellUnindexed(reply, unindexed)
      return count
    },
  )

  app.get(
    `${path}/:id`,
    {
      config: { startsEarly: true },
      schema: {
        ...texts.get,
        params: params(IdParams),
        querystring: FieldsQuery,
        response: singleAnswers,
      },
    },
    async (request, reply) => await answer(request, reply, () => request.params.id),
  )

  app.get(
    `${path}/external/:source/:key`,
    {
      config: { startsEarly: true },
      schema: {
        ...texts.getExternal,
        params: params(ExternalParams),
        querystring: FieldsQuery,
        response: singleAnswers,
      },
    },
    async (request, reply) =>
      await answer(request, reply, (access) => readExternalKey(request.params, access, codeOf(request))),
  )
}

/** Adds `mergedInto` to the body of a record that is read by the id of a record that was merged into it. */
function withMergedInto(record: SavedRecord, survivorId: number | undefined): SavedRecord {
  if (survivorId === undefined) return record
  return { ...record, body: record.body.replace('{', `{"mergedInto":${survivorId},`) }
}
