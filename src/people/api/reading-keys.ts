import type { App } from '../../http/foundation.ts'
import { isWrite } from '../../idempotency/declare.ts'
import { requireWriting } from '../scopes.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Keys that only read and export may send this write: it makes a job or a link, and changes no record. */
    isForReaders?: boolean
  }
}

/**
 * Refuses every write with a key that only reads, also writes that no record decides about, such as an upload. Such a key
 * may still rotate or revoke itself.
 */
export function refuseWritesOfReaders(app: App): void {
  app.addHook('preHandler', async ({ access, method, routeOptions }) => {
    const { config, url = '' } = routeOptions
    if (isWrite({ method, config }) && !config.isForReaders && !url.startsWith('/v1/api-keys'))
      requireWriting(access.caller)
  })
}
