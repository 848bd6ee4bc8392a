import type { Database } from '../../database/connect.ts'
import { problems } from '../../errors/documents.ts'
import { validMembers } from '../../errors/faulty-body.ts'
import type { App } from '../../http/foundation.ts'
import { answerOnce } from '../../idempotency/once.ts'
import type { Access } from '../../rights/access.ts'
import { sentBack } from '../../rights/sent-back.ts'
import { ref } from '../../schema/build.ts'
import { readMe } from '../find-users.ts'
import { Me, MeChange } from '../schemas.ts'
import { requireUnscoped } from '../scopes.ts'
import { changeMe } from '../write-users.ts'
import { type PeopleRoutes, say } from './requests.ts'

/** Adds the routes of the caller. They require no role. A key with scopes changes nothing here. */
export function meRoutes(app: App, { db }: PeopleRoutes): void {
  app.get(
    '/me',
    {
      schema: {
        ...say('getMe', 'Read the caller', 'Returns the user and the key of the request.'),
        response: { 200: ref(Me), ...problems(400, 401, 503) },
      },
    },
    async ({ access }) => await shown(db, access),
  )

  app.patch(
    '/me',
    {
      config: sentBack((access) => shown(db, access)),
      attachValidation: true,
      schema: {
        ...say(
          'updateMe',
          'Change the caller',
          'Changes the language, the time zone or `crmHidden` of the user of the request. Administrators change everything else with `PATCH /v1/users/{id}`.',
        ),
        body: ref(MeChange),
        response: { 200: ref(Me), ...problems(400, 401, 403, 413, 415, 422, 503) },
      },
    },
    async (request, reply) => {
      const { access } = request
      requireUnscoped(access.caller)
      const input = validMembers(request)
      return await answerOnce(request, reply, db, async (trx) => {
        await changeMe(trx, access.caller.userId, input)
        return { status: 200, body: await shown(trx, access) }
      })
    },
  )
}

async function shown(db: Database, { caller, catalogue }: Access) {
  const { settings } = catalogue.lookups
  const { userId, keyId, keyName, keyPrefix, keyExpiresAt, scopes, ...user } = caller
  const { language, timeZone, ...own } = await readMe(db, userId)
  return {
    ...user,
    ...own,
    id: userId,
    active: true,
    language: language ?? settings.language,
    timeZone: timeZone ?? settings.timeZone,
    key: { id: keyId, name: keyName, prefix: keyPrefix, expiresAt: keyExpiresAt, scopes },
  }
}
