import { problems } from '../errors/documents.ts'
import { validMembers } from '../errors/faulty-body.ts'
import type { App } from '../http/foundation.ts'
import { addSchemas } from '../http/shared-schemas.ts'
import { answerOnce } from '../idempotency/once.ts'
import { jobAccepted } from '../jobs/api/requests.ts'
import type { JobQueue } from '../jobs/queue.ts'
import { JobDocument } from '../jobs/schemas.ts'
import { operationDocs } from '../records/api/operation-docs.ts'
import type { RecordResource } from '../records/api/record-resource.ts'
import type { RecordRoutes } from '../records/api/route-context.ts'
import { ref } from '../schema/build.ts'
import { exportOfBody, exportRef, exportSchemas } from './body.ts'
import { checkExport } from './file.ts'
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
