import type { FastifyRequest } from 'fastify'
import { retryOnModelChange } from '../database/changed-model.ts'
import type { Database } from '../database/connect.ts'
import type { App } from '../http/foundation.ts'
import type { AccessMaker } from './access.ts'
import { admit } from './authenticate.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether the handler cannot run again, because it reads its body as a stream or continues after a commit. */
    runsOnce?: boolean
  }
}

/**
 * Runs a handler of this scope again when a field was deleted after the catalogue was read and before the statement
 * ran. The caller did nothing wrong. `request.access` then has the current catalogue.
 */
export function retryOnChangedModel(app: App, { db, access }: { db: Database; access: AccessMaker }): void {
  app.addHook('onRoute', (route) => {
    const { handler, config } = route
    if (config?.runsOnce) return
    route.handler = function (request, reply) {
      return retryForCaller(request, { db, access }, async () => {
        try {
          return await handler.call(this, request, reply)
        } finally {
          // Of a request without a statement, such as one with an unknown field.
          await request.confirm?.()
        }
      })
    }
  })
}

/** Runs a part of a handler again when the model was changed. For handlers that cannot run again as a whole. */
export function retryForCaller<Result>(
  request: FastifyRequest,
  { db, access }: { db: Database; access: AccessMaker },
  work: () => Promise<Result>,
): Promise<Result> {
  const fresh = async (isAgain: boolean) => {
    if (isAgain) await admit(request, db, access)
  }
  return retryOnModelChange(fresh, work)
}
