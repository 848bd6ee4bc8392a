import { problems } from '../../errors/documents.ts'
import { validMembers } from '../../errors/faulty-body.ts'
import type { App } from '../../http/foundation.ts'
import { LabelsQuery, labelFor } from '../../http/labels.ts'
import { deleteOnce, deletionAnswers } from '../../idempotency/delete-once.ts'
import { answerOnce, locationOf } from '../../idempotency/once.ts'
import { sendItems } from '../../lists/send-items.ts'
import type { Access } from '../../rights/access.ts'
import { sentBack } from '../../rights/sent-back.ts'
import { ref } from '../../schema/build.ts'
import { changeGroup, createGroup, deleteGroup, groups, readGroup, type StoredGroup } from '../groups.ts'
import { mostMembers } from '../members.ts'
import { GroupChange, GroupDetails, mostGroups, NewGroup } from '../organisation-schemas.ts'
import { groupList } from './lists.ts'
import { GroupParams, type PeopleRoutes, requireReader, say } from './requests.ts'

/** Adds the group routes. All CRM users can list groups; administrators can read their members and change them. */
export function groupRoutes(app: App, options: PeopleRoutes): void {
  readingRoutes(app, options)
  writingRoutes(app, options)
}

function readingRoutes(app: App, routes: PeopleRoutes): void {
  const { db } = routes
  app.get(
    '/groups',
    {
      schema: {
        ...say(
          'listGroups',
          'List groups',
          'Returns the groups, by default ordered by id, without their members. `GET /v1/users?groupId=` lists the members of a group.',
        ),
        ...groupList.request,
        response: { 200: ref(groupList.page), ...problems(400, 401, 403, 503) },
      },
    },
    async (request, reply) => {
      requireReader(request.access)
      return await sendItems(request, reply, groupList, { items: groups(db), isPartial: false }, routes)
    },
  )

  app.get(
    '/groups/:id',
    {
      schema: {
        ...say('getGroup', 'Read a group', 'Returns a group with its members. Requires an administrator.'),
        params: GroupParams,
        querystring: LabelsQuery,
        response: { 200: ref(GroupDetails), ...problems(400, 401, 403, 404, 503) },
      },
    },
    async ({ access, params, query }) => {
      access.requireAdmin()
      return shown(await readGroup(db, params.id), access, query.labels)
    },
  )
}

function writingRoutes(app: App, { db }: PeopleRoutes): void {
  app.post(
    '/groups',
    {
      attachValidation: true,
      schema: {
        ...say(
          'createGroup',
          'Create a group',
          `Creates a group of up to ${mostMembers} users. There can be up to ${mostGroups} groups. Requires an administrator.`,
        ),
        body: ref(NewGroup),
        response: { 201: ref(GroupDetails), ...problems(400, 401, 403, 413, 415, 422, 503) },
      },
    },
    async (request, reply) => {
      const { access } = request
      access.requireAdmin()
      const input = validMembers(request)
      return await answerOnce(request, reply, db, async (trx) => {
        const id = await createGroup(trx, input)
        const headers = locationOf(request, `/v1/groups/${id}`)
        return { status: 201, headers, body: shown(await readGroup(trx, id), access) }
      })
    },
  )

  app.patch(
    '/groups/:id',
    {
      config: sentBack(async (access, { id }: { id: number }) => {
        access.requireAdmin()
        return shown(await readGroup(db, id), access, 'all')
      }),
      attachValidation: true,
      schema: {
        ...say(
          'updateGroup',
          'Change a group',
          'Renames a group, replaces its members, or adds and removes some. Requires an administrator.',
        ),
        params: GroupParams,
        body: ref(GroupChange),
        response: { 200: ref(GroupDetails), ...problems(400, 401, 403, 404, 413, 415, 422, 503) },
      },
    },
    async (request, reply) => {
      const { access, params } = request
      access.requireAdmin()
      const input = validMembers(request)
      return await answerOnce(request, reply, db, async (trx) => {
        await changeGroup(trx, params.id, input)
        return { status: 200, body: shown(await readGroup(trx, params.id), access) }
      })
    },
  )

  app.delete(
    '/groups/:id',
    {
      schema: {
        ...say(
          'deleteGroup',
          'Delete a group',
          'Deletes a group. Its users stay, without the roles that they had through the group. Requires an administrator.',
        ),
        params: GroupParams,
        response: {
          ...deletionAnswers(ref(GroupDetails), 'The group is deleted.'),
          ...problems(400, 401, 403, 404, 503),
        },
      },
    },
    async (request, reply) => {
      const { access, params } = request
      access.requireAdmin()
      return await deleteOnce(request, reply, db, {
        show: async (trx) => shown(await readGroup(trx, params.id), access),
        remove: (trx) => deleteGroup(trx, params.id),
      })
    },
  )
}

function shown({ name, ...rest }: StoredGroup, { language }: Access, all?: 'all') {
  return { ...rest, name: labelFor(name, language, all) }
}
