import Type from 'typebox'
import { problems } from '../../errors/documents.ts'
import { invalid } from '../../errors/problem.ts'
import type { App } from '../../http/foundation.ts'
import { LabelsQuery } from '../../http/labels.ts'
import { type ListRoutes, sendItems } from '../../lists/send-items.ts'
import { describeOperations, ref } from '../../schema/build.ts'
import { findRole, lookUpRole, rolesIn, type StoredRole } from './find-roles.ts'
import { RoleComparison, RoleDocument, RoleParams, roleList } from './schemas.ts'
import { compareRoles, shownRole } from './show-role.ts'

/** Describes an operation under the tag of roles. */
export const say = describeOperations('Roles')

const ComparisonQuery = Type.Object(
  {
    with: Type.Integer({
      minimum: 1,
      maximum: Number.MAX_SAFE_INTEGER,
      description: 'Id of the other role.',
      examples: [1],
    }),
  },
  { additionalProperties: false },
)

/** Adds the routes that read and compare roles. */
export function readingRoutes(app: App, routes: ListRoutes): void {
  const { db } = routes
  app.get(
    '/roles',
    {
      schema: {
        ...say('listRoles', 'List roles', 'Returns the roles, by default ordered by id. Requires the settings right.'),
        ...roleList.request,
        response: { 200: ref(roleList.page), ...problems(400, 401, 403, 503) },
      },
    },
    async (request, reply) => {
      const { access } = request
      access.requireSettings()
      const shown = (role: StoredRole) => shownRole(role, access, 'all')
      return await sendItems(request, reply, roleList, { items: rolesIn(db), isPartial: false, shown }, routes)
    },
  )

  app.get(
    '/roles/:id',
    {
      schema: {
        ...say('getRole', 'Read a role', 'Returns a role. Requires the settings right.'),
        params: RoleParams,
        querystring: LabelsQuery,
        response: { 200: ref(RoleDocument), ...problems(400, 401, 403, 404, 503) },
      },
    },
    async ({ access, params, query }) => {
      access.requireSettings()
      return shownRole(await findRole(db, params.id), access, query.labels)
    },
  )

  app.get(
    '/roles/:id/compare',
    {
      schema: {
        ...say(
          'compareRoles',
          'Compare two roles',
          'Returns the settings and the levels in which two roles differ. Members are not compared. Requires the settings right.',
        ),
        params: RoleParams,
        querystring: ComparisonQuery,
        response: { 200: ref(RoleComparison), ...problems(400, 401, 403, 404, 503) },
      },
    },
    async ({ access, params, query }) => {
      access.requireSettings()
      const role = await findRole(db, params.id)
      const other = await lookUpRole(db, query.with)
      const fault = {
        parameter: 'with',
        code: 'not_found_reference',
        params: { type: 'role', id: query.with },
      } as const
      if (!other) throw invalid([fault])
      return compareRoles(role, other, access.catalogue)
    },
  )
}
