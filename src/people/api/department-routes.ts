import Type from 'typebox'
import type { Database } from '../../database/connect.ts'
import { problems } from '../../errors/documents.ts'
import type { App } from '../../http/foundation.ts'
import { onePage } from '../../http/id-page.ts'
import { Label, LabelsQuery, labelFor } from '../../http/labels.ts'
import { listOf } from '../../http/lists.ts'
import { addSchemas } from '../../http/shared-schemas.ts'
import { describeOperations, nullable, ref } from '../../schema/build.ts'
import { findDepartments } from '../find-departments.ts'

const Department = Type.Object(
  {
    id: Type.Integer({ description: 'Id of the department.' }),
    name: ref(Label),
    parentId: nullable(Type.Integer({ description: 'Id of the parent department.' })),
    headId: nullable(Type.Integer({ description: 'Id of the user who heads the department.' })),
  },
  { $id: 'Department', description: 'A department of the company.' },
)
const DepartmentList = listOf(Department, 'DepartmentList')

/** Adds the route that lists the departments. */
export function departmentRoutes(app: App, { db }: { db: Database }): void {
  addSchemas(app, [Department, DepartmentList])
  app.get(
    '/departments',
    {
      schema: {
        ...describeOperations('Lookups')(
          'listDepartments',
          'List departments',
          'Returns the departments of the company, each with its parent department.',
        ),
        querystring: LabelsQuery,
        response: { 200: ref(DepartmentList), ...problems(400, 401, 403, 503) },
      },
    },
    async ({ access, query }) => {
      access.requireCrm()
      const departments = await findDepartments(db)
      return onePage(departments.map((one) => ({ ...one, name: labelFor(one.name, access.language, query.labels) })))
    },
  )
}
