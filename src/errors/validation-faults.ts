import type { AnySchemaObject, ErrorObject } from 'ajv'
import type { FaultCode } from '../codes.ts'
import { keysOf, pointerOf } from './json-pointer.ts'
import { nearest } from './nearest.ts'
import { outsideLimits } from './outside-limits.ts'
import { faultOfMismatch } from './pattern-rule.ts'
import { type Fault, maxFaults } from './problem.ts'
import { likelyErrors } from './union-errors.ts'

/** The part of a request that a schema validates. */
export type RequestPart = 'body' | 'params' | 'querystring' | 'headers'

type Found = Pick<Fault, 'code' | 'params' | 'allowed' | 'hint'> & { child?: string }

// Maximum number of errors to read: one fault can come from the errors of many union branches.
const mostErrors = 20 * maxFaults

/** Returns the faults for ajv's errors. The compiler must use `verbose` and `allErrors`. */
export function faultsOf(errors: readonly ErrorObject[], part: RequestPart): Fault[] {
  const relevant = likelyErrors(errors.slice(0, mostErrors)).filter(
    ({ keyword, propertyName }) => keyword !== 'if' && (propertyName === undefined || keyword === 'propertyNames'),
  )
  // When the type is wrong, the other errors of the value follow from it.
  const mistyped = new Set(relevant.filter(({ keyword }) => keyword === 'type').map(({ instancePath }) => instancePath))
  return relevant
    .filter(({ keyword, instancePath }) => keyword === 'type' || !mistyped.has(instancePath))
    .slice(0, maxFaults)
    .map((error) => {
      const { child, ...fault } = found(error, part)
      return { ...place(error.instancePath, child, part), ...fault }
    })
}

function place(
  path: string,
  child: string | undefined,
  part: RequestPart,
): { pointer: string } | { parameter: string } {
  const tail = child === undefined ? '' : pointerOf([child])
  if (part === 'body') return { pointer: path + tail }
  return { parameter: keysOf(path + tail)[0] ?? '' }
}

function found(error: ErrorObject, part: RequestPart): Found {
  const { keyword, params, parentSchema = {}, schema } = error
  switch (keyword) {
    case 'type':
      return ofType(error, part)
    case 'additionalProperties':
      return unknownName(String(params.additionalProperty), parentSchema, part)
    case 'unevaluatedProperties':
      return unknownName(String(params.unevaluatedProperty), parentSchema, part)
    case 'propertyNames':
      return notAmong(String(params.propertyName), (schema as { enum?: string[] } | undefined)?.enum ?? [], part)
    case 'required':
    case 'dependencies':
    case 'dependentRequired':
      return { child: String(params.missingProperty), code: 'required' }
    case 'enum':
      return oneOf(params.allowedValues, error.data)
    case 'const':
      return oneOf([params.allowedValue], error.data)
    case 'format':
      return { code: formatCodes[params.format] ?? 'invalid_format', params: { format: params.format } }
    case 'minimum':
    case 'maximum':
    case 'exclusiveMinimum':
    case 'exclusiveMaximum':
      return ofRange(keyword, params.limit, parentSchema)
    case 'pattern':
      return faultOfMismatch(String(params.pattern))
    case 'multipleOf':
      return { code: 'not_a_multiple', params: { step: params.multipleOf } }
    default:
      return { code: sizeCodes[keyword] ?? 'invalid_value', ...(params.limit !== undefined && { params }) }
  }
}

const sizeCodes: Readonly<Record<string, FaultCode>> = {
  minLength: 'too_short',
  maxLength: 'too_long',
  minItems: 'too_few',
  maxItems: 'too_many',
  minProperties: 'too_few',
  maxProperties: 'too_many',
  uniqueItems: 'duplicate_value',
}

const formatCodes: Readonly<Record<string, FaultCode>> = {
  date: 'invalid_date',
  'date-time': 'invalid_datetime',
  time: 'invalid_time',
  decimal: 'invalid_decimal',
  month: 'invalid_month',
  email: 'invalid_email',
  'idn-email': 'invalid_email',
  uri: 'invalid_url',
  url: 'invalid_url',
}

function ofType({ params, data, parentSchema, instancePath }: ErrorObject, part: RequestPart): Found {
  const expected = ([] as string[]).concat(params.type)
  const isText = part !== 'body'
  if (isText && Array.isArray(data) && !expected.includes('array')) return { code: 'duplicate_parameter' }
  // Fastify passes a missing body as null.
  if (data === null && instancePath === '') return { code: 'required' }
  if (expected.includes('integer') && (isText || typeof data === 'number')) return { code: 'invalid_integer' }
  if (expected.includes('number') && isText) return { code: 'not_a_number' }
  if (expected.includes('boolean') && isText) return oneOf(['true', 'false'], data)
  if (parentSchema?.format === 'decimal' && typeof data === 'number') return { code: 'decimal_as_number' }
  return { code: 'invalid_type', params: { expected: expected.join('|') } }
}

function ofRange(keyword: string, limit: number, schema: AnySchemaObject): Found {
  const { minimum: min, maximum: max } = schema
  if (min !== undefined && max !== undefined) return outsideLimits({ min, max })
  return outsideLimits(keyword.endsWith('inimum') ? { min: limit } : { max: limit })
}

function oneOf(values: readonly unknown[], given: unknown): Found {
  const allowed = values.filter((value) => value !== null).map(String)
  const hint = typeof given === 'string' ? nearest(given, allowed) : undefined
  return { code: 'unknown_value', allowed, ...(hint !== undefined && { hint }) }
}

function unknownName(child: string, schema: AnySchemaObject, part: RequestPart): Found {
  const wrong: Readonly<Record<string, string>> = schema['x-wrong-names'] ?? {}
  const fixed: readonly string[] = schema['x-fixed-names'] ?? []
  if (fixed.includes(child)) return { child, code: 'fixed_property' }
  const found = notAmong(child, Object.keys(schema.properties ?? {}), part)
  return Object.hasOwn(wrong, child) ? { ...found, hint: wrong[child]! } : found
}

function notAmong(child: string, known: readonly string[], part: RequestPart): Found {
  const hint = nearest(child, known)
  return {
    child,
    code: part === 'body' ? 'unknown_field' : 'unknown_parameter',
    ...(hint !== undefined && { hint }),
  }
}
