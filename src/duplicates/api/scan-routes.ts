import Type from 'typebox'
import { problems } from '../../errors/documents.ts'
import type { App } from '../../http/foundation.ts'
import { answerOnce } from '../../idempotency/once.ts'
import { jobAccepted } from '../../jobs/api/requests.ts'
import { JobDocument } from '../../jobs/schemas.ts'
import type { RecordResource } from '../../records/api/record-resource.ts'
import { ref } from '../../schema/build.ts'
import { startScan } from '../scan/start.ts'
import { scanTask } from '../scan/task.ts'
import { duplicateDocs } from './operation-docs.ts'
import type { DuplicateRoutes } from './routes.ts'
import { administered } from './settings-routes.ts'

const ScanQuery = Type.Object({
  full: Type.Boolean({
    default: false,
    description: 'Whether all records are compared, also those that have not changed since the last scan.',
  }),
})

/** Adds the route that searches all records for duplicates. */
export function scanRoute(app: App, resource: RecordResource, { db, queue }: DuplicateRoutes): void {
  const { type, path, ofList, missing } = resource
  app.post(
    `${path}/duplicates/scan`,
    {
      schema: {
        ...duplicateDocs(type).scan,
        ...ofList,
        querystring: ScanQuery,
        response: { 202: ref(JobDocument), ...missing, ...problems(400, 401, 403, 409, 422, 503) },
      },
    },
    async (request, reply) => {
      const grant = administered(request, resource)
      const scan = { typeId: grant.type.id, creator: request.access.caller, isFull: request.query.full }
      await queue.prepare(scanTask)
      return await answerOnce(request, reply, db, async (trx) =>
        jobAccepted(trx, await startScan(trx, queue, scan), request),
      )
    },
  )
}
