import Type from 'typebox'
import { problems } from '../../errors/documents.ts'
import type { App } from '../../http/foundation.ts'
import { readPage } from '../../http/id-page.ts'
import { answerOnce } from '../../idempotency/once.ts'
import { mergeAnswer } from '../../merging/api/merge-routes.ts'
import { mergeResult } from '../../merging/api/schemas.ts'
import { withDecisions } from '../../merging/automatic/with-decisions.ts'
import type { RecordResource } from '../../records/api/record-resource.ts'
import { writingOf } from '../../records/batch/operations.ts'
import { retryOnTakenKey } from '../../records/write/write-context.ts'
import { ref } from '../../schema/build.ts'
import { requireDuplicates } from '../find-matches.ts'
import { dismissGroup, reopenGroup } from '../groups/dismissals.ts'
import { readGroup, readGroups } from '../groups/read-groups.ts'
import { DuplicateGroup, DuplicateGroupList, GroupMerge, GroupParams, GroupsQuery } from './group-schemas.ts'
import { duplicateDocs } from './operation-docs.ts'
import type { DuplicateRoutes } from './routes.ts'

/** Adds the routes that read groups of duplicates. */
export function groupRoutes(app: App, resource: RecordResource, { db, cursors }: DuplicateRoutes): void {
  const { type, path, ofList, missing, params, codeOf } = resource
  const docs = duplicateDocs(type)
  app.get(
    `${path}/duplicates/groups`,
    {
      schema: {
        ...docs.groups,
        ...ofList,
        querystring: GroupsQuery,
        response: { 200: ref(DuplicateGroupList), ...missing, ...problems(400, 401, 403, 422, 503) },
      },
    },
    async (request) => {
      const { access, language, query } = request
      const { limit, cursor, ...filter } = query
      const grant = access.grant(codeOf(request))
      requireDuplicates(grant)
      const list = { name: `duplicates of ${grant.type.code}`, filter, order: 'oldest first' } as const
      const paged = { limit, ...(cursor !== undefined && { cursor }), cursors }
      const page = await readPage(list, paged, (start, most) =>
        readGroups(db, grant, filter, { start, limit: most, language }),
      )
      return { ...page, data: await withDecisions(db, grant, page.data) }
    },
  )
  app.get(
    `${path}/duplicates/groups/:id`,
    {
      schema: {
        ...docs.group,
        params: params(GroupParams),
        response: { 200: ref(DuplicateGroup), ...problems(400, 401, 403, 404, 422, 503) },
      },
    },
    async (request) => {
      const grant = request.access.grant(codeOf(request))
      requireDuplicates(grant)
      const wanted = { language: request.language, statuses: ['open', 'dismissed'] } as const
      const [group] = await withDecisions(db, grant, [await readGroup(db, grant, request.params.id, wanted)])
      return group!
    },
  )
}

/** What people can say about a group: which groups it is said of, and how it is saved. */
const decisions = [
  { name: 'dismiss', status: 'open', done: 'The group is dismissed.', save: dismissGroup },
  { name: 'reopen', status: 'dismissed', done: 'The group is open again.', save: reopenGroup },
] as const

/** Adds the routes that say whether the records of a group are duplicates. */
export function decisionRoutes(app: App, resource: RecordResource, { db, access: maker }: DuplicateRoutes): void {
  const { type, path, params, codeOf } = resource
  const docs = duplicateDocs(type)
  for (const { name, status, done, save } of decisions) {
    app.post(
      `${path}/duplicates/groups/:id/${name}`,
      {
        schema: {
          ...docs[name],
          params: params(GroupParams),
          response: { 204: Type.Null({ description: done }), ...problems(400, 401, 403, 404, 409, 422, 503) },
        },
      },
      async (request, reply) => {
        const { access, language } = request
        const grant = access.grant(codeOf(request))
        requireDuplicates(grant)
        const server = (await maker.system(db)).grant(grant.type.code)
        return await answerOnce(request, reply, db, async (trx) => {
          const { memberIds } = await readGroup(trx, grant, request.params.id, { language, statuses: [status] })
          await save(trx, { grant, server }, memberIds)
          return { status: 204 }
        })
      },
    )
  }
}

/** Adds the route that merges a group. */
export function groupMergeRoute(app: App, resource: RecordResource, { db }: DuplicateRoutes): void {
  const { type, path, params, codeOf } = resource
  const docs = duplicateDocs(type)
  app.post(
    `${path}/duplicates/groups/:id/merge`,
    {
      schema: {
        ...docs.merge,
        params: params(GroupParams),
        body: ref(GroupMerge),
        response: { 200: ref(mergeResult(type)), ...problems(400, 401, 403, 404, 409, 413, 415, 422, 503) },
      },
    },
    async (request, reply) => {
      const { access, language } = request
      const writing = writingOf(access, codeOf(request))
      const { grant } = writing
      requireDuplicates(grant)
      const { survivorId, choices } = request.body
      const work = async (trx: Parameters<typeof mergeAnswer>[0]) => {
        const { id, memberIds } = await readGroup(trx, grant, request.params.id, { language, statuses: ['open'] })
        return await mergeAnswer(trx, request, writing, { survivorId: survivorId ?? id, ids: memberIds, choices })
      }
      return await answerOnce(request, reply, db, work, retryOnTakenKey)
    },
  )
}
