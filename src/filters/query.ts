import { type Fault, FaultList, invalid } from '../errors/problem.ts'
import { defaultOperator, type OperatorName, operatorNamed } from '../fields/operators.ts'
import type { Context } from '../fields/value.ts'
import type { Condition } from './condition.ts'
import type { Filter } from './filter.ts'
import { newTally, resolveAt, type Targets } from './resolve.ts'

const form = /^filter\[([^[\]]+)\](?:\[([^[\]]+)\])?$/

/**
 * Reads the filter of a URL, such as `filter[amount][gte]=1000`; all conditions must match. Throws every fault at once,
 * each with its parameter. Returns null without conditions.
 */
export function resolveQuery(
  query: Readonly<Record<string, unknown>>,
  targets: Targets,
  context: Context,
): Condition | null {
  const faults = new FaultList()
  const tally = newTally()
  const conditions = Object.entries(query).flatMap(([parameter, value]) => {
    const refused: Fault[] = []
    if (isBeside(parameter, query)) refused.push({ code: 'mixed_spellings' })
    const filters = readParameter(parameter, value, refused) ?? []
    const reading = { targets, context, faults: refused, fromUrl: true, tally }
    const read = filters.map((filter) => resolveAt('', filter, reading))
    for (const { pointer: _, ...fault } of refused) faults.push({ ...fault, parameter })
    return read.filter((condition) => condition !== undefined)
  })
  if (faults.length) throw invalid(faults)
  return conditions.length ? { and: conditions } : null
}

/** Returns whether a field has conditions in a JSON text, and others with the operator in the name of the parameter. */
function isBeside(parameter: string, query: Readonly<Record<string, unknown>>): boolean {
  const [, field, operator] = form.exec(parameter) ?? []
  return operator !== undefined && nested.test(String(query[`filter[${field}]`]))
}

/** A condition of a URL. Its values are texts. */
export interface UrlCondition {
  field: string
  op: OperatorName
  value: unknown
}

/** Returns a condition of a URL without faults as a body writes it: with numbers and flags instead of their texts. */
export function asInBody({ field, op, value }: UrlCondition, targets: Targets): Filter {
  const json = operatorNamed(op)!.operand.json(targets.get(field)!.scalar)
  const convert = (text: unknown) => {
    if (json === 'integer' && /^-?\d+$/.test(String(text))) return Number(text)
    return json === 'boolean' && (text === 'true' || text === 'false') ? text === 'true' : text
  }
  return { field, op, value: Array.isArray(value) ? value.map(convert) : convert(value) }
}

/**
 * Returns the conditions of one parameter. Undefined after a fault. Their names are not checked. A repeated parameter
 * is a list: each of its values is an item.
 */
export function readParameter(parameter: string, value: unknown, faults: Fault[]): UrlCondition[] | undefined {
  const parts = form.exec(parameter)
  if (!parts) {
    faults.push({ code: 'invalid_filter' })
    return
  }
  const [, field = '', name] = parts
  const op = (name ?? defaultOperator) as OperatorName
  const isList = operatorNamed(op)?.operand.isList
  if (typeof value !== 'string') return readItems({ field, op, value }, isList ?? false, faults)
  if (name === undefined && nested.test(value)) return readNested(field, value, faults)
  const list = isList ? values(value, faults) : value
  return list === undefined ? undefined : [{ field, op, value: list }]
}

/** Reads a repeated parameter. */
function readItems(condition: UrlCondition, isList: boolean, faults: Fault[]): UrlCondition[] | undefined {
  const items = condition.value as string[]
  if (!isList) {
    const hint = condition.op === defaultOperator ? { hint: `filter[${condition.field}][in]` } : {}
    faults.push({ code: 'duplicate_parameter', ...hint })
  } else if (items.some((item) => item.trim() === '')) faults.push({ code: 'empty_item' })
  else return [condition]
  return
}

const nested = /^\s*\{\s*"/

/** Reads `filter[amount]={"gte":"1000","lt":"2000"}` from clients that write nested parameters as JSON. */
function readNested(field: string, text: string, faults: Fault[]): UrlCondition[] | undefined {
  let operands: object
  try {
    operands = JSON.parse(text)
  } catch {
    faults.push({ code: 'invalid_filter' })
    return
  }
  return Object.entries(operands).flatMap(([op, given]) => {
    const value = Array.isArray(given) ? given.map(textOf) : operandOf(op, textOf(given), faults)
    return value === undefined ? [] : [{ field, op: op as OperatorName, value }]
  })
}

/** Splits a text with commas if the operator takes a list. */
function operandOf(op: string, value: unknown, faults: Fault[]): unknown {
  return operatorNamed(op)?.operand.isList && typeof value === 'string' ? values(value, faults) : value
}

/** Returns a JSON value as the URL would write it. */
function textOf(value: unknown): unknown {
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value
}

const item = /(?:\s*"((?:[^"]|"")*)"\s*|([^",]*))(,|$)/y

/**
 * Splits `Omsk, Kazan` into trimmed values. Quotes keep spaces, commas and doubled quotes inside a value:
 * `"Omsk, Siberia",Kazan`. Undefined after a fault.
 */
function values(text: string, faults: Fault[]): string[] | undefined {
  const found: string[] = []
  item.lastIndex = 0
  for (let end = text.trim() === '' ? '' : ','; end === ','; ) {
    const match = item.exec(text)
    const value = match?.[1]?.replaceAll('""', '"') ?? (match?.[2]?.trim() || undefined)
    if (value === undefined) {
      faults.push({ code: match ? 'empty_item' : 'broken_quotes' })
      return
    }
    found.push(value)
    end = match?.[3] ?? ''
  }
  return found
}
