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
import { departments, readDepartment } from '../find-departments.ts'
import {
  Department,
  DepartmentChange,
  type DepartmentRow,
  mostDepartments,
  mostLevels,
  NewDepartment,
} from '../organisation-schemas.ts'
import { changeDepartment, createDepartment, deleteDepartment } from '../write-departments.ts'
import { departmentList } from './lists.ts'
import { DepartmentParams, type PeopleRoutes, requireReader, say } from './requests.ts'

/** Adds the department routes. All CRM users can read departments; administrators can change them. */
export function departmentRoutes(app: App, options: PeopleRoutes): void {
  readingRoutes(app, options)
  writingRoutes(app, options)
}

function readingRoutes(app: App, routes: PeopleRoutes): void {
  const { db } = routes
  app.get(
    '/departments',
    {
      schema: {
        ...say(
          'listDepartments',
          'List departments',
          'Returns the departments of the company, by default ordered by id, each with the id of the department above.',
        ),
        ...departmentList.request,
        response: { 200: ref(departmentList.page), ...problems(400, 401, 403, 503) },
      },
    },
    async (request, reply) => {
      requireReader(request.access)
      return await sendItems(request, reply, departmentList, { items: departments(db), isPartial: false }, routes)
    },
  )

  app.get(
    '/departments/:id',
    {
      schema: {
        ...say('getDepartment', 'Read a department', 'Returns a department.'),
        params: DepartmentParams,
        querystring: LabelsQuery,
        response: { 200: ref(Department), ...problems(400, 401, 403, 404, 503) },
      },
    },
    async ({ access, params, query }) => {
      requireReader(access)
      return shown(await readDepartment(db, params.id), access, query.labels)
    },
  )
}

function writingRoutes(app: App, { db }: PeopleRoutes): void {
  app.post(
    '/departments',
    {
      attachValidation: true,
      schema: {
        ...say(
          'createDepartment',
          'Create a department',
          `Creates a department. The head becomes a member of it. A company can have up to ${mostDepartments} departments on ${mostLevels} levels. Requires an administrator.`,
        ),
        body: ref(NewDepartment),
        response: { 201: ref(Department), ...problems(400, 401, 403, 413, 415, 422, 503) },
      },
    },
    async (request, reply) => {
      const { access } = request
      access.requireAdmin()
      const input = validMembers(request)
      return await answerOnce(request, reply, db, async (trx) => {
        const id = await createDepartment(trx, input)
        const headers = locationOf(request, `/v1/departments/${id}`)
        return { status: 201, headers, body: shown(await readDepartment(trx, id), access) }
      })
    },
  )

  app.patch(
    '/departments/:id',
    {
      config: sentBack(async (access, { id }: { id: number }) => {
        requireReader(access)
        return shown(await readDepartment(db, id), access, 'all')
      }),
      attachValidation: true,
      schema: {
        ...say(
          'updateDepartment',
          'Change a department',
          'Renames a department, moves it with everything below it, or changes its head. It cannot move below itself. Requires an administrator.',
        ),
        params: DepartmentParams,
        body: ref(DepartmentChange),
        response: { 200: ref(Department), ...problems(400, 401, 403, 404, 413, 415, 422, 503) },
      },
    },
    async (request, reply) => {
      const { access, params } = request
      access.requireAdmin()
      const input = validMembers(request)
      return await answerOnce(request, reply, db, async (trx) => {
        await changeDepartment(trx, params.id, input)
        return { status: 200, body: shown(await readDepartment(trx, params.id), access) }
      })
    },
  )

  app.delete(
    '/departments/:id',
    {
      schema: {
        ...say(
          'deleteDepartment',
          'Delete a department',
          'Deletes a department. Its members and the departments below it move to the department above. Roles and restricted fields that named it no longer do. The root cannot be deleted. Requires an administrator.',
        ),
        params: DepartmentParams,
        response: {
          ...deletionAnswers(ref(Department), 'The department is deleted.'),
          ...problems(400, 401, 403, 404, 409, 503),
        },
      },
    },
    async (request, reply) => {
      const { access, params } = request
      access.requireAdmin()
      return await deleteOnce(request, reply, db, {
        show: async (trx) => shown(await readDepartment(trx, params.id), access),
        remove: (trx) => deleteDepartment(trx, params.id),
      })
    },
  )
}

function shown({ name, ...rest }: DepartmentRow, { language }: Access, all?: 'all') {
  return { ...rest, name: labelFor(name, language, all) }
}
