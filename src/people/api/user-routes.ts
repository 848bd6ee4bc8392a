import type { Transaction } from '../../database/transaction.ts'
import { problems } from '../../errors/documents.ts'
import { validMembers } from '../../errors/faulty-body.ts'
import type { App } from '../../http/foundation.ts'
import { answerOnce, locationOf } from '../../idempotency/once.ts'
import { sendItems } from '../../lists/send-items.ts'
import { sentBack } from '../../rights/sent-back.ts'
import { ref } from '../../schema/build.ts'
import { readUser, seenByAll, users } from '../find-users.ts'
import { NewUser, UserChange, UserDetails } from '../schemas.ts'
import { changeUser, createUser, retryOnTakenEmail } from '../write-users.ts'
import { userList } from './lists.ts'
import { IdParams, type PeopleRoutes, requireReader, say } from './requests.ts'

/** Adds the user routes. All CRM users can list users; administrators can read and change them. */
export function userRoutes(app: App, routes: PeopleRoutes): void {
  const { db } = routes
  app.get(
    '/users',
    {
      schema: {
        ...say(
          'listUsers',
          'List users',
          'Returns users, by default ordered by id. Administrators see all fields; others see `id`, `firstName`, `lastName` and `active`.',
        ),
        ...userList.request,
        response: { 200: ref(userList.page), ...problems(400, 401, 403, 503) },
      },
    },
    async (request, reply) => {
      const { access, query } = request
      const { active, departmentId, groupId } = query
      requireReader(access)
      // Others do not see who is a member of what.
      if (departmentId !== undefined || groupId !== undefined) access.requireAdmin()
      const details = access.administers
      const items = { items: users(db, { details }), isPartial: false, ...(!details && { seen: seenByAll }) }
      const conditions = { active, departmentIds: departmentId, groupIds: groupId }
      return await sendItems(request, reply, userList, items, routes, conditions)
    },
  )

  app.post(
    '/users',
    {
      attachValidation: true,
      schema: {
        ...say(
          'createUser',
          'Create a user',
          'Creates a user. Create a key for the user with `POST /v1/api-keys`. Requires an administrator.',
        ),
        body: ref(NewUser),
        response: { 201: ref(UserDetails), ...problems(400, 401, 403, 409, 413, 415, 422, 503) },
      },
    },
    async (request, reply) => {
      request.access.requireAdmin()
      const input = validMembers(request)
      const work = async (trx: Transaction) => {
        const id = await createUser(trx, input)
        return { status: 201, headers: locationOf(request, `/v1/users/${id}`), body: await readUser(trx, id) }
      }
      return await answerOnce(request, reply, db, work, retryOnTakenEmail)
    },
  )

  app.get(
    '/users/:id',
    {
      schema: {
        ...say('getUser', 'Read a user', 'Returns a user with all fields. Requires an administrator.'),
        params: IdParams,
        response: { 200: ref(UserDetails), ...problems(400, 401, 403, 404, 503) },
      },
    },
    async ({ access, params }) => {
      access.requireAdmin()
      return await readUser(db, params.id)
    },
  )

  app.patch(
    '/users/:id',
    {
      config: sentBack((access, { id }: { id: number }) => {
        access.requireAdmin()
        return readUser(db, id)
      }),
      attachValidation: true,
      schema: {
        ...say(
          'updateUser',
          'Change a user',
          'Changes the fields that the body names. The change takes effect from the next request. The last active administrator cannot be deactivated or demoted. Requires an administrator.',
        ),
        params: IdParams,
        body: ref(UserChange),
        response: { 200: ref(UserDetails), ...problems(400, 401, 403, 404, 409, 413, 415, 422, 503) },
      },
    },
    async (request, reply) => {
      request.access.requireAdmin()
      const { id } = request.params
      const input = validMembers(request)
      const work = async (trx: Transaction) => {
        await changeUser(trx, id, input)
        return { status: 200, body: await readUser(trx, id) }
      }
      return await answerOnce(request, reply, db, work, retryOnTakenEmail)
    },
  )
}
