import type { FastifyRequest } from 'fastify'
import type { Transaction } from '../../database/transaction.ts'
import { problems } from '../../errors/documents.ts'
import { etagOf } from '../../http/entity-tags.ts'
import type { App } from '../../http/foundation.ts'
import { addSchemas } from '../../http/shared-schemas.ts'
import { type Answer, answerOnce, isDryRun } from '../../idempotency/once.ts'
import { nameOf } from '../../records/api/field-properties.ts'
import type { RecordResource } from '../../records/api/record-resource.ts'
import { IfMatch } from '../../records/api/requests.ts'
import type { RecordRoutes } from '../../records/api/route-context.ts'
import { recordHeaders } from '../../records/api/send-record.ts'
import { writingOf } from '../../records/batch/operations.ts'
import { type Precondition, readPrecondition } from '../../records/write/precondition.ts'
import { retryOnTakenKey, type WriteContext } from '../../records/write/write-context.ts'
import { describeOperations, ref } from '../../schema/build.ts'
import { lockAndMerge } from '../merge.ts'
import { type MergeBody, readMerge } from '../merge-request.ts'
import { MergeRequest, mergeResult } from './schemas.ts'

/** Adds the route that merges the records of a resource. */
export function mergeRoute(app: App, resource: RecordResource, { db }: Pick<RecordRoutes, 'db'>): void {
  const { type, path, ofList, codeOf } = resource
  const result = mergeResult(type)
  addSchemas(app, [result])
  const [one, many] = [type.title.en.toLowerCase(), type.titles.en.toLowerCase()]
  app.post(
    `${path}/merge`,
    {
      schema: {
        ...describeOperations(type.titles.en)(
          `merge${nameOf(type.plural)}`,
          `Merge ${many}`,
          `Merges ${many} into one, the survivor, in one transaction. Its empty fields are filled from the others in the order of \`ids\`, lists are joined without repeats, and what refers to the others refers to the survivor afterwards. Their ids lead to the survivor. \`If-Match\` is about the survivor. Requires the rights to change the survivor and to delete the others, and to see and change every field of a ${one}. With \`dryRun=true\` the response shows the merged record, the moved references and the conflicts, and nothing is saved. A merge can be undone.`,
        ),
        ...ofList,
        headers: IfMatch,
        body: ref(MergeRequest),
        response: {
          200: { ...ref(result), headers: recordHeaders },
          ...problems(400, 401, 403, 404, 409, 412, 413, 415, 422, 428, 503),
        },
      },
    },
    async (request, reply) => {
      const writing = writingOf(request.access, codeOf(request))
      const ifMatch = readPrecondition(request)
      const work = (trx: Transaction) => mergeAnswer(trx, request, writing, { ...request.body, ifMatch })
      return await answerOnce(request, reply, db, work, retryOnTakenKey)
    },
  )
}

/** Merges records and returns the response. Throws what prevents the merge. */
export async function mergeAnswer(
  trx: Transaction,
  request: FastifyRequest,
  writing: WriteContext,
  { ifMatch, ...body }: MergeBody & { ifMatch?: Precondition | undefined },
): Promise<Answer> {
  const asked = { ...readMerge(writing.grant, body), ifMatch }
  const { id, record, moved, conflicts } = await lockAndMerge(trx, writing, asked)
  const typeId = writing.grant.type.id
  const head = `"id":${isDryRun(request) ? null : id},"record":${record.body}`
  return {
    status: 200,
    headers: { etag: etagOf(record.version, record.body) },
    body: `{${head},"moved":${JSON.stringify(moved)},"conflicts":${JSON.stringify(conflicts)}}`,
    records: [record.id, ...asked.mergedIds].map((id) => ({ typeId, id })),
  }
}
