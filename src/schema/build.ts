import { type Static, type TSchema, type TUnsafe, Type } from 'typebox'

/** Returns a reference to a schema with an `$id`. It has the static type of the schema. */
export function ref<T extends TSchema & { $id?: string }>(schema: T): TUnsafe<Static<T>> {
  if (schema.$id === undefined) throw new Error('Only a schema with an $id can be referred to')
  return Type.Unsafe<Static<T>>(Type.Ref(schema.$id))
}

/** Returns a schema for one of these strings. */
export function enumOf<const Values extends string[]>(values: readonly [...Values], options: object = {}) {
  return Type.Unsafe<Values[number]>({ type: 'string', enum: [...values], ...options })
}

/** Returns a schema that also allows null. It uses `type: [T, 'null']`, which serializes faster than a union. */
export function nullable<T extends TSchema>(schema: T, options: object = {}): TUnsafe<Static<T> | null> {
  const given: { type?: unknown; enum?: readonly unknown[] } & TSchema = schema
  if (given.type === undefined) {
    return Type.Unsafe<Static<T> | null>({ anyOf: [schema, { type: 'null' }], ...options })
  }
  const nulled = { ...schema, type: [given.type, 'null'].flat(), ...(given.enum && { enum: [...given.enum, null] }) }
  return Type.Unsafe<Static<T> | null>({ ...nulled, ...options })
}

/**
 * Marks a shared schema as documentation only. The server validates values against the given schema instead; code then
 * checks the rest and returns more precise faults.
 */
export function checkedAs(schema: object) {
  return { 'x-checked-as': schema } as const
}

/** What schemas say to this server only. Documents leave it out. */
export const internalWords = ['x-checked-as', 'x-wrong-names', 'x-fixed-names', 'x-list', 'x-no-spaces'] as const

/**
 * Marks a query parameter with several values, which its schema describes as one text with commas. Callers may also
 * repeat it. The API document shows it as a list of these items.
 */
export function listTextOf(items: object) {
  return { 'x-list': items } as const
}

/** Marks a query parameter with several names. */
export const listText = listTextOf({ type: 'string' })

/** Marks a query parameter whose values never have a space. A plus sign in it may come without percent-encoding. */
export const noSpaces = { 'x-no-spaces': true } as const

/**
 * Names that callers may use instead of the names of a schema, each with the right name. They are refused, and the fault
 * names the right one.
 */
export function wrongNames(names: Readonly<Record<string, string>>) {
  return { 'x-wrong-names': names } as const
}

/** Names of properties that are set at creation only. A change that has one is refused, and the fault says so. */
export function fixedNames(...names: string[]) {
  return { 'x-fixed-names': names } as const
}

/**
 * Marks a shared schema whose values are checked only by code. Responses serialize such values without a schema, which
 * is faster than comparing each value with all its possible forms.
 */
export const documentedOnly = checkedAs({})

/**
 * Returns a schema for bodies that states its default in the description. From `default` in a body, client generators
 * conclude that the member is always present and make it required; in a query they do not.
 */
export function describedDefault<T extends TSchema & { default?: unknown; description?: string }>(schema: T): T {
  const { default: value, description = '', ...rest } = schema
  return { ...rest, description: `${description} Default: \`${value}\`.`.trim() } as T
}

/** Returns a schema for a binary body. OpenAPI 3.1 does not need the format, but client generators rely on it. */
export function bytes<T>(description: string): TUnsafe<T> {
  return Type.Unsafe<T>({ type: 'string', format: 'binary', description })
}

/** Returns a function that describes an operation with this tag. All such operations require an API key. */
export function describeOperations(tag: string) {
  return (operationId: string, summary: string, description: string) => ({
    operationId,
    summary,
    description,
    tags: [tag],
    security: [{ key: [] }],
  })
}
