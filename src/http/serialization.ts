import { SerializerSelector } from '@fastify/fast-json-stringify-compiler'
import type { FastifyInstance, FastifySchemaCompiler } from 'fastify'

type Serialize = (data: unknown) => string

/**
 * Answers are written by their schemas, which drops what a schema does not name. A serialiser is made when its route
 * first answers, and of the schemas that it refers to: made at start, of all schemas each, they took ten seconds. What
 * is wrong is answered as it is.
 */
export function serializeLazily(app: FastifyInstance): void {
  const compile: FastifySchemaCompiler<unknown> = ({
    schema,
    ...route
  }: Parameters<FastifySchemaCompiler<unknown>>[0]) => {
    let serialize: Serialize | undefined
    const { httpStatus = '200' } = route as { httpStatus?: string }
    if (Number(httpStatus) >= 400) return JSON.stringify as never
    const made = () =>
      SerializerSelector()(reachable(schema, app.getSchemas()), {})({ schema, ...route } as never) as Serialize
    return ((data: unknown) => {
      serialize ??= made()
      return serialize(data)
    }) as never
  }
  app.setSerializerCompiler(compile as never)
}

/** The shared schemas that a schema refers to, directly or through others. */
function reachable(schema: unknown, all: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const found: Record<string, unknown> = {}
  const visit = (part: unknown) => {
    for (const [, name = ''] of JSON.stringify(part).matchAll(/"\$ref":"([^"#]+)#?"/g)) {
      if (name in found || !(name in all)) continue
      const { 'x-checked-as': written = all[name] } = all[name] as { 'x-checked-as'?: object }
      found[name] = { ...(written as object), $id: name }
      visit(written)
    }
  }
  visit(schema)
  return found
}
