import Type from 'typebox'
import { problems } from '../../errors/documents.ts'
import { faultDocument } from '../../errors/problem.ts'
import type { App } from '../../http/foundation.ts'
import { pageQuery } from '../../http/id-page.ts'
import { addSchemas } from '../../http/shared-schemas.ts'
import { answerOnce } from '../../idempotency/once.ts'
import type { JobQueue } from '../../jobs/queue.ts'
import type { RecordResource } from '../../records/api/record-resource.ts'
import { IfMatch } from '../../records/api/requests.ts'
import type { RecordRoutes } from '../../records/api/route-context.ts'
import { writingOf } from '../../records/batch/operations.ts'
import { readPrecondition } from '../../records/write/precondition.ts'
import { retryOnTakenKey } from '../../records/write/write-context.ts'
import { describeOperations, ref } from '../../schema/build.ts'
import { findMerges, readMergeById } from '../find-merges.ts'
import { undoMerge } from '../undo-merge.ts'
import { automaticMergeRoute, unsupportedRoute } from './automatic-routes.ts'
import { mergeRoute } from './merge-routes.ts'
import { Merge, MergeList, mergingSchemas, UndoneMerge } from './schemas.ts'

const MergesQuery = Type.Object(
  {
    ...pageQuery,
    type: Type.Optional(
      Type.String({ maxLength: 100, description: 'Code of a record type. Only its merges.', examples: ['contact'] }),
    ),
    recordId: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: Number.MAX_SAFE_INTEGER,
        description: 'Id of a record. Only merges of this record with others.',
      }),
    ),
    automatic: Type.Optional(
      Type.Boolean({ description: 'Only automatic merges (`true`), or only merges by users (`false`).' }),
    ),
    job: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: Number.MAX_SAFE_INTEGER,
        description: 'Id of a job. Only its automatic merges.',
      }),
    ),
  },
  { additionalProperties: false },
)

const MergeParams = Type.Object({
  id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description: 'Id of the merge.', examples: [1] }),
})

const say = describeOperations('Merges')

/** The dependencies of the routes of merges. */
export interface MergingRoutes extends RecordRoutes {
  queue: JobQueue
}

/** Adds the routes of merges: those that merge the records of each resource, and those that read merges. */
export function mergingRoutes(app: App, resources: readonly RecordResource[], options: MergingRoutes): void {
  addSchemas(app, mergingSchemas)
  for (const resource of resources) {
    mergeRoute(app, resource, options)
    const { traits, isAny } = resource.type
    if (isAny) unsupportedRoute(app, resource)
    else if (traits.has('duplicates')) automaticMergeRoute(app, resource, options)
  }
  readingRoutes(app, options)
  undoRoute(app, options)
}

function readingRoutes(app: App, { db, cursors }: RecordRoutes): void {
  app.get(
    '/merges',
    {
      schema: {
        ...say(
          'listMerges',
          'List merges',
          'Returns the merges of records, newest first, whose survivor the caller may read. Undone ones are included.',
        ),
        querystring: MergesQuery,
        response: { 200: ref(MergeList), ...problems(400, 401, 403, 404, 503) },
      },
    },
    async ({ access, query: { limit, cursor, ...filter } }) =>
      await findMerges(db, access, filter, { limit, ...(cursor !== undefined && { cursor }), cursors }),
  )

  app.get(
    '/merges/:id',
    {
      schema: {
        ...say('getMerge', 'Read a merge', 'Returns a merge whose survivor the caller may read.'),
        params: MergeParams,
        response: { 200: ref(Merge), ...problems(400, 401, 403, 404, 503) },
      },
    },
    async ({ access, params }) => await readMergeById(db, access, params.id),
  )
}

function undoRoute(app: App, { db }: RecordRoutes): void {
  app.post(
    '/merges/:id/revert',
    {
      schema: {
        ...say(
          'revertMerge',
          'Undo a merge',
          'Restores the merged records with everything that referred to them, and gives the survivor its earlier values back. What was changed since the merge stays and is reported. A later merge that builds on this one must be undone first (`later_merge`). `If-Match` is about the survivor. Requires the same rights as the merge. A merge can no longer be undone when the survivor is purged.',
        ),
        params: MergeParams,
        headers: IfMatch,
        response: { 200: ref(UndoneMerge), ...problems(400, 401, 403, 404, 409, 412, 415, 428, 503) },
      },
    },
    async (request, reply) => {
      const { access, language } = request
      const ifMatch = readPrecondition(request)
      const undo = { access, writing: (type: string) => writingOf(access, type), id: request.params.id, ifMatch }
      return await answerOnce(
        request,
        reply,
        db,
        async (trx) => {
          const { restoredIds, kept } = await undoMerge(trx, undo)
          const parts = kept.map(({ type, id, field, ...fault }) => {
            const { code, message } = faultDocument(fault, language)
            return { type, id, field, code, message }
          })
          return { status: 200, body: { restoredIds, kept: parts } }
        },
        retryOnTakenKey,
      )
    },
  )
}
