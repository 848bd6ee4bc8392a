import { missingFeature } from '../entities/smart-processes.ts'
import type { SystemType } from '../entities/types.ts'
import { pointerOf } from '../errors/json-pointer.ts'
import { nearest } from '../errors/nearest.ts'
import { type Fault, invalid } from '../errors/problem.ts'
import { unknownNameFault } from '../errors/unknown-name.ts'
import type { FieldsByPath } from '../fields/field.ts'
import type { Target } from '../fields/kind.ts'
import { kindOf } from '../fields/kinds/kinds.ts'
import { defaultOperator, nearestOperator, type Operator, operatorNamed, operatorNames } from '../fields/operators.ts'
import { nearestPath, parentsOf, pathsWithin } from '../fields/paths.ts'
import { type Context, isObject } from '../fields/value.ts'
import type { Condition } from './condition.ts'
import { type FilterSize, filterLimits } from './filter.ts'

/** The names that conditions can use. */
export interface Targets {
  get(path: string): Target | undefined
  /** Returns the parts of a composite value, whose own path conditions cannot use. */
  parts(path: string): string[]
  /** Returns the nearest path. */
  hint(path: string): string | undefined
  /** Returns the feature that is off and would give the type this path. */
  missingFeature(path: string): string | undefined
  /** Reads a condition on what happened in a period. Undefined after a fault. Missing if nothing is known of that. */
  event?(condition: Record<string, unknown>, place: FilterPlace): Condition | undefined
}

/** The position of a condition in a body, and the list that collects its faults. */
export interface FilterPlace {
  context: Context
  pointer: string
  faults: Fault[]
}

/** The conditions of a request so far. The limits apply to all its filters together. */
interface Tally {
  conditions: number
  /** Conditions and groups. */
  parts: number
  isTooLarge: boolean
}

/** The context for reading a filter, its limits, and the list that collects its faults. */
export interface Reading {
  targets: Targets
  context: Context
  faults: Fault[]
  /** Whether values are texts from a URL. */
  fromUrl: boolean
  tally: Tally
  /** Default: `filterLimits`. */
  limits?: FilterSize
}

const targetsByFields = new WeakMap<FieldsByPath, Map<string, Target>>()

/** Returns the targets of fields for conditions and sorting, by path. */
export function targetsOf(fields: FieldsByPath): ReadonlyMap<string, Target> {
  let targets = targetsByFields.get(fields)
  if (!targets) {
    const all = [...fields.values()].flatMap((field) => kindOf(field).targets(field))
    targets = new Map(all.map((target) => [target.path, target]))
    targetsByFields.set(fields, targets)
  }
  return targets
}

/** Returns the fault for a path that no target has. */
export function unknownField(
  at: Pick<Fault, 'pointer' | 'parameter'>,
  name: string,
  { missingFeature }: Targets,
  hint: string | undefined,
): Fault {
  const feature = missingFeature(name)
  if (feature !== undefined) return { ...at, code: 'feature_off', params: { name, feature } }
  return unknownNameFault(at, 'unknown_field', name, hint)
}

/** Returns the targets of the fields of a type, without links. */
export function ownTargets(fields: FieldsByPath, type?: SystemType): Targets {
  const targets = targetsOf(fields)
  return {
    get: (path) => targets.get(path),
    parts: (path) => pathsWithin(path, targets.keys()),
    hint: (path) => nearestPath(path, targets.keys(), parentsOf(targets.keys())),
    missingFeature: (path) => (type ? missingFeature(type, path) : undefined),
  }
}

/** Returns an empty tally. */
export function newTally(): Tally {
  return { conditions: 0, parts: 0, isTooLarge: false }
}

/** Resolves the names and operands of a filter in a body. Throws every fault at once, each with its pointer. */
export function resolveFilter(filter: unknown, targets: Targets, context: Context, pointer: string): Condition {
  const reading: Reading = { targets, context, faults: [], fromUrl: false, tally: newTally() }
  const condition = resolveAt(pointer, filter, reading)
  if (reading.faults.length || !condition) throw invalid(reading.faults)
  return condition
}

/** Resolves the names and operands of a filter. Undefined after a fault. */
export function resolveAt(pointer: string, filter: unknown, reading: Reading): Condition | undefined {
  return resolve(filter, pointer, reading, 1)
}

/** Adds the fault `filter_too_large` once. */
function refuseMore({ tally, faults, limits = filterLimits }: Reading, pointer: string): undefined {
  if (!tally.isTooLarge) faults.push({ pointer, code: 'filter_too_large', params: { limit: limits.conditions } })
  tally.isTooLarge = true
}

function resolve(filter: unknown, pointer: string, reading: Reading, depth: number): Condition | undefined {
  const fault = (code: Fault['code'], more: Partial<Fault> = {}) => {
    reading.faults.push({ pointer, code, ...more })
    return undefined
  }
  if (!isObject(filter)) return fault('invalid_type', { params: { expected: 'object' } })
  const { limits = filterLimits } = reading
  if (depth > limits.depth) return fault('filter_too_deep', { params: { limit: limits.depth } })
  // Only a filter with empty groups can exceed this.
  if (++reading.tally.parts > limits.conditions * limits.depth) return refuseMore(reading, pointer)
  const keys = Object.keys(filter)
  if (reading.targets.event && keys.includes('event')) return resolveEvent(filter, pointer, reading)
  if (keys.some((key) => members.includes(key))) return resolveCondition(filter, pointer, reading)
  const written = (key: string) => conditionOn(key, filter[key], reading.targets)
  if (refuseUnknown(keys, forms, pointer, reading.faults, written).length) return
  if (keys.length !== 1) return fault('one_expected', { allowed: forms, params: { names: forms.join(', ') } })
  const key = keys[0] ?? ''
  if (key === 'not') {
    const inner = resolve(filter.not, `${pointer}/not`, reading, depth + 1)
    return inner && { not: inner }
  }
  const list = filter[key]
  if (!Array.isArray(list)) {
    return fault('invalid_type', { pointer: `${pointer}/${key}`, params: { expected: 'array' } })
  }
  const parts = list.map((part, index) => resolve(part, `${pointer}/${key}/${index}`, reading, depth + 1))
  if (parts.includes(undefined)) return
  return key === 'and' ? { and: parts as Condition[] } : { or: parts as Condition[] }
}

function resolveEvent(filter: Record<string, unknown>, pointer: string, reading: Reading): Condition | undefined {
  const { targets, context, faults, tally, limits = filterLimits } = reading
  if (++tally.conditions > limits.conditions) return refuseMore(reading, pointer)
  return targets.event?.(filter, { context, pointer, faults })
}

function resolveCondition(filter: Record<string, unknown>, pointer: string, reading: Reading): Condition | undefined {
  const { faults, context, fromUrl, limits = filterLimits } = reading
  if (++reading.tally.conditions > limits.conditions) return refuseMore(reading, pointer)
  const before = faults.length
  const meant = refuseUnknown(Object.keys(filter), members, pointer, faults, (key) => otherMembers.get(key))
  // Do not also report a mistyped `field` as missing.
  const isMistyped = filter.field === undefined && meant.includes('field')
  const target = isMistyped ? undefined : readName(filter.field, `${pointer}/field`, reading)
  const op = readOperator(filter.op, target, `${pointer}/op`, faults)
  if (!target || !op || faults.length > before) return
  const place = { field: target.field, context, pointer: `${pointer}/value`, faults }
  const value = fromUrl ? withPlusSigns(filter.value, target.scalar.plusSigns) : filter.value
  const operands = op.operand.read(value, place, target.scalar, fromUrl)
  return operands && { target, op, operands }
}

/** Returns a value of a URL, or a list, with the plus signs that were sent without percent-encoding. */
function withPlusSigns(value: unknown, plusSigns: RegExp | undefined): unknown {
  if (!plusSigns) return value
  if (Array.isArray(value)) return value.map((item) => withPlusSigns(item, plusSigns))
  return typeof value === 'string' ? value.replace(plusSigns, '+') : value
}

/** The members of a condition, and the members that distinguish conditions and groups. */
const members = ['field', 'op', 'value']
const forms = ['field', 'event', 'and', 'or', 'not']
/** Maximum number of unknown members reported per object. */
const mostUnknown = 10

/** What other APIs call the members of a condition. */
const otherMembers: ReadonlyMap<string, string> = new Map([
  ...['operator', 'operation', 'comparator'].map((name) => [name, 'op'] as const),
  ...['name', 'property', 'column', 'path', 'key', 'attribute'].map((name) => [name, 'field'] as const),
  ...['values', 'operand', 'val'].map((name) => [name, 'value'] as const),
])

/** Returns the condition that `{"stageId": "NEW"}` means. */
function conditionOn(path: string, value: unknown, targets: Targets): string | undefined {
  const field = targets.get(path) ? path : targets.hint(path)
  if (field === undefined) return undefined
  const isShort = ['string', 'number', 'boolean'].includes(typeof value) && String(value).length < 100
  return JSON.stringify({ field, value: isShort ? value : '…' })
}

/** Reports unknown members. Returns the nearest known name of each. `meantBy` returns what else a name can mean. */
export function refuseUnknown(
  keys: readonly string[],
  known: readonly string[],
  pointer: string,
  faults: Fault[],
  meantBy: (key: string) => string | undefined = () => undefined,
) {
  const unknownKeys = keys.filter((key) => !known.includes(key)).slice(0, mostUnknown)
  return unknownKeys.map((key) => {
    const hint = nearest(key, known) ?? meantBy(key)
    faults.push({ pointer: pointer + pointerOf([key]), code: 'unknown_field', allowed: known, ...(hint && { hint }) })
    return hint
  })
}

/** Returns the target with a name in a body. Undefined after a fault. */
export function readName(
  name: unknown,
  pointer: string,
  { targets, faults }: Pick<Reading, 'targets' | 'faults'>,
): Target | undefined {
  if (typeof name !== 'string') {
    const missing: Fault = { pointer, code: 'required' }
    faults.push(name === undefined ? missing : { pointer, code: 'invalid_type', params: { expected: 'string' } })
    return
  }
  const target = targets.get(name)
  if (target) return target
  const parts = targets.parts(name)
  faults.push(
    parts.length
      ? { pointer, code: 'only_parts', params: { name }, allowed: parts }
      : unknownField({ pointer }, name, targets, targets.hint(name)),
  )
}

/** Reads the operator. Checks that the target supports it, if the target is known. */
function readOperator(
  op: unknown = defaultOperator,
  target: Target | undefined,
  pointer: string,
  faults: Fault[],
): Operator | undefined {
  const known = operatorNamed(op)
  if (!known) {
    faults.push(
      typeof op === 'string'
        ? {
            ...unknownNameFault({ pointer }, 'unknown_operator', op, nearestOperator(op)),
            allowed: operatorNames,
          }
        : { pointer, code: 'invalid_type', params: { expected: 'string' } },
    )
    return
  }
  if (!target || target.scalar.operators.includes(known.name)) return known
  const params = { operator: known.name }
  faults.push({ pointer, code: 'operator_not_supported', allowed: target.scalar.operators, params })
}
