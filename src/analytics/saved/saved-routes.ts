import type { FastifyRequest } from 'fastify'
import Type, { type TUnsafe } from 'typebox'
import type { Database } from '../../database/connect.ts'
import { problems } from '../../errors/documents.ts'
import { invalid, Problem } from '../../errors/problem.ts'
import type { Cursors } from '../../http/cursors.ts'
import { etagOf } from '../../http/entity-tags.ts'
import type { App } from '../../http/foundation.ts'
import { pageQuery } from '../../http/id-page.ts'
import { deleteOnce, deletionAnswers } from '../../idempotency/delete-once.ts'
import { type Answer, answerOnce, locationOf } from '../../idempotency/once.ts'
import { IfMatch } from '../../records/api/requests.ts'
import { recordHeaders, sendRecord } from '../../records/api/send-record.ts'
import { readIfMatch } from '../../records/write/precondition.ts'
import type { Access } from '../../rights/access.ts'
import { sentBack } from '../../rights/sent-back.ts'
import { describeOperations } from '../../schema/build.ts'
import type { Reading } from './analyses.ts'
import { scheduleFaults } from './schedule.ts'
import type { SavedInput } from './schemas.ts'
import { createSaved, deleteSaved, findSaved, readSaved, replaceSaved, type Saved, type SavedKind } from './store.ts'

const say = describeOperations('Analytics')

/** What the routes of saved reports and dashboards need. */
export interface SavedRoutes {
  db: Database
  cursors: Cursors
  /** Maximum time for calculating a report, in milliseconds. */
  analyticsTime: number
}

/** A kind of what is saved, with its path, its names and its schemas. */
export interface SavedResource {
  kind: SavedKind
  path: string
  /** Its name in operation ids, such as `Dashboard`. */
  id: string
  /** Its name in texts, such as `dashboard`. */
  name: string
  input: TUnsafe<SavedInput>
  output: TUnsafe<object>
  list: TUnsafe<object>
  /** Throws the faults of a body. */
  check(reading: Reading, body: SavedInput): Promise<void>
  /** Returns what the caller sees of the content. */
  contentFor(access: Access, saved: Saved): object
}

const visibility = 'Those of the caller, and those that are shared with everyone.'
const ownership = 'Requires the owner or the settings right.'

/** Returns the path parameter of a resource. */
export const savedParams = ({ name }: Pick<SavedResource, 'name'>) =>
  Type.Object({
    id: Type.Integer({
      ...{ minimum: 1, maximum: Number.MAX_SAFE_INTEGER },
      description: `Id of the ${name}.`,
      examples: [1],
    }),
  })

/** Adds the routes that list, read, create, replace and delete what users save. */
export function savedRoutes(app: App, resource: SavedResource, routes: SavedRoutes): void {
  readingRoutes(app, resource, routes)
  creatingRoute(app, resource, routes)
  changingRoutes(app, resource, routes)
}

function readingRoutes(app: App, resource: SavedResource, { db, cursors }: SavedRoutes): void {
  const { kind, path, id, name, output, list } = resource
  app.get(
    path,
    {
      schema: {
        ...say(`list${id}s`, `List ${name}s`, `Returns ${name}s ordered by id. ${visibility}`),
        querystring: Type.Object(pageQuery, { additionalProperties: false }),
        response: { 200: list, ...problems(400, 401, 403, 503) },
      },
    },
    async ({ access, query }) => {
      access.requireCrm()
      const { data, page } = await findSaved(db, access, kind, { ...query, cursors })
      return { data: data.map((saved) => shown(resource, access, saved)), page }
    },
  )

  app.get(
    `${path}/:id`,
    {
      schema: {
        ...say(`get${id}`, `Read a ${name}`, `Returns a ${name}.`),
        params: savedParams(resource),
        response: { 200: { ...output, headers: recordHeaders }, ...problems(400, 401, 403, 404, 503) },
      },
    },
    async (request, reply) => {
      const { access, params } = request
      access.requireCrm()
      const saved = await readSaved(db, access, kind, params.id)
      return sendRecord(request, reply, {
        version: saved.version,
        body: JSON.stringify(shown(resource, access, saved)),
      })
    },
  )
}

function creatingRoute(app: App, resource: SavedResource, routes: SavedRoutes): void {
  const { db } = routes
  const { kind, path, id, name, input, output } = resource
  app.post(
    path,
    {
      schema: {
        ...say(`create${id}`, `Save a ${name}`, `Saves a ${name}. The caller owns it.`),
        body: input,
        response: {
          201: { ...output, headers: recordHeaders },
          ...problems(400, 401, 403, 413, 415, 422, 503),
        },
      },
    },
    async (request, reply) => {
      const { access, body } = await checked(request, resource, routes)
      return await answerOnce(request, reply, db, async (trx) => {
        const saved = await createSaved(trx, access, kind, body)
        const { headers, ...answer } = answerOf(resource, access, saved)
        return { ...answer, status: 201, headers: { ...headers, ...locationOf(request, `/v1${path}/${saved.id}`) } }
      })
    },
  )
}

function changingRoutes(app: App, resource: SavedResource, routes: SavedRoutes): void {
  const { db } = routes
  const { kind, path, id, name, input, output } = resource
  const targetOf = ({ params, headers }: { params: { id: number }; headers: { 'if-match'?: string } }) => ({
    ...{ kind, id: params.id },
    ifMatch: readIfMatch(headers['if-match']),
  })
  app.put(
    `${path}/:id`,
    {
      config: sentBack(async (access, { id }: { id: number }) => {
        access.requireCrm()
        return shown(resource, access, await readSaved(db, access, kind, id))
      }),
      schema: {
        ...say(
          `replace${id}`,
          `Replace a ${name}`,
          `Replaces the name, the content, the sharing and the schedule. ${ownership}`,
        ),
        params: savedParams(resource),
        headers: IfMatch,
        body: input,
        response: {
          200: { ...output, headers: recordHeaders },
          ...problems(400, 401, 403, 404, 412, 413, 415, 422, 503),
        },
      },
    },
    async (request, reply) => {
      const { access, body } = await checked(request, resource, routes)
      const target = targetOf(request)
      return await answerOnce(request, reply, db, async (trx) =>
        answerOf(resource, access, await replaceSaved(trx, access, target, body)),
      )
    },
  )

  app.delete(
    `${path}/:id`,
    {
      schema: {
        ...say(`delete${id}`, `Delete a ${name}`, `Deletes a ${name}. ${ownership}`),
        params: savedParams(resource),
        headers: IfMatch,
        response: {
          ...deletionAnswers(output, `The ${name} is deleted.`),
          ...problems(400, 401, 403, 404, 412, 503),
        },
      },
    },
    async (request, reply) => {
      const { access } = request
      access.requireCrm()
      const target = targetOf(request)
      return await deleteOnce(request, reply, db, {
        show: async (trx) => shown(resource, access, await readSaved(trx, access, kind, target.id)),
        remove: (trx) => deleteSaved(trx, access, target),
      })
    },
  )
}

/** Returns the caller and the body. Throws the faults of the body in the rights of the caller. */
async function checked(
  request: Pick<FastifyRequest, 'access'> & { body: SavedInput },
  { check }: SavedResource,
  { db, analyticsTime: time }: SavedRoutes,
) {
  const { access, body } = request
  access.requireCrm()
  const faults = scheduleFaults(body)
  try {
    await check({ db, access, time }, body)
  } catch (error) {
    if (!(error instanceof Problem) || !error.faults.length || !faults.length) throw error
    throw invalid([...error.faults, ...faults])
  }
  if (faults.length) throw invalid(faults)
  return { access, body }
}

function shown(resource: SavedResource, access: Access, saved: Saved): object {
  const { id, version, name, content: _, ...rest } = saved
  return { id, version, name, ...resource.contentFor(access, saved), ...rest }
}

function answerOf(resource: SavedResource, access: Access, saved: Saved): Answer & { headers: object } {
  const body = JSON.stringify(shown(resource, access, saved))
  return { status: 200, headers: { etag: etagOf(saved.version, body) }, body }
}
