import type { FastifyInstance } from 'fastify'

type BodySchema = { $ref?: string; properties?: Record<string, object>; 'x-checked-as'?: BodySchema }

/**
 * Replaces empty texts with null, before validation, in members of a body that can be null. Connectors send an empty
 * text when they have no value. Fields of records handle empty texts themselves.
 */
export function readBlanksAsNull(app: FastifyInstance): void {
  const clearable = new Map<unknown, readonly string[]>()
  app.addHook('preValidation', (request, _reply, done) => {
    const { body } = request
    if (typeof body !== 'object' || body === null) return done()
    const given = request.routeOptions.schema?.body as BodySchema | undefined
    if (!given) return done()
    const names = clearable.get(given) ?? membersThatMayBeNull(given, app.getSchemas())
    clearable.set(given, names)
    const members = body as Record<string, unknown>
    for (const name of names) if (members[name] === '') members[name] = null
    done()
  })
}

function membersThatMayBeNull({ $ref, ...rest }: BodySchema, shared: Record<string, unknown>): string[] {
  const schema = $ref === undefined ? rest : (shared[$ref] as BodySchema)
  const { properties = {} } = schema['x-checked-as'] ?? schema
  return Object.entries(properties).flatMap(([name, property]) => (mayBeNull(property) ? [name] : []))
}

function mayBeNull({ type, anyOf = [] }: { type?: unknown; anyOf?: object[] }): boolean {
  return [type].flat().includes('null') || anyOf.some(mayBeNull)
}
