import type { Random } from '../../storm/random.ts'

/** A JSON schema of the API document. */
export interface Schema {
  $ref?: string
  type?: string | string[]
  enum?: unknown[]
  anyOf?: Schema[]
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  propertyNames?: Schema
  additionalProperties?: boolean | Schema
  pattern?: string
  format?: string
  minimum?: number
  maximum?: number
  minItems?: number
}

/** What random values are made from. */
export interface Sources {
  random: Random
  schemas: Readonly<Record<string, Schema>>
  /** Values that records have in a field, by its name. */
  samples: ReadonlyMap<string, readonly unknown[]>
  /** Names of user fields: seen, hidden and misspelt ones. */
  userFields: readonly string[]
  ids: readonly number[]
  /** Ids of records, seen and unseen ones, by the plural of their type. */
  idsOf: Readonly<Record<string, readonly number[]>>
  texts: readonly string[]
}

const deepest = 5

/** Returns a random value for a schema. Values with a known name are mostly those that records have under it. */
export function randomValue(from: Sources, schema: Schema, name = '', depth = 0): unknown {
  const { random } = from
  if (schema.$ref) return randomValue(from, resolved(from, schema), name, depth)
  const known = (from.samples.get(name) ?? []).filter((value) => fits(from, schema, value))
  if (known.length && random.chance(0.7)) return random.pick(known)
  if (schema.enum) return misspeltAtTimes(from, random.pick(schema.enum))
  if (schema.anyOf) return randomValue(from, chosen(from, schema.anyOf, depth), name, depth)
  const type = Array.isArray(schema.type) ? random.pick(schema.type) : schema.type
  if (type === 'object') return objectOf(from, schema, depth)
  if (type === 'array') return listOf(from, schema, name, depth)
  if (type === 'boolean') return random.chance(0.5)
  if (type === 'integer' || type === 'number') return numberOf(from, schema)
  if (type === 'null') return null
  return type === 'string' ? textOf(from, schema) : random.pick(from.texts)
}

function resolved({ schemas }: Sources, schema: Schema): Schema {
  return schema.$ref ? schemas[schema.$ref.split('/').at(-1)!]! : schema
}

function fits(from: Sources, schema: Schema, value: unknown): boolean {
  const { type, anyOf, enum: allowed } = resolved(from, schema)
  if (anyOf) return anyOf.some((option) => fits(from, option, value))
  if (allowed) return allowed.includes(value)
  const own = value === null ? 'null' : Number.isInteger(value) ? 'integer' : typeof value
  return type === own || (Array.isArray(type) && type.includes(own))
}

/** Deep down the first option is taken, which is the simplest one. */
function chosen({ random }: Sources, options: readonly Schema[], depth: number): Schema {
  return depth > 2 ? options[0]! : random.pick(options)
}

function objectOf(from: Sources, schema: Schema, depth: number): unknown {
  const { random } = from
  if (schema.propertyNames || typeof schema.additionalProperties === 'object') return dictionaryOf(from, schema, depth)
  const names = Object.keys(schema.properties ?? {})
  const chance = Math.min(0.5, 3 / names.length)
  const taken = names.filter((one) => schema.required?.includes(one) || (depth < deepest && random.chance(chance)))
  const made = taken.map((one) => [one, randomValue(from, schema.properties![one]!, one, depth + 1)] as const)
  if (random.chance(0.01)) made.push([random.pick(from.texts), 1])
  const { field, value, ...rest } = Object.fromEntries(made)
  if (field === undefined || value === undefined) return Object.fromEntries(made)
  return { ...rest, field, value: sampleOf(from, String(field)) ?? value }
}

/** An object with names of its own: user fields, or fields in a filter. */
function dictionaryOf(from: Sources, { propertyNames, additionalProperties }: Schema, depth: number): unknown {
  const { random } = from
  const pairs = Array.from({ length: 1 + random.below(2) }, () => {
    const path = propertyNames ? String(randomValue(from, propertyNames)) : random.pick(from.userFields)
    const sample = random.chance(0.6) ? sampleOf(from, path) : undefined
    return [path, sample ?? randomValue(from, additionalProperties as Schema, nameIn(path), depth + 1)]
  })
  return Object.fromEntries(pairs)
}

const nameIn = (path: string) => path.split('.').at(-1)!

/** Returns a value that a record has in a field. */
function sampleOf({ samples, random }: Sources, path: string): unknown {
  const known = samples.get(nameIn(path))
  return known?.length ? random.pick(known) : undefined
}

function listOf(from: Sources, { items, minItems = 0 }: Schema, name: string, depth: number): unknown {
  const length = minItems + (depth < deepest ? from.random.below(3) : 0)
  return Array.from({ length }, () => randomValue(from, items ?? {}, name, depth + 1))
}

function numberOf({ random, ids }: Sources, { minimum = -10, maximum }: Schema): number {
  if (maximum !== undefined && maximum <= 1000 && random.chance(0.9)) {
    return minimum + random.below(Math.min(maximum - minimum, 20) + 1)
  }
  return random.pick(ids)
}

function textOf(from: Sources, { pattern, format }: Schema): string {
  const { random, userFields } = from
  const prefix = /^\^(-?)userFields\\\.$/.exec(pattern ?? '')
  if (prefix) return `${prefix[1]}userFields.${random.pick(userFields)}`
  if (format === 'month') return random.pick(['2026-02', '2026-11'])
  if (format?.startsWith('date')) return random.pick(['2026-02-03', '2026-07-01', '1970-05-01', '2026-03-01T10:00:00Z'])
  if (pattern?.includes('A-Z]{3}')) return random.pick(['RUB', 'USD'])
  if (pattern?.includes('\\d{1,30}')) return random.pick(['1', '100.50', '90', '0'])
  if (pattern?.includes('[A-Z][A-Za-z0-9]'))
    return `${random.pick(['L', 'D', 'C', 'CO', 'Q', 'SI'])}_${random.pick(from.ids)}`
  return random.pick(from.texts)
}

function misspeltAtTimes({ random }: Sources, value: unknown): unknown {
  if (typeof value !== 'string' || value.length < 4 || !random.chance(0.01)) return value
  return value.slice(0, -1)
}
