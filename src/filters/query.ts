import type { Operator } from '../fields/scalar.ts'
import type { Context } from '../fields/value.ts'
import { type Fault, invalid } from '../http/problem.ts'
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
  const faults: Fault[] = []
  const tally = newTally()
  const conditions = Object.entries(query).flatMap(([parameter, value]) => {
    const refused: Fault[] = []
    const filter = readParameter(parameter, value, refused)
    const condition = filter && resolveAt('', filter, { targets, context, faults: refused, fromUrl: true, tally })
    faults.push(...refused.map(({ pointer: _, ...fault }) => ({ ...fault, parameter })))
    return condition ? [condition] : []
  })
  if (faults.length) throw invalid(faults)
  return conditions.length ? { and: conditions } : null
}

/** The condition that one parameter is, as a body would write it; undefined after a fault. */
export function readParameter(parameter: string, value: unknown, faults: Fault[]): object | undefined {
  const parts = form.exec(parameter)
  if (!parts) {
    faults.push({ code: 'invalid_filter' })
    return
  }
  if (typeof value !== 'string') {
    faults.push({ code: 'duplicate_parameter' })
    return
  }
  const [, field, op = 'eq'] = parts
  return { field, op, value: severalValues.has(op) ? values(value) : value }
}

/** `Omsk,Kazan` as two values; quotes keep a comma inside one: `"Omsk, Siberia",Kazan`. */
function values(text: string): string[] {
  const found = text.match(/"(?:[^"]|"")*"|[^,]+/g) ?? []
  return found.map((one) => (/^".*"$/s.test(one) ? one.slice(1, -1).replaceAll('""', '"') : one))
}
