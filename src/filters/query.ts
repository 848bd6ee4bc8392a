import { type Fault, FaultList, invalid } from '../errors/problem.ts'
import type { Operator } from '../fields/scalar.ts'
import type { Context } from '../fields/value.ts'
import type { Condition } from './condition.ts'
import { newTally, resolveAt, type Targets } from './resolve.ts'

const form = /^filter\[([^[\]]+)\](?:\[([^[\]]+)\])?$/
const severalValues = new Set<string>(['in', 'nin', 'between'] satisfies Operator[])

/**
 * Reads `filter[amount][gte]=1000` and its like; conditions of the URL all have to hold. Throws all faults at once, with
 * a parameter each. Null where there are no conditions.
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
    const filters = readParameter(parameter, value, refused) ?? []
    const reading = { targets, context, faults: refused, fromUrl: true, tally }
    const read = filters.map((filter) => resolveAt('', filter, reading))
    for (const { pointer: _, ...fault } of refused) faults.push({ ...fault, parameter })
    return read.filter((condition) => condition !== undefined)
  })
  if (faults.length) throw invalid(faults)
  return conditions.length ? { and: conditions } : null
}

/** The conditions that one parameter is, as a body would write them; undefined after a fault. */
export function readParameter(parameter: string, value: unknown, faults: Fault[]): object[] | undefined {
  const parts = form.exec(parameter)
  if (!parts) {
    faults.push({ code: 'invalid_filter' })
    return
  }
  if (typeof value !== 'string') {
    faults.push({ code: 'duplicate_parameter' })
    return
  }
  const [, field, op] = parts
  if (op === undefined && /^\s*\{\s*"/.test(value)) return readNested(field, value, faults)
  if (!severalValues.has(op ?? 'eq')) return [{ field, op: op ?? 'eq', value }]
  const list = values(value, faults)
  return list && [{ field, op, value: list }]
}

/** `filter[amount]={"gte":"1000","lt":"2000"}`, as clients send it that write nested parameters as JSON. */
function readNested(field: string | undefined, text: string, faults: Fault[]): object[] | undefined {
  let operands: object
  try {
    operands = JSON.parse(text)
  } catch {
    faults.push({ code: 'invalid_filter' })
    return
  }
  return Object.entries(operands).map(([op, value]) => ({
    ...{ field, op },
    value: Array.isArray(value) ? value.map(textOf) : textOf(value),
  }))
}

/** A value as the URL has it without JSON. */
function textOf(value: unknown): unknown {
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value
}

const item = /(?:\s*"((?:[^"]|"")*)"\s*|([^",]*))(,|$)/y

/**
 * `Omsk, Kazan` as two values, without the blanks around them; quotes keep blanks, commas and (doubled) quotes within
 * one: `"Omsk, Siberia",Kazan`. Undefined after a fault.
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
