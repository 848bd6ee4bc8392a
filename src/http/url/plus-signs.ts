import type { FastifyInstance } from 'fastify'
import type { noSpaces } from '../../schema/build.ts'

type QuerySchema = { properties?: Record<string, Partial<typeof noSpaces>> }

/**
 * Reads plus signs without percent-encoding in parameters whose values have no spaces, such as `timeZone=Etc/GMT+3`. In
 * a URL they are spaces otherwise, as in forms.
 */
export function readPlusSigns(app: FastifyInstance): void {
  app.addHook('preValidation', (request, _reply, done) => {
    if (!request.url.includes('+')) return done()
    const query = request.query as Record<string, unknown>
    const { properties = {} } = (request.routeOptions.schema?.querystring ?? {}) as QuerySchema
    for (const [name, value] of Object.entries(query)) {
      const isMeant = properties[name]?.['x-no-spaces'] && typeof value === 'string'
      if (isMeant) query[name] = value.replaceAll(' ', '+')
    }
    done()
  })
}
