import type { Operator } from '../fields/scalar.ts'
import { operators } from '../fields/scalar.ts'
import { nearest } from '../http/nearest.ts'
import type { Fault } from '../http/problem.ts'
import type { Filter } from './filter.ts'

/** A condition written in the URL, with the name of its parameter for faults. */
export interface QueryCondition {
  parameter: string
  filter: Extract<Filter, { field: string }>
}

const form = /^filter\[([^[\]]+)\](?:\[([^[\]]+)\])?$/
const severalValues = new Set<Operator>(['in', 'nin', 'between'])

/** Reads `filter[amount][gte]=1000` and its like; conditions of the URL all have to hold. */
export function queryConditions(query: Record<string, unknown>, faults: Fault[]): QueryCondition[] {
  return Object.entries(query).flatMap(([parameter, value]) => {
    if (!parameter.startsWith('filter')) return []
    const parts = form.exec(parameter)
    if (!parts) {
      faults.push({ parameter, code: 'invalid_filter' })
      return []
    }
    if (typeof value !== 'string') {
      faults.push({ parameter, code: 'duplicate_parameter' })
      return []
    }
    const op = (parts[2] ?? 'eq') as Operator
    if (!operators.includes(op)) {
      const hint = nearest(op, operators)
      faults.push({ parameter, code: 'unknown_operator', allowed: operators, ...(hint && { hint }) })
      return []
    }
    return [{ parameter, filter: { field: parts[1] ?? '', op, value: severalValues.has(op) ? values(value) : value } }]
  })
}

/** `Omsk,Kazan` as two values; quotes keep a comma inside one: `"Omsk, Siberia",Kazan`. */
function values(text: string): string[] {
  const found = text.match(/"(?:[^"]|"")*"|[^,]+/g) ?? []
  return found.map((one) => (/^".*"$/s.test(one) ? one.slice(1, -1).replaceAll('""', '"') : one))
}
