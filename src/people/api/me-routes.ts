import type { Database } from '../../database/connect.ts'
import { problems } from '../../errors/documents.ts'
import type { App } from '../../http/foundation.ts'
import type { Access } from '../../rights/access.ts'
import { ref } from '../../schema/build.ts'
import { readMe } from '../find-users.ts'
import { Me } from '../schemas.ts'
import { type PeopleRoutes, say } from './requests.ts'

/** Adds the route that returns the caller. It requires no role. */
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
