import Type from 'typebox'
import { inTransaction, type Transaction } from '../database/transaction.ts'
import { problems } from '../errors/documents.ts'
import type { App } from '../http/foundation.ts'
import { addSchemas } from '../http/shared-schemas.ts'
import { deleted, deletionAnswers } from '../idempotency/delete-once.ts'
import { answerIndex, isDryRun, locationOf, once, send } from '../idempotency/once.ts'
import { type ListRoutes, sendItems } from '../lists/send-items.ts'
import type { AccessMaker } from '../rights/access.ts'
import { describeOperations, ref } from '../schema/build.ts'
import { sendFile } from './download.ts'
import { removeBytes } from './file-lifecycle.ts'
import { deleteFile, type FoundFile, findFile, readableFiles, readerOf, withLinks } from './find.ts'
import { saveUpload } from './save-upload.ts'
import { DownloadHeaders, FileDocument, FileParams, fileList, UploadQuery } from './schemas.ts'
import { acceptAnyMediaType, fileBody, receiveFile, type UploadContext } from './upload.ts'

const say = describeOperations('Files')

/** The context of the file routes. */
export interface FileRoutes extends UploadContext, ListRoutes {
  access: AccessMaker
}

const content = {
  description: 'The bytes of the file. They are complete only if the connection closes normally.',
  headers: {
    ETag: Type.String({ description: 'Identifies the content of the file.' }),
    'Content-Disposition': Type.String({ description: 'The file name, with `attachment`.' }),
  },
  // The media type of the response is that of the file.
  content: { '*/*': { schema: Type.String({ format: 'binary', description: 'The bytes of the file.' }) } },
}

/** Adds the routes of uploaded files. */
export async function fileRoutes(app: App, routes: FileRoutes): Promise<void> {
  addSchemas(app, [FileDocument, ...fileList.schemas])
  await acceptAnyMediaType(app)
  uploadRoute(app, routes)
  downloadRoute(app, routes)

  app.get(
    '/files',
    {
      schema: {
        ...say(
          'listFiles',
          'List files',
          'Returns the uploaded files that the caller can see, by default newest first: their own, those attached to readable records, and those in readable fields of readable records. Administrators see all.',
        ),
        ...fileList.request,
        response: { 200: ref(fileList.page), ...problems(400, 401, 403, 503) },
      },
    },
    async (request, reply) => {
      const { access } = request
      access.requireCrm()
      const reader = readerOf(access)
      const items = { items: readableFiles(reader), isPartial: !reader.seesEverything, shown: toDocument }
      return await sendItems(request, reply, fileList, items, routes)
    },
  )

  app.get(
    '/files/:id',
    {
      schema: {
        ...say(
          'getFile',
          'Read a file',
          'Returns the name, size and other properties of a file. Download its bytes from `/content`.',
        ),
        params: FileParams,
        response: { 200: ref(FileDocument), ...problems(400, 401, 403, 404, 503) },
      },
    },
    async ({ access, params }) => {
      access.requireCrm()
      return toDocument(await findFile(routes.db, readerOf(access), params.id))
    },
  )

  app.delete(
    '/files/:id',
    {
      schema: {
        ...say(
          'deleteFile',
          'Delete a file',
          'Deletes a file that nothing references. Only its uploader and administrators can delete it. Files that nothing has referenced for a day are deleted automatically.',
        ),
        params: FileParams,
        response: {
          ...deletionAnswers(ref(FileDocument), 'The file is deleted.'),
          ...problems(400, 401, 403, 404, 409, 503),
        },
      },
    },
    async (request, reply) => {
      let location: string | undefined
      const { access, params } = request
      access.requireCrm()
      const reader = readerOf(access)
      const work = (trx: Transaction) =>
        deleted(request, trx, {
          show: async () => toDocument(await findFile(trx, reader, params.id)),
          async remove() {
            location = await deleteFile(trx, reader, params.id)
          },
        })
      const options = { retryOnUnique: [answerIndex], dryRun: isDryRun(request) }
      const answer = await inTransaction(routes.db, (trx) => once(request, reply, trx, work), options)
      if (location !== undefined && !isDryRun(request)) await removeBytes(routes, location)
      return send(reply, answer)
    },
  )
}

function uploadRoute(app: App, routes: FileRoutes): void {
  const { body, options } = fileBody(app, routes.uploadLimit, 'application/octet-stream')
  app.post(
    '/files',
    {
      ...options,
      schema: {
        ...say(
          'uploadFile',
          'Upload a file',
          'Stores a file. Send the bytes as the request body, or as the part `file` of a form. Records reference the file by its id. Until a record does, only the uploader and administrators can see it.',
        ),
        querystring: UploadQuery,
        body,
        response: { 201: ref(FileDocument), ...problems(400, 401, 403, 408, 413, 415, 422, 503) },
      },
    },
    async (request, reply) => {
      request.access.requireCrm()
      const received = await receiveFile(request, reply, routes, { name: request.query.name, fallback: 'file' })
      const show = async (trx: Transaction, id: number) => {
        const body = toDocument(await findFile(trx, readerOf(request.access), id))
        return { status: 201, headers: locationOf(request, `/v1/files/${id}`), body }
      }
      return send(reply, await saveUpload(request, reply, routes, received, show))
    },
  )
}

function downloadRoute(app: App, routes: FileRoutes): void {
  const closing = new AbortController()
  app.addHook('preClose', async () => closing.abort())
  app.get(
    '/files/:id/content',
    {
      compress: false,
      schema: {
        ...say(
          'downloadFile',
          'Download a file',
          'Returns the bytes of a file, or one range of them. Browsers save the file instead of displaying it.',
        ),
        params: FileParams,
        headers: DownloadHeaders,
        response: {
          200: content,
          206: { ...content, description: 'The requested range of bytes.' },
          304: Type.Null({ description: 'The file has not changed: the ETag matches.' }),
          ...problems(400, 401, 403, 404, 416, 503),
        },
      },
    },
    async (request, reply) => {
      const { access } = request
      access.requireCrm()
      const find = () => findFile(routes.db, readerOf(access), request.params.id)
      // The response is a stream, which no schema describes.
      return await (sendFile(request, reply, { files: routes.files, find, closing: closing.signal }) as Promise<never>)
    },
  )
}

function toDocument({ location: _, ...file }: FoundFile): FileDocument {
  return withLinks(file)
}
