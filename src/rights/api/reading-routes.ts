import Type from 'typebox'
import type { Database } from '../../database/connect.ts'
import { problems } from '../../errors/documents.ts'
import { invalid } from '../../errors/problem.ts'
import type { Cursors } from '../../http/cursors.ts'
import type { App } from '../../http/foundation.ts'
import { pageQuery } from '../../http/id-page.ts'
import { LabelsQuery, labelsQuery } from '../../http/labels.ts'
import { describeOperations, ref } from '../../schema/build.ts'
import { findRole, findRoles, lookUpRole } from './find-roles.ts'
import { RoleComparison, RoleDocument, RoleList, RoleParams } from './schemas.ts'
import { compareRoles, shownRole } from './show-role.ts'

/** Describes an operation under the tag of roles. */
export const say = describeOperations('Roles')

const RolesQuery = Type.Object({ ...labelsQuery, ...pageQuery }, { additionalProperties: false })
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
export function readingRoutes(app: App, { db, cursors }: { db: Database; cursors: Cursors }): void {
  app.get(
    '/roles',
    {
      schema: {
        ...say('listRoles', 'List roles', 'Returns the roles ordered by id. Requires the settings right.'),
        querystring: RolesQuery,
        response: { 200: ref(RoleList), ...problems(400, 401, 403, 503) },
      },
    },
    async ({ access, query: { labels, ...page } }) => {
      access.requireSettings()
      const { data, ...rest } = await findRoles(db, { ...page, cursors })
      return { ...rest, data: data.map((role) => shownRole(role, access, labels)) }
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
