import { problems } from '../../errors/documents.ts'
import type { App } from '../../http/foundation.ts'
import { ref } from '../../schema/build.ts'
import { Me } from '../schemas.ts'
import { say } from './requests.ts'

/** Adds the route that returns the caller. It requires no right. */
export function meRoutes(app: App): void {
  app.get(
    '/me',
    {
      schema: {
        ...say('getMe', 'Read the caller', 'Returns the user and the key of the request.'),
        response: { 200: ref(Me), ...problems(400, 401, 503) },
      },
    },
    async ({ access }) => {
      const { caller, catalogue } = access
      const { settings } = catalogue.lookups
      const { userId, keyId, keyName, keyPrefix, keyExpiresAt, scopes, ...user } = caller
      return {
        ...user,
        id: userId,
        active: true,
        language: user.language ?? settings.language,
        timeZone: user.timeZone ?? settings.timeZone,
        key: { id: keyId, name: keyName, prefix: keyPrefix, expiresAt: keyExpiresAt, scopes },
      }
    },
  )
}
