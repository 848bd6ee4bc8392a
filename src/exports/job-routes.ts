import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { recordExport } from '../audit/record.ts'
import type { Database } from '../database/connect.ts'
import { problems } from '../errors/documents.ts'
import { validMembers } from '../errors/faulty-body.ts'
import { languageOf } from '../errors/language.ts'
import { sendFile } from '../files/download.ts'
import { DownloadHeaders } from '../files/schemas.ts'
import type { FileStore } from '../files/store.ts'
import type { App } from '../http/foundation.ts'
import { addSchemas } from '../http/shared-schemas.ts'
import { answerOnce } from '../idempotency/once.ts'
import { JobParams, jobAccepted } from '../jobs/api/requests.ts'
import type { JobQueue } from '../jobs/queue.ts'
import { JobDocument } from '../jobs/schemas.ts'
import type { SignedValues } from '../json/signed-values.ts'
import { operationDocs } from '../records/api/operation-docs.ts'
import type { RecordResource } from '../records/api/record-resource.ts'
import type { RecordRoutes } from '../records/api/route-context.ts'
import type { Access, AccessMaker } from '../rights/access.ts'
import { bytes, describeOperations, ref } from '../schema/build.ts'
import { exportOfBody, exportRef, exportSchemas } from './body.ts'
import { checkExport } from './file.ts'
import { findJobFile, linkMinutes, linkTo, readLink } from './job-file.ts'
import { viewOf } from './options.ts'
import { requireExport } from './require.ts'
import { startExport } from './start.ts'
import { exportTask } from './task.ts'

/** The dependencies of the routes of export jobs. */
export interface ExportJobRoutes extends RecordRoutes {
  queue: JobQueue
}

/** Adds the route that starts an export job, for each resource. */
export function exportJobRoutes(app: App, resources: readonly RecordResource[], routes: ExportJobRoutes): void {
  addSchemas(app, exportSchemas(resources.map(({ type }) => type)))
  for (const resource of resources) exportJobRoute(app, resource, routes)
}

function exportJobRoute(
  app: App,
  { type, path, ofList, missing, codeOf }: RecordResource,
  { db, queue, cursors, unindexed }: ExportJobRoutes,
): void {
  app.post(
    `${path}/export`,
    {
      attachValidation: true,
      config: { isForReaders: true },
      schema: {
        ...operationDocs(type).startExport,
        ...ofList,
        body: exportRef(type),
        response: { 202: ref(JobDocument), ...missing, ...problems(400, 401, 403, 413, 415, 422, 503) },
      },
    },
    async (request, reply) => {
      const { access } = request
      const { body, faults } = validMembers(request)
      const grant = requireExport(access, codeOf(request), viewOf(body, true))
      const asked = exportOfBody(body, access.language)
      const { plan } = checkExport(access, grant, asked, { cursors, faults })
      unindexed.note(plan.unindexed)
      await queue.prepare(exportTask)
      return await answerOnce(request, reply, db, async (trx) =>
        jobAccepted(trx, await startExport(trx, queue, grant, { request: asked, creator: access.caller }), request),
      )
    },
  )
}

const say = describeOperations('Jobs')
const file = {
  description: 'The file. It is complete only if the connection closes normally.',
  headers: {
    ETag: Type.String({ description: 'Identifies the content of the file.' }),
    'Content-Disposition': Type.String({ description: 'The file name, with `attachment`.' }),
  },
  content: {
    'text/csv': { schema: bytes<never>('CSV (RFC 4180).') },
    'application/gzip': { schema: bytes<never>('The same, compressed with gzip.') },
  },
}
const answers = {
  200: file,
  206: { ...file, description: 'The requested range of bytes.' },
  304: Type.Null({ description: 'The file has not changed: the ETag matches.' }),
}

const FileLinkDocument = Type.Object(
  {
    url: Type.String({
      description: 'Path of the file, which needs no key.',
      examples: ['/v1/downloads/q83vEjRWeJq8'],
    }),
    expiresAt: Type.String({ format: 'date-time', description: 'Time until which the link is valid.' }),
  },
  { $id: 'FileLink', description: 'A link to a file that works without a key for some minutes.' },
)

/** What the routes of the files of jobs need. */
export interface JobFileRoutes {
  db: Database
  files: FileStore
  /** Signs links. */
  links: SignedValues
}

/** Adds the routes that fetch the file of a job and make a link to it. */
export function jobFileRoutes(app: App, routes: JobFileRoutes): void {
  addSchemas(app, [FileLinkDocument])
  const send = fileSender(app, routes)
  const { db, links } = routes
  app.get(
    '/jobs/:id/file',
    {
      schema: {
        ...say(
          'getJobFile',
          'Download the file of a job',
          'Returns the file that an export made, to the user who started it and to administrators, as long as they may export these records. The file is deleted after seven days.',
        ),
        params: JobParams,
        headers: DownloadHeaders,
        response: { ...answers, ...problems(400, 401, 403, 404, 416, 503) },
      },
    },
    // The response is a stream, which no schema describes.
    (request, reply) => send(request, reply, request.params.id) as Promise<never>,
  )

  app.post(
    '/jobs/:id/file/link',
    {
      config: { isForReaders: true },
      schema: {
        ...say(
          'createJobFileLink',
          'Create a link to the file of a job',
          `Returns a link that works without a key for ${linkMinutes} minutes, for instance in a browser. It stops working when the user who created it may no longer fetch the file.`,
        ),
        params: JobParams,
        response: { 201: ref(FileLinkDocument), ...problems(400, 401, 403, 404, 503) },
      },
    },
    async (request, reply) =>
      await answerOnce(
        request,
        reply,
        db,
        async (trx) => {
          const { id } = request.params
          await findJobFile(trx, request.access, id)
          const body = linkTo(links, id, request.access, new Date())
          return { status: 201, headers: { location: body.url }, body }
        },
        { isSecret: true },
      ),
  )
}

/** Adds the route of links to files, which needs no key. */
export function downloadRoute(app: App, { access, ...routes }: JobFileRoutes & { access: AccessMaker }): void {
  const send = fileSender(app, routes)
  const { db, links } = routes
  app.get(
    '/v1/downloads/:link',
    {
      schema: {
        ...say('downloadByLink', 'Download a file by its link', 'Returns the file of a link. It needs no key.'),
        security: [],
        params: Type.Object({
          link: Type.String({ maxLength: 4000, description: 'The link.', examples: ['q83vEjRWeJq8'] }),
        }),
        headers: DownloadHeaders,
        response: { ...answers, ...problems(400, 401, 403, 404, 416, 503) },
      },
    },
    async (request, reply) => {
      const { jobId, userId, scopes } = readLink(links, request.params.link, new Date())
      request.access = await access.of(db, userId, scopes)
      request.language = languageOf(request.headers['accept-language']) ?? request.access.language
      return await (send(request, reply, jobId) as Promise<never>)
    },
  )
}

function fileSender(app: App, { db, files }: JobFileRoutes) {
  const closing = new AbortController()
  app.addHook('preClose', async () => closing.abort())
  return async (request: FastifyRequest & { access: Access }, reply: FastifyReply, jobId: number) => {
    const { typeCode, rows } = await findJobFile(db, request.access, jobId)
    if (request.method === 'GET') await (await recordExport(db, request, { type: typeCode, format: 'csv' }))(rows)
    const find = () => findJobFile(db, request.access, jobId)
    return await sendFile(request, reply, { files, find, closing: closing.signal })
  }
}
