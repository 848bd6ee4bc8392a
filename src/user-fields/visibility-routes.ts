import Type from 'typebox'
import type { Database } from '../database/connect.ts'
import { problems } from '../errors/documents.ts'
import { validMembers } from '../errors/faulty-body.ts'
import { invalid, Problem } from '../errors/problem.ts'
import type { Field } from '../fields/field.ts'
import type { App } from '../http/foundation.ts'
import { addSchemas } from '../http/shared-schemas.ts'
import { answerOnce } from '../idempotency/once.ts'
import { faultsOfMembers, memberSchemas, membersGiven, membersShown, readMembers } from '../people/members.ts'
import { lockRights } from '../people/rights-lock.ts'
import { requireFeature } from '../plans/require.ts'
import { ref } from '../schema/build.ts'
import { changeableType, FieldParams, fieldOf, say } from './find-field.ts'
import { findVisibility, replaceVisibility, type UserField } from './visibility.ts'

const restricted = Type.Boolean({
  description: 'Whether only portal administrators and the listed users and departments see the field.',
})
const FieldVisibility = Type.Object(
  { restricted, ...membersShown('see the field') },
  { $id: 'FieldVisibility', description: 'Who sees a field and its values.' },
)
const FieldVisibilityInput = Type.Object(
  { restricted, ...membersGiven('see the field') },
  {
    $id: 'FieldVisibilityInput',
    additionalProperties: false,
    description: 'Who sees a user field. Lists that are left out become empty.',
    examples: [{ restricted: true, userIds: [1], departments: [{ id: 1, withSub: true }] }],
  },
)

/** Adds the routes of the visibility of user fields. */
export function visibilityRoutes(app: App, { db }: { db: Database }): void {
  const path = '/types/:code/fields/:field/visibility'
  addSchemas(app, [...memberSchemas, FieldVisibility, FieldVisibilityInput])
  app.get(
    path,
    {
      schema: {
        ...say(
          'getFieldVisibility',
          'Read the visibility of a field',
          'Returns who sees a field. Everyone who may read records sees system fields. Requires the settings right.',
        ),
        params: FieldParams,
        response: { 200: ref(FieldVisibility), ...problems(400, 401, 403, 404, 503) },
      },
    },
    async ({ access, params }) => {
      const type = changeableType(access, params.code)
      const field = fieldOf(access.grant(type.code), params.field)
      return isUserField(field) ? await findVisibility(db, field) : everyone
    },
  )

  app.put(
    path,
    {
      attachValidation: true,
      schema: {
        ...say(
          'replaceFieldVisibility',
          'Replace the visibility of a field',
          'Sets who sees a user field. For everyone else the field does not exist: not in records, lists, filters, sorting, search, counts, export and history. Portal administrators see every field. System fields cannot be restricted. The change takes effect from the next request. Requires the settings right.',
        ),
        params: FieldParams,
        body: ref(FieldVisibilityInput),
        response: { 200: ref(FieldVisibility), ...problems(400, 401, 403, 404, 413, 415, 422, 503) },
      },
    },
    async (request, reply) => {
      const { access, params } = request
      const type = changeableType(access, params.code)
      requireFeature(access, 'fieldVisibility')
      const field = fieldOf(access.grant(type.code), params.field)
      if (!isUserField(field)) throw new Problem('visibility_of_system_field', { code: field.code })
      const { body, faults } = validMembers(request)
      return await answerOnce(request, reply, db, async (trx) => {
        await lockRights(trx)
        const missing = await faultsOfMembers(trx, request.body, { pointer: '', faults })
        if (faults.length || missing.length) throw invalid([...faults, ...missing])
        await replaceVisibility(trx, field, { ...readMembers(body), restricted: body.restricted })
        return { status: 200, body: await findVisibility(trx, field) }
      })
    },
  )
}

const everyone = { restricted: false, userIds: [], departments: [] }

function isUserField(field: Field): field is UserField {
  return field.userFieldId !== null
}
