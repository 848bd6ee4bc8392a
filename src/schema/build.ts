import { type Static, type TSchema, type TUnsafe, Type } from 'typebox'

/** A reference to a schema that has an `$id`, typed as the schema itself. */
export function ref<T extends TSchema & { $id?: string }>(schema: T): TUnsafe<Static<T>> {
  if (schema.$id === undefined) throw new Error('Only a schema with an $id can be referred to')
  return Type.Unsafe<Static<T>>(Type.Ref(schema.$id))
}

/** One of these strings. */
export function enumOf<const Values extends string[]>(values: readonly [...Values], options: object = {}) {
  return Type.Unsafe<Values[number]>({ type: 'string', enum: [...values], ...options })
}

/** The schema's value or null; written as `type: [T, 'null']`, which is answered faster than a union. */
export function nullable<T extends TSchema>(schema: T, options: object = {}): TUnsafe<Static<T> | null> {
  const given: { type?: unknown; enum?: readonly unknown[] } & TSchema = schema
  if (typeof given.type !== 'string') {
    return Type.Unsafe<Static<T> | null>({ anyOf: [schema, { type: 'null' }], ...options })
  }
  const nulled = { ...schema, type: [given.type, 'null'], ...(given.enum && { enum: [...given.enum, null] }) }
  return Type.Unsafe<Static<T> | null>({ ...nulled, ...options })
}

/**
 * Marks a shared schema as one for the document: values are only checked against the other one, and are then read, and
 * refused, by code that can tell more of what is wrong with them.
 */
export function checkedAs(schema: object) {
  return { 'x-checked-as': schema } as const
}

/**
 * The same where all of a value is left to that code. In an answer it is written as it is, since comparing each value
 * with all the forms that it may have would take longer than writing it.
 */
export const shownOnly = checkedAs({})

/**
 * A schema for bodies: its default is told in words. Of `default` in a body generators conclude that the value is always
 * there, so that whoever sends the body would have to give it; in a query they do not.
 */
export function toldDefault<T extends TSchema & { default?: unknown; description?: string }>(schema: T): T {
  const { default: value, description = '', ...rest } = schema
  return { ...rest, description: `${description} \`${value}\` when left out.`.trim() } as T
}

/** Bytes as they are. OpenAPI 3.1 could do without the format, but makers of clients know a file by it. */
export function bytes<T>(description: string): TUnsafe<T> {
  return Type.Unsafe<T>({ type: 'string', format: 'binary', description })
}

/** What the document says of operations with this tag, which all need a key: name, title, and a sentence or two. */
export function saying(tag: string) {
  return (operationId: string, summary: string, description: string) => ({
    ...{ operationId, summary, description },
    tags: [tag],
    security: [{ key: [] }],
  })
}
