import type { Transaction } from '../../database/transaction.ts'
import { problems } from '../../errors/documents.ts'
import { removeBytes } from '../../files/file-lifecycle.ts'
import { acceptAnyMediaType } from '../../files/upload.ts'
import type { App } from '../../http/foundation.ts'
import { addSchemas } from '../../http/shared-schemas.ts'
import { isDryRun, once, send } from '../../idempotency/once.ts'
import { jobAccepted } from '../../jobs/api/requests.ts'
import { JobDocument } from '../../jobs/schemas.ts'
import { operationDocs } from '../../records/api/operation-docs.ts'
import type { RecordResource } from '../../records/api/record-resource.ts'
import { ref } from '../../schema/build.ts'
import { requireEmptyType } from '../copies/reserve-ids.ts'
import { startImport } from '../start.ts'
import { activityTransferRoutes } from './activities.ts'
import { readCells } from './cells-of-file.ts'
import { columnSchemas, columnsRoute } from './column-routes.ts'
import { ImportOptionsPart, ImportQuery, PreviewQuery } from './options.ts'
import { previewImport } from './preview.ts'
import { PreviewedImport, previewSchemas } from './preview-schemas.ts'
import { templateRoute } from './template.ts'
import { type ImportRoutes, receiveUpload, uploadBody } from './upload.ts'

/** Adds the import routes of each resource. */
export async function importRoutes(
  app: App,
  { resources, ...starting }: ImportRoutes & { resources: readonly RecordResource[] },
): Promise<void> {
  addSchemas(app, [ImportOptionsPart, ...previewSchemas, ...columnSchemas])
  await acceptAnyMediaType(app)
  activityTransferRoutes(app)
  for (const resource of resources) {
    importRoute(app, resource, starting)
    previewRoute(app, resource, starting)
    templateRoute(app, resource)
    columnsRoute(app, resource)
  }
}

function importRoute(app: App, { type, path, ofList, missing, codeOf }: RecordResource, starting: ImportRoutes): void {
  const { body, options } = uploadBody(app, starting)
  app.post(
    `${path}/import`,
    {
      ...options,
      schema: {
        ...operationDocs(type).import,
        ...ofList,
        querystring: ImportQuery,
        body,
        response: { 202: ref(JobDocument), ...missing, ...problems(400, 401, 403, 404, 413, 415, 422, 503) },
      },
    },
    async (request, reply) => {
      const grant = request.access.grantFor(codeOf(request), 'import')
      const received = await receiveUpload(app, request, reply, { starting, grant, query: request.query })
      const upload = { ...received, options: { ...received.options, dryRun: isDryRun(request) } }
      const fingerprint = `${upload.file.sha256} ${JSON.stringify({ ...upload.options, charset: upload.charset })}`
      const finish = (trx: Transaction, start: () => Promise<number>) =>
        once(
          request,
          reply,
          trx,
          async () => {
            if (upload.options.keep) await requireEmptyType(trx, request.access, grant)
            return await jobAccepted(trx, await start(), request)
          },
          { fingerprint },
        )
      return send(reply, await startImport(starting, grant, { ...upload, creator: request.access.caller }, finish))
    },
  )
}

function previewRoute(app: App, { type, path, ofList, missing, codeOf }: RecordResource, starting: ImportRoutes): void {
  const { body, options } = uploadBody(app, starting)
  app.post(
    `${path}/import/preview`,
    {
      ...options,
      config: { ...options.config, reads: true },
      schema: {
        ...operationDocs(type).importPreview,
        ...ofList,
        querystring: PreviewQuery,
        body,
        response: { 200: ref(PreviewedImport), ...missing, ...problems(400, 401, 403, 404, 413, 415, 422, 503) },
      },
    },
    async (request, reply) => {
      const code = codeOf(request)
      const grant = request.access.grantFor(code, 'import')
      const { raw, ...query } = request.query
      const upload = await receiveUpload(app, request, reply, { starting, grant, query })
      try {
        return raw ? await readCells(starting, upload) : await previewImport(starting, request.access, code, upload)
      } finally {
        await removeBytes(starting, upload.file.location)
      }
    },
  )
}
