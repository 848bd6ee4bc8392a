import { whileModelChanges } from '../database/changed-model.ts'
import type { Database } from '../database/connect.ts'
import type { App } from '../http/foundation.ts'
import type { AccessMaker } from './access.ts'
import { admit } from './authenticate.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The handler cannot run again: it takes its body as a stream, or goes on after it has committed something. */
    runsOnce?: boolean
  }
}

/**
 * Runs the handlers of this scope again when a field that they name was deleted between the reading of the catalogue and
 * the statement: that is no fault of the caller. `request.access` is then of the catalogue as it is now.
 */
export function retryOnChangedModel(app: App, { db, access }: { db: Database; access: AccessMaker }): void {
  app.addHook('onRoute', (route) => {
    const { handler, config } = route
    if (config?.runsOnce) return
    route.handler = function (request, reply) {
      return whileModelChanges(async (attempt) => {
        if (attempt > 1) await admit(request, db, access)
        return await handler.call(this, request, reply)
      })
    }
  })
}
