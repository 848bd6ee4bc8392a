// For the word `hide` in a schema.
import type {} from '@fastify/swagger'
import {
  Ajv,
  type AnySchemaObject,
  type ErrorObject,
  type FuncKeywordDefinition,
  type Options,
  type ValidateFunction,
} from 'ajv'
import formats from 'ajv-formats'
import type { FastifyInstance, FastifySchemaCompiler } from 'fastify'
import { IsIdnEmail } from 'typebox/format'
import { keysOf } from '../errors/json-pointer.ts'
import { type Fault, invalid } from '../errors/problem.ts'
import { faultsOf, type RequestPart } from '../errors/validation-faults.ts'
import { meantId } from '../json/id-text.ts'
import { internalWords } from '../schema/build.ts'

/** Schemas by name. A schema may be added until the first request. */
type Schemas = Readonly<Record<string, object>>

/**
 * Returns the compiler for requests. It validates bodies literally, and converts text (path, query, headers) to its
 * type. Schemas of headers must use lower-case names.
 */
export function strictValidator(schemas: Schemas): FastifySchemaCompiler<unknown> {
  const literal = compiler(schemas, { coerceTypes: false })
  const text = compiler(schemas, { coerceTypes: 'array' })
  return ({ schema, httpPart = 'body' }) => {
    const part = httpPart as RequestPart
    return part === 'body'
      ? checkBody(whenAsked(literal, schema))
      : checkText(whenAsked(text, schema), numbersOf(schema), part)
  }
}

/** Rejects the query parameters that a route does not describe. */
export function refuseUnknownParameters(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    if (route.schema?.hide) return
    const described = route.schema?.querystring as object | undefined
    const querystring = { type: 'object', properties: {}, additionalProperties: false, ...described }
    route.schema = { ...route.schema, querystring }
  })
}

/** Returns a function that compiles the schema on first use. Most of the hundreds of schemas are never used. */
function whenAsked(compile: Compile, schema: unknown): () => ValidateFunction {
  let validate: ValidateFunction | undefined
  return () => {
    validate ??= compile(schema)
    return validate
  }
}

type Compile = (schema: unknown) => ValidateFunction
type Check = (data: unknown) => { value: unknown } | { error: Error }

function checkBody(compiled: () => ValidateFunction): Check {
  return (data) => {
    const validate = compiled()
    if (validate(data) || (readIds(data, validate.errors ?? []) && validate(data))) return { value: data }
    return { error: invalid(faultsOf(validate.errors ?? [], 'body')) }
  }
}

/** Converts texts to numbers where ids are expected. Returns whether there were any. */
function readIds(data: unknown, errors: readonly ErrorObject[]): boolean {
  let isChanged = false
  for (const { keyword, instancePath, data: given, parentSchema } of errors) {
    const isId = parentSchema?.minimum === 1 && parentSchema.maximum === Number.MAX_SAFE_INTEGER
    const id = keyword === 'type' && isId ? meantId(given) : given
    const keys = keysOf(instancePath)
    const last = keys.pop()
    if (id === given || last === undefined) continue
    const holder = keys.reduce((at, key) => at[key] as Holder, data as Holder)
    holder[last] = id
    isChanged = true
  }
  return isChanged
}

type Holder = Record<string, unknown>

function checkText(compiled: () => ValidateFunction, numbers: readonly string[], part: RequestPart): Check {
  return (data) => {
    const validate = compiled()
    const values = data as Record<string, unknown>
    const texts = numbers.map((name) => values[name])
    const faults = validate(data)
      ? numbers.flatMap((name, at) => faultsOfNumber(name, texts[at], values[name]))
      : faultsOf(validate.errors ?? [], part)
    return faults.length > 0 ? { error: invalid(faults) } : { value: data }
  }
}

/** Returns the names of the parameters that can be numbers. */
function numbersOf(schema: unknown): string[] {
  const { properties = {} } = schema as { properties?: Record<string, object> }
  return Object.keys(properties).filter((name) => /"(?:integer|number)"/.test(JSON.stringify(properties[name])))
}

// The conversion also accepts 0x10, 1e3, 01, 1.0 and Infinity, and rounds an id of seventeen digits.
function faultsOfNumber(parameter: string, text: unknown, value: unknown): Fault[] {
  if (typeof value !== 'number' || typeof text !== 'string') return []
  if (!/^-?\d+(\.\d+)?$/.test(text)) return [{ parameter, code: 'not_a_number' }]
  if (!Number.isInteger(value)) return []
  if (Number.isSafeInteger(value)) {
    return String(value) === text ? [] : [{ parameter, code: 'invalid_format', params: { format: String(value) } }]
  }
  return [{ parameter, code: 'out_of_range', params: { min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER } }]
}

// OpenAPI keywords that annotate a schema without restricting values.
const annotations = ['example', 'externalDocs', 'xml', 'discriminator', 'x-enum-varnames', 'x-tags', ...internalWords]

/** The most items of a list with too many items that are compared with each other. */
const mostCompared = 10_000

/** Compares texts and numbers. ajv's own keyword compares all items of a list that is refused for its length anyway. */
const uniqueItems: FuncKeywordDefinition = {
  keyword: 'uniqueItems',
  type: 'array',
  schemaType: 'boolean',
  validate(isUnique: boolean, items: unknown[], schema?: AnySchemaObject) {
    const { maxItems = Number.POSITIVE_INFINITY } = schema ?? {}
    const compared = items.length > maxItems ? items.slice(0, mostCompared) : items
    return !isUnique || new Set(compared).size === compared.length
  },
}

function compiler(schemas: Schemas, options: Options): Compile {
  const ajv = new Ajv({
    allErrors: true,
    verbose: true,
    // The faults have their own messages.
    messages: false,
    useDefaults: true,
    strictTypes: false,
    strictTuples: false,
    allowUnionTypes: true,
    ...options,
  })
  formats.default(ajv)
  ajv.addFormat('decimal', /^-?\d+(\.\d+)?$/)
  ajv.addFormat('month', /^(?!0000)\d{4}-(?:0[1-9]|1[0-2])$/)
  ajv.addFormat('idn-email', IsIdnEmail)
  ajv.addVocabulary(annotations)
  ajv.removeKeyword('uniqueItems').addKeyword(uniqueItems)
  const added = new Set<string>()
  return (schema) => {
    // Read here, because all schemas are registered by the time that a route is compiled.
    for (const [id, shared] of Object.entries(schemas)) {
      const { 'x-checked-as': checked = shared } = shared as { 'x-checked-as'?: object }
      if (!added.has(id)) ajv.addSchema(checked, id)
      added.add(id)
    }
    const { $id } = schema as { $id?: string }
    return ($id === undefined ? undefined : ajv.getSchema($id)) ?? ajv.compile(schema as object)
  }
}
