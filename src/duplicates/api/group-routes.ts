import Type from 'typebox'
import { problems } from '../../errors/documents.ts'
import type { App } from '../../http/foundation.ts'
import { answerOnce } from '../../idempotency/once.ts'
import { mergeAnswer } from '../../merging/api/merge-routes.ts'
import { mergeResult } from '../../merging/api/schemas.ts'
import { withDecisions } from '../../merging/automatic/with-decisions.ts'
import type { RecordResource } from '../../records/api/record-resource.ts'
import { writingOf } from '../../records/batch/operations.ts'
import { retryOnTakenKey } from '../../records/write/write-context.ts'
import { ref } from '../../schema/build.ts'
import { requireDuplicates } from '../find-matches.ts'
import { dismissGroup } from '../groups/dismissals.ts'
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
      const grant = access.grant(codeOf(request))
      requireDuplicates(grant)
      const list = { list: `duplicates of ${grant.type.code}`, minScore: query.minScore }
      const after =
        query.cursor === undefined ? 0 : cursors.read<typeof list & { after: number }>(query.cursor, list).after
      const { groups, next } = await readGroups(db, grant, { ...query, after, language })
      return {
        data: await withDecisions(db, grant, groups),
        page: { next: next === null ? null : cursors.write({ ...list, after: next }), prev: null },
      }
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
      const [group] = await withDecisions(db, grant, [await readGroup(db, grant, request.params.id, request.language)])
      return group!
    },
  )
}

/** Adds the routes that decide about a group: it is dismissed or merged. */
export function decisionRoutes(app: App, resource: RecordResource, { db, access: maker }: DuplicateRoutes): void {
  const { type, path, params, codeOf } = resource
  const docs = duplicateDocs(type)
  app.post(
    `${path}/duplicates/groups/:id/dismiss`,
    {
      schema: {
        ...docs.dismiss,
        params: params(GroupParams),
        response: {
          204: Type.Null({ description: 'The group is dismissed.' }),
          ...problems(400, 401, 403, 404, 409, 422, 503),
        },
      },
    },
    async (request, reply) => {
      const grant = request.access.grant(codeOf(request))
      requireDuplicates(grant)
      const server = (await maker.system(db)).grant(grant.type.code)
      return await answerOnce(request, reply, db, async (trx) => {
        const { memberIds } = await readGroup(trx, grant, request.params.id, request.language)
        await dismissGroup(trx, { grant, server }, memberIds)
        return { status: 204 }
      })
    },
  )
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
      const writing = writingOf(request.access, codeOf(request))
      const { grant } = writing
      requireDuplicates(grant)
      const { survivorId, choices } = request.body
      const work = async (trx: Parameters<typeof mergeAnswer>[0]) => {
        const { id, memberIds } = await readGroup(trx, grant, request.params.id, request.language)
        return await mergeAnswer(trx, request, writing, { survivorId: survivorId ?? id, ids: memberIds, choices })
      }
      return await answerOnce(request, reply, db, work, retryOnTakenKey)
    },
  )
}
