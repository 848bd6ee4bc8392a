import type { App } from '../../http/foundation.ts'
import { isWrite } from '../../idempotency/declare.ts'
import { requireWriting } from '../scopes.ts'

/**
 * Refuses every write with a key that only reads, also writes that no record decides about, such as an upload. Such a key
 * may still rotate or revoke itself.
 */
export function refuseWritesOfReaders(app: App): void {
  app.addHook('preHandler', async ({ access, method, routeOptions }) => {
    const { config, url = '' } = routeOptions
    if (isWrite({ method, config }) && !url.startsWith('/v1/api-keys')) requireWriting(access.caller)
  })
}
