import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { recordExport } from '../audit/record.ts'
import type { Database } from '../database/connect.ts'
import { problems } from '../errors/documents.ts'
import { languageOf } from '../errors/language.ts'
import type { App } from '../http/foundation.ts'
import { addSchemas } from '../http/shared-schemas.ts'
import { answerOnce } from '../idempotency/once.ts'
import { JobParams } from '../jobs/api/requests.ts'
import type { SignedValues } from '../json/signed-values.ts'
import type { Access, AccessMaker } from '../rights/access.ts'
import { describeOperations, ref } from '../schema/build.ts'
import { sendFile } from './download.ts'
import { linkMinutes, linkTo, readLink } from './file-link.ts'
import { findJobFile, type JobFileRule } from './job-file.ts'
import { DownloadHeaders } from './schemas.ts'
import type { FileStore } from './store.ts'

const say = describeOperations('Jobs')
/** Returns the responses with a file, for the document. */
function answersOf(rules: readonly JobFileRule[]) {
  const file = {
    description: 'The file. It is complete only if the connection closes normally.',
    headers: {
      ETag: Type.String({ description: 'Identifies the content of the file.' }),
      'Content-Disposition': Type.String({ description: 'The file name, with `attachment`.' }),
    },
    content: Object.assign({}, ...rules.map(({ content }) => content)) as JobFileRule['content'],
  }
  return {
    200: file,
    206: { ...file, description: 'The requested range of bytes.' },
    304: Type.Null({ description: 'The file has not changed: the ETag matches.' }),
  }
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
  /** Who may fetch the files, by the kind of their jobs. */
  rules: readonly JobFileRule[]
  /** Signs links. */
  links: SignedValues
}

/** Adds the routes that fetch the file of a job and make a link to it. */
export function jobFileRoutes(app: App, routes: JobFileRoutes): void {
  addSchemas(app, [FileLinkDocument])
  const send = fileSender(app, routes)
  const { db, links, rules } = routes
  app.get(
    '/jobs/:id/file',
    {
      compress: false,
      schema: {
        ...say(
          'getJobFile',
          'Download the file of a job',
          'Returns the file that an export or a scheduled report made, to its user and to administrators. An export can be fetched as long as one may export its records, a report as long as one has the rights in which it was calculated. The file is deleted after seven days.',
        ),
        params: JobParams,
        headers: DownloadHeaders,
        response: { ...answersOf(routes.rules), ...problems(400, 401, 403, 404, 416, 503) },
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
          await findJobFile(trx, request.access, { jobId: id, rules })
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
      compress: false,
      schema: {
        ...say('downloadByLink', 'Download a file by its link', 'Returns the file of a link. It needs no key.'),
        security: [],
        params: Type.Object({
          link: Type.String({ maxLength: 4000, description: 'The link.', examples: ['q83vEjRWeJq8'] }),
        }),
        headers: DownloadHeaders,
        response: { ...answersOf(routes.rules), ...problems(400, 401, 403, 404, 416, 503) },
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

function fileSender(app: App, { db, files, rules }: JobFileRoutes) {
  const closing = new AbortController()
  app.addHook('preClose', async () => closing.abort())
  return async (request: FastifyRequest & { access: Access }, reply: FastifyReply, jobId: number) => {
    const find = () => findJobFile(db, request.access, { jobId, rules })
    const { exported } = await find()
    if (exported && request.method === 'GET') {
      const { type, rows } = exported
      await (await recordExport(db, request, { type, format: 'csv' }))(rows)
    }
    return await sendFile(request, reply, { files, find, closing: closing.signal })
  }
}
