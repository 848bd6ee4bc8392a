import { Problem } from '../../errors/problem.ts'
import type { App } from '../../http/foundation.ts'

// They always refuse, so a client generated from the document needs no operations for them.
const schema = { hide: true }

/** Adds the routes that say that activities can be neither imported nor exported. */
export function activityTransferRoutes(app: App): void {
  app.post('/activities/import', { schema }, async (_request, reply) => {
    // The body is not read, so the connection cannot be reused.
    reply.header('connection', 'close')
    throw new Problem('activities_not_transferable')
  })
  const refuse = async () => {
    throw new Problem('activities_not_transferable')
  }
  app.get('/activities/export', { schema }, refuse)
  app.post('/activities/export', { schema }, refuse)
}
