import { SerializerSelector } from '@fastify/fast-json-stringify-compiler'
import type { FastifySchemaCompiler } from 'fastify'

type Serialize = (data: unknown) => string

/**
 * Returns the compiler for responses. It drops members that a schema does not have. Each serializer is compiled on first
 * use and only with the schemas it refers to. Compiling all of them at start took ten seconds. Problems are serialized
 * without a schema.
 */
export function lazySerializer(schemas: Readonly<Record<string, object>>): FastifySchemaCompiler<unknown> {
  return ({ schema, ...route }) => {
    let serialize: Serialize | undefined
    const { httpStatus = '200' } = route as { httpStatus?: string }
    if (Number(httpStatus) >= 400) return JSON.stringify as never
    const made = () => SerializerSelector()(reachable(schema, schemas), {})({ schema, ...route } as never) as Serialize
    return ((data: unknown) => {
      serialize ??= made()
      return serialize(data)
    }) as never
  }
}

/** Returns the shared schemas that a schema refers to, directly or through others. */
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
