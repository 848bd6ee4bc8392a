import { pointerOf } from '../errors/json-pointer.ts'
import { nearest } from '../errors/nearest.ts'
import { type Fault, invalid } from '../errors/problem.ts'
import { misnamed } from '../errors/unknown-name.ts'
import type { FieldsByPath } from '../fields/field.ts'
import type { Target } from '../fields/kind.ts'
import { kindOf } from '../fields/kinds/kinds.ts'
import { nearestPath, parentsOf, pathsWithin } from '../fields/paths.ts'
import { literal, type Operator, operators } from '../fields/scalar.ts'
import { type Context, inside, isObject, type Place, refuse } from '../fields/value.ts'
import { isStorable } from '../json/json-text.ts'
import type { Condition, Operand } from './condition.ts'
import { bounds } from './filter.ts'

/** What conditions may name. */
export interface Targets {
  get(path: string): Target | undefined
  /** What lies within a path that is none itself: the parts of a value. */
  parts(path: string): string[]
  /** The path that was probably meant. */
  hint(path: string): string | undefined
}

/** How much a request has asked for so far; the bounds are those of all its conditions together. */
interface Tally {
  conditions: number
  /** Conditions and groups of them. */
  parts: number
  isTooLarge: boolean
}

/** What reading a filter depends on, and where its faults go. */
interface Reading {
  targets: Targets
  context: Context
  faults: Fault[]
  /** Values are texts of the URL. */
  fromUrl: boolean
  tally: Tally
}

const targetsByFields = new WeakMap<FieldsByPath, Map<string, Target>>()

/** What conditions and sorting may name among the fields, by path. */
export function targetsOf(fields: FieldsByPath): ReadonlyMap<string, Target> {
  let targets = targetsByFields.get(fields)
  if (!targets) {
    const all = [...fields.values()].flatMap((field) => kindOf(field).targets(field))
    targets = new Map(all.map((target) => [target.path, target]))
    targetsByFields.set(fields, targets)
  }
  return targets
}

/** The fields themselves as what conditions may name. */
export function ownTargets(fields: FieldsByPath): Targets {
  const targets = targetsOf(fields)
  return {
    get: (path) => targets.get(path),
    parts: (path) => pathsWithin(path, targets.keys()),
    hint: (path) => nearestPath(path, targets.keys(), parentsOf(targets.keys())),
  }
}

/** The tally of a request that has asked for nothing yet. */
export function newTally(): Tally {
  return { conditions: 0, parts: 0, isTooLarge: false }
}

/** Finds names and reads operands of a filter in a body; throws all faults at once, with a pointer each. */
export function resolveFilter(filter: unknown, targets: Targets, context: Context, pointer: string): Condition {
  const reading: Reading = { targets, context, faults: [], fromUrl: false, tally: newTally() }
  const condition = resolveAt(pointer, filter, reading)
  if (reading.faults.length || !condition) throw invalid(reading.faults)
  return condition
}

/** Finds names and reads operands of a filter; undefined after a fault. */
export function resolveAt(pointer: string, filter: unknown, reading: Reading): Condition | undefined {
  return resolve(filter, pointer, reading, 1)
}

/** Notes once that there is too much of a filter. */
function refuseMore({ tally, faults }: Reading, pointer: string): undefined {
  if (!tally.isTooLarge) faults.push({ pointer, code: 'filter_too_large', params: { limit: bounds.conditions } })
  tally.isTooLarge = true
}

function resolve(filter: unknown, pointer: string, reading: Reading, depth: number): Condition | undefined {
  const fault = (code: Fault['code'], more: Partial<Fault> = {}) => {
    reading.faults.push({ pointer, code, ...more })
    return undefined
  }
  if (!isObject(filter)) return fault('invalid_type', { params: { expected: 'object' } })
  if (depth > bounds.depth) return fault('filter_too_deep', { params: { limit: bounds.depth } })
  // So many a filter has only if groups of it are empty.
  if (++reading.tally.parts > bounds.conditions * bounds.depth) return refuseMore(reading, pointer)
  const keys = Object.keys(filter)
  if (keys.some((key) => members.includes(key))) return resolveCondition(filter, pointer, reading)
  if (refuseStrays(keys, forms, pointer, reading.faults).length) return
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

function resolveCondition(filter: Record<string, unknown>, pointer: string, reading: Reading): Condition | undefined {
  if (++reading.tally.conditions > bounds.conditions) return refuseMore(reading, pointer)
  const { faults, context, fromUrl } = reading
  const before = faults.length
  const meant = refuseStrays(Object.keys(filter), members, pointer, faults)
  // A mistyped `field` is not missing as well.
  const isMistyped = filter.field === undefined && meant.includes('field')
  const target = isMistyped ? undefined : readName(filter.field, `${pointer}/field`, reading)
  const op = readOperator(filter.op, target, `${pointer}/op`, faults)
  if (!target || !op || faults.length > before) return
  const place = { field: target.field, context, pointer: `${pointer}/value`, faults }
  const operands = readOperands(target, op, filter.value, place, fromUrl)
  return operands && { target, op, operands }
}

/** Members of a condition, and what tells conditions and groups apart. */
const members = ['field', 'op', 'value']
const forms = ['field', 'and', 'or', 'not']
/** Strays of one object that are told. */
const mostStrays = 10

/** Refuses members that there are none of; answers what was probably meant by each. */
function refuseStrays(keys: readonly string[], known: readonly string[], pointer: string, faults: Fault[]) {
  const strays = keys.filter((key) => !known.includes(key)).slice(0, mostStrays)
  return strays.map((key) => {
    const hint = nearest(key, known)
    faults.push({ pointer: pointer + pointerOf([key]), code: 'unknown_field', allowed: known, ...(hint && { hint }) })
    return hint
  })
}

function readName(name: unknown, pointer: string, { targets, faults }: Reading): Target | undefined {
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
      : misnamed({ pointer }, 'unknown_field', name, targets.hint(name)),
  )
}

/** The operator, which is to fit what it is asked of as far as that is known. */
function readOperator(
  op: unknown = 'eq',
  target: Target | undefined,
  pointer: string,
  faults: Fault[],
): Operator | undefined {
  const known = operators.find((one) => one === op)
  if (!known) {
    faults.push(
      typeof op === 'string'
        ? { ...misnamed({ pointer }, 'unknown_operator', op, nearest(op, operators)), allowed: operators }
        : { pointer, code: 'invalid_type', params: { expected: 'string' } },
    )
    return
  }
  if (!target || target.scalar.operators.includes(known)) return known
  const params = { operator: known }
  faults.push({ pointer, code: 'operator_not_supported', allowed: target.scalar.operators, params })
}

function readOperands(target: Target, op: Operator, value: unknown, place: Place, fromUrl: boolean) {
  if (op === 'isEmpty') {
    const flag = fromUrl ? { true: true, false: false }[String(value)] : value
    return typeof flag === 'boolean' ? [{ value: flag }] : refuse(place, 'invalid_type', { expected: 'boolean' })
  }
  if (op === 'contains' || op === 'startsWith') return readFragments(target.scalar, op, value, place)
  if (op !== 'in' && op !== 'nin' && op !== 'between') {
    const one = readOperand(target, value, place, fromUrl)
    return one && [one]
  }
  if (!Array.isArray(value)) return refuse(place, 'invalid_type', { expected: 'array' })
  if (value.length > bounds.values) return refuse(place, 'list_too_long', { limit: bounds.values })
  if (op === 'between' && value.length !== 2) return refuse(place, 'two_expected')
  const operands = value.map((item, index) => readOperand(target, item, inside(place, index), fromUrl))
  return operands.includes(undefined) ? undefined : (operands as Operand[])
}

function readOperand({ scalar }: Target, input: unknown, place: Place, fromUrl: boolean): Operand | undefined {
  const range = scalar.range?.(input, place)
  if (range) return { range }
  if (input === undefined) return refuse(place, 'required')
  if (input === null) return refuse(place, 'null_operand', {}, { hint: 'isEmpty' })
  const word = typeof input === 'string' ? scalar.word?.(input) : undefined
  const refused: Fault[] = []
  // A value of a field has bounds and forms; what it is compared with only needs its type.
  const free = { ...place, faults: refused, field: { ...place.field, settings: comparable(place.field.settings) } }
  const value = fromUrl && typeof input === 'string' && input !== word ? literal(scalar, input, free) : input
  const read = value === undefined ? undefined : (scalar.operand ?? scalar.read)(value, free)
  for (const fault of refused) place.faults.push(word === undefined ? fault : { ...fault, hint: word })
  if (read === null) return refuse(place, 'null_operand', {}, { hint: 'isEmpty' })
  return read === undefined ? undefined : { value: read }
}

function readFragments(
  { fragments }: Target['scalar'],
  op: 'contains' | 'startsWith',
  input: unknown,
  place: Place,
): Operand[] | undefined {
  if (typeof input !== 'string') return refuse(place, 'invalid_type', { expected: 'string' })
  if (!isStorable(input)) return refuse(place, 'invalid_characters')
  const all = fragments ? fragments(input, place) : [input]
  // An empty fragment stands in everything, which nobody can have meant; an accent alone is empty once folded.
  if (all?.some((one) => /^[\u0300-\u036f]*$/.test(one))) return refuse(place, 'empty_fragment')
  if (!all) return
  // What has one of them has any shorter one within it.
  const telling =
    op === 'startsWith' ? all : all.filter((one) => !all.some((other) => other !== one && one.includes(other)))
  return telling.map((value) => ({ value }))
}

function comparable({ dictionary, type, valueKinds }: Place['field']['settings']): Place['field']['settings'] {
  return { ...(dictionary && { dictionary }), ...(type && { type }), ...(valueKinds && { valueKinds }) }
}
