import multipart from '@fastify/multipart'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { inTransaction, type Transaction } from '../database/transaction.ts'
import { problems } from '../errors/documents.ts'
import { saveUpload } from '../files/save-upload.ts'
import { receiveFile, type UploadContext } from '../files/upload.ts'
import type { App } from '../http/foundation.ts'
import { addSchemas } from '../http/shared-schemas.ts'
import { deletionAnswers } from '../idempotency/delete-once.ts'
import { type Answer, answerOnce, isDryRun, locationOf, send } from '../idempotency/once.ts'
import { sendItems } from '../lists/send-items.ts'
import type { RecordResource } from '../records/api/record-resource.ts'
import { IdParams } from '../records/api/requests.ts'
import type { RecordRoutes } from '../records/api/route-context.ts'
import { writingOf } from '../records/batch/operations.ts'
import type { WriteContext } from '../records/write/write-context.ts'
import { retryForCaller } from '../rights/fresh-catalogue.ts'
import { ref } from '../schema/build.ts'
import { attachFiles, detachFile, type NewAttachments } from './attach.ts'
import { attachmentBody, readFilesToAttach, uncheckedBody } from './body.ts'
import { findAttachments } from './find.ts'
import { lockRecord } from './save-attachments.ts'
import { AttachedFile, AttachedFiles, AttachmentParams, attachmentList, attachmentSchemas } from './schemas.ts'
import { attachmentTexts } from './texts.ts'

type AttachmentRoutes = RecordRoutes & UploadContext

/** Adds the routes of the files that are attached to the records of each resource. */
export async function attachmentRoutes(
  app: App,
  resources: readonly RecordResource[],
  routes: AttachmentRoutes,
): Promise<void> {
  addSchemas(app, attachmentSchemas)
  await app.register(multipart)
  for (const resource of resources) {
    listRoute(app, resource, routes)
    attachRoute(app, resource, routes)
    detachRoute(app, resource, routes)
  }
}

function listRoute(app: App, { type, path, params, codeOf }: RecordResource, routes: AttachmentRoutes): void {
  app.get(
    `${path}/:id/files`,
    {
      schema: {
        ...attachmentTexts(type).list,
        ...attachmentList.request,
        params: params(IdParams),
        response: { 200: ref(attachmentList.page), ...problems(400, 401, 403, 404, 503) },
      },
    },
    async (request, reply) => {
      const items = await findAttachments(routes.db, request.access.grant(codeOf(request)), request.params.id)
      return await sendItems(request, reply, attachmentList, items, routes)
    },
  )
}

function attachRoute(app: App, { type, path, params, codeOf }: RecordResource, routes: AttachmentRoutes): void {
  app.post(
    `${path}/:id/files`,
    {
      ...uncheckedBody(app),
      schema: {
        ...attachmentTexts(type).attach,
        params: params(IdParams),
        body: attachmentBody,
        response: {
          200: { ...ref(AttachedFiles), description: 'All of the files were attached already.' },
          201: ref(AttachedFiles),
          ...problems(400, 401, 403, 404, 408, 409, 413, 415, 422, 503),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const attach: Attaching = async (trx, writing, files) => {
        const { files: data, isNew } = await attachFiles(trx, writing, id, files)
        const { id: typeId, path } = writing.grant.type
        const headers = isNew ? locationOf(request, `/v1${path}/${id}/files`) : {}
        return { status: isNew ? 201 : 200, headers, body: { data }, records: [{ typeId, id }] }
      }
      const writing = () => writingOf(request.access, codeOf(request))
      if (request.isMultipart()) return await attachUpload(request, reply, routes, { id, writing: writing(), attach })
      const files = readFilesToAttach(app, request)
      return await retryForCaller(request, routes, () => {
        const current = writing()
        return answerOnce(request, reply, routes.db, (trx) => attach(trx, current, files))
      })
    },
  )
}

/** Attaches files in a transaction, and returns the response. */
type Attaching = (trx: Transaction, writing: WriteContext, files: NewAttachments) => Promise<Answer>

/** Receives the file of a form and attaches it. */
async function attachUpload(
  request: FastifyRequest,
  reply: FastifyReply,
  routes: AttachmentRoutes,
  { id, writing, attach }: { id: number; writing: WriteContext; attach: Attaching },
): Promise<never> {
  // Refused before reading, so that the client does not send a file in vain.
  await inTransaction(routes.db, (trx) => lockRecord(trx, writing.grant, id))
  const received = await receiveFile(request, reply, routes, { fallback: 'file' })
  const use = (trx: Transaction, fileId: number) =>
    attach(trx, writing, { pointer: '/file', files: [{ id: fileId, pointer: '/file' }] })
  return send(reply, await saveUpload(request, reply, routes, received, use))
}

function detachRoute(app: App, { type, path, params, codeOf }: RecordResource, { db }: AttachmentRoutes): void {
  app.delete(
    `${path}/:id/files/:fileId`,
    {
      schema: {
        ...attachmentTexts(type).detach,
        params: params(AttachmentParams),
        response: {
          ...deletionAnswers(ref(AttachedFile), 'The file is detached.'),
          ...problems(400, 401, 403, 404, 409, 503),
        },
      },
    },
    (request, reply) => {
      const writing = writingOf(request.access, codeOf(request))
      return answerOnce(request, reply, db, async (trx) => {
        const file = await detachFile(trx, writing, request.params)
        return isDryRun(request) ? { status: 200, body: file } : { status: 204 }
      })
    },
  )
}
