import type { FastifyServerOptions } from 'fastify'
import type { TSchema } from 'typebox'
import type { App } from './foundation.ts'
import { lazySerializer } from './serialization.ts'
import { strictValidator } from './validation.ts'

/**
 * Returns the one store of schemas for all scopes of a server, with one compiler for bodies and one for responses. The
 * API document has one list of names as well. Fastify would give every scope its own, so a schema that one capability
 * adds would be unknown to the next.
 */
export function sharedSchemas(): NonNullable<FastifyServerOptions['schemaController']> {
  const schemas: Record<string, object> = {}
  const store = {
    add(schema: unknown) {
      const { $id = '' } = schema as { $id?: string }
      // Fastify passes a schema on to the scopes below.
      if ((schemas[$id] ?? schema) !== schema) throw new Error(`Two schemas have the name ${$id}`)
      schemas[$id] = schema as object
      return undefined as never
    },
    getSchema: (id: string) => schemas[id],
    getSchemas: () => ({ ...schemas }),
  }
  const [validator, serializer] = [strictValidator(schemas), lazySerializer(schemas)]
  return {
    bucket: () => store,
    compilersFactory: { buildValidator: () => validator as never, buildSerializer: () => serializer as never },
  }
}

/** Adds schemas to which all routes of the server can refer by their `$id`. */
export function addSchemas(app: App, schemas: readonly TSchema[]): void {
  for (const schema of schemas) app.addSchema(schema)
}
