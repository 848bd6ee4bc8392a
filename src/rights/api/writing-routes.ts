import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { Database } from '../../database/connect.ts'
import type { Transaction } from '../../database/transaction.ts'
import { problems } from '../../errors/documents.ts'
import { validMembers } from '../../errors/faulty-body.ts'
import type { App } from '../../http/foundation.ts'
import { readLabels } from '../../http/labels.ts'
import { answerOnce, isDryRun, locationOf } from '../../idempotency/once.ts'
import { noMembers } from '../../people/members.ts'
import { lockRights } from '../../people/rights-lock.ts'
import { requireFeature } from '../../plans/require.ts'
import { sentBack } from '../../rights/sent-back.ts'
import { ref } from '../../schema/build.ts'
import type { Access, AccessMaker } from '../access.ts'
import { findEffects, type Impact, impactOf, noImpact } from './effects.ts'
import { findRole, type StoredRole } from './find-roles.ts'
import { copyNameOf, type Given, readAllMembers, readRole } from './read-role.ts'
import { say } from './reading-routes.ts'
import { NewRole, RoleChange, RoleClone, RoleMembersInput } from './request-schemas.ts'
import { RoleEffects, RoleParams, SavedRole } from './schemas.ts'
import { shownRole } from './show-role.ts'
import { changeRole, createRole, deleteRole } from './write-role.ts'

const effects = 'With `dryRun=true` the response also says for whom which levels change. Requires the settings right.'

/** Adds the routes that create, change, clone and delete roles. */
export function writingRoutes(app: App, options: { db: Database; access: AccessMaker }): void {
  const { db, access: maker } = options
  const changed = { 200: ref(SavedRole), ...problems(400, 401, 403, 404, 413, 415, 422, 503) }
  const created = { 201: ref(SavedRole), ...problems(400, 401, 403, 404, 413, 415, 422, 503) }

  app.post(
    '/roles',
    {
      attachValidation: true,
      schema: {
        ...say('createRole', 'Create a role', `Creates a role. ${effects}`),
        body: ref(NewRole),
        response: created,
      },
    },
    async (request, reply) => {
      requireRoles(request.access)
      const given = givenIn(request)
      return await answerOnce(request, reply, db, async (trx) => {
        const access = await lockedAccess(trx, maker, request)
        const id = await createRole(trx, await readRole(trx, given, access))
        return await createdRole(trx, request, { id, access })
      })
    },
  )

  app.patch(
    '/roles/:id',
    {
      config: sentBack(async (access, { id }: { id: number }) => {
        requireRoles(access)
        return shownRole(await findRole(db, id), access, 'all')
      }),
      attachValidation: true,
      schema: {
        ...say(
          'updateRole',
          'Change a role',
          `Changes the properties that the body names. \`permissions\` replaces the whole list. The change takes effect from the next request. ${effects}`,
        ),
        params: RoleParams,
        body: ref(RoleChange),
        response: changed,
      },
    },
    async (request, reply) => {
      requireRoles(request.access)
      const given = givenIn(request)
      return await answerOnce(request, reply, db, async (trx) => {
        const { role, access, before } = await lockedRole(trx, maker, request)
        await changeRole(trx, role, await readRole(trx, given, access, role))
        return { status: 200, body: await savedRole(trx, request, { id: role.id, access, before }) }
      })
    },
  )

  app.put(
    '/roles/:id/members',
    {
      attachValidation: true,
      schema: {
        ...say(
          'replaceRoleMembers',
          'Replace the members of a role',
          `Sets who has the role. Lists that are left out become empty. The change takes effect from the next request. ${effects}`,
        ),
        params: RoleParams,
        body: ref(RoleMembersInput),
        response: changed,
      },
    },
    async (request, reply) => {
      requireRoles(request.access)
      const given = givenIn(request)
      return await answerOnce(request, reply, db, async (trx) => {
        const { role, access, before } = await lockedRole(trx, maker, request)
        await changeRole(trx, role, { ...role, members: await readAllMembers(trx, given) })
        return { status: 200, body: await savedRole(trx, request, { id: role.id, access, before }) }
      })
    },
  )

  app.post(
    '/roles/:id/clone',
    {
      // A clone needs no body.
      preValidation(request, _reply, done) {
        request.body ??= {}
        done()
      },
      schema: {
        ...say(
          'cloneRole',
          'Clone a role',
          'Creates a role with the settings and permissions of another one, without members. Requires the settings right.',
        ),
        params: RoleParams,
        body: ref(RoleClone),
        response: created,
      },
    },
    async (request, reply) => {
      requireRoles(request.access)
      const { name } = request.body
      return await answerOnce(request, reply, db, async (trx) => {
        const { role, access } = await lockedRole(trx, maker, request)
        const copy = { ...role, name: name ? readLabels(name) : copyNameOf(role.name), members: noMembers }
        return await createdRole(trx, request, { id: await createRole(trx, copy), access })
      })
    },
  )

  app.delete(
    '/roles/:id',
    {
      schema: {
        ...say('deleteRole', 'Delete a role', `Deletes a role. Its members lose what it gives. ${effects}`),
        params: RoleParams,
        response: {
          200: ref(RoleEffects),
          204: Type.Null({ description: 'The role is deleted.' }),
          ...problems(400, 401, 403, 404, 503),
        },
      },
    },
    async (request, reply) => {
      requireRoles(request.access)
      return await answerOnce(request, reply, db, async (trx) => {
        const { role, access, before } = await lockedRole(trx, maker, request)
        await deleteRole(trx, role.id)
        if (!isDryRun(request)) return { status: 204 }
        const body = await findEffects(trx, access.catalogue, { id: role.id, before, after: noImpact })
        return { status: 200, body }
      })
    },
  )
}

/** Throws unless the caller may change roles, and the plan includes them. */
function requireRoles(access: Access): void {
  access.requireSettings()
  requireFeature(access, 'roles')
}

/** Returns the whole body with the faults of its schema. Throws if the body is no object. */
function givenIn<Body extends object>(request: FastifyRequest & { body: Body }): Given<Body> {
  return { body: request.body, faults: validMembers(request).faults }
}

/**
 * Locks the rights, and returns the access with the pipelines as they are saved now. Requests before this one are
 * committed, so what is checked from here holds until the end of the transaction.
 */
async function lockedAccess(trx: Transaction, maker: AccessMaker, { access }: FastifyRequest): Promise<Access> {
  await lockRights(trx)
  return await maker.within(trx, access)
}

/** Returns the role of the path, which no other request changes until the commit, and for a dry run its impact. */
async function lockedRole(
  trx: Transaction,
  maker: AccessMaker,
  request: FastifyRequest & { params: { id: number } },
): Promise<{ role: StoredRole; access: Access; before: Impact }> {
  const access = await lockedAccess(trx, maker, request)
  const role = await findRole(trx, request.params.id)
  return { role, access, before: isDryRun(request) ? await impactOf(trx, role) : noImpact }
}

async function createdRole(trx: Transaction, request: FastifyRequest, { id, access }: { id: number; access: Access }) {
  const body = await savedRole(trx, request, { id, access, before: noImpact })
  return { status: 201, headers: locationOf(request, `/v1/roles/${id}`), body }
}

/** Returns a role as it is saved, and for a dry run the effects of the change. */
async function savedRole(
  trx: Transaction,
  request: FastifyRequest,
  { id, access, before }: { id: number; access: Access; before: Impact },
): Promise<SavedRole> {
  const role = await findRole(trx, id)
  const shown = shownRole(role, access)
  if (!isDryRun(request)) return shown
  return { ...shown, ...(await findEffects(trx, access.catalogue, { id, before, after: await impactOf(trx, role) })) }
}
