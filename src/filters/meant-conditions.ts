import { type Fault, invalid, Problem } from '../errors/problem.ts'
import { nearestOperator, operatorNamed } from '../fields/operators.ts'
import type { Targets } from './resolve.ts'

/**
 * Throws the validation error of a request for a list, if there is one. An unknown parameter that names a field gets the
 * condition on this field as its hint, so that `?lastName=` leads to `filter[lastName]`.
 */
export function refuseParameters(error: Error | undefined, targets: () => Targets): void {
  if (!error) return
  if (!(error instanceof Problem) || !error.faults.some(isUnknown)) throw error
  throw invalid(withConditions(error.faults, targets()))
}

/** Returns the faults of a URL, with the conditions that were meant by unknown parameters. */
export function withConditions(faults: readonly Fault[], targets: Targets): Fault[] {
  return faults.map((fault) => (isUnknown(fault) ? withCondition(fault, targets) : fault))
}

function isUnknown({ code }: Fault): boolean {
  return code === 'unknown_parameter'
}

function withCondition(fault: Fault, targets: Targets): Fault {
  const paths = pathsIn(fault.parameter ?? '')
  const exact = paths.find(({ name }) => targets.get(name))
  const hint = exact && `filter[${exact.name}]${exact.operator}`
  if (hint !== undefined || fault.hint !== undefined) return { ...fault, hint: hint ?? fault.hint! }
  for (const { name, operator } of paths) {
    const near = targets.hint(name)
    if (near !== undefined) return { ...fault, hint: `filter[${near}]${operator}` }
  }
  return fault
}

/** What stands before the operator or a part in the parameters of other APIs: `[`, `__`, or `_` as in `amount_gte`. */
const separators = /\[|__|_(?=(?:gte?|lte?|ne|in|like|contains)$)/

/** Returns the paths, each with its operator, that `userFields[city][contains]` or `city__contains` can mean. */
function pathsIn(parameter: string): { name: string; operator: string }[] {
  const parts = parameter.slice(0, 200).replaceAll(']', '').split(separators)
  const whole = { name: parts.join('.'), operator: '' }
  if (parts.length === 1) return [whole]
  const last = parts.at(-1) ?? ''
  const operator = operatorNamed(last)?.name ?? nearestOperator(last)
  const compared = { name: parts.slice(0, -1).join('.'), operator: operator ? `[${operator}]` : '' }
  return operator ? [compared, whole] : [whole, compared]
}
