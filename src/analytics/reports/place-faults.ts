import { keysOf, pointerOf } from '../../errors/json-pointer.ts'
import { type Fault, invalid, Problem } from '../../errors/problem.ts'

/** The parameters whose faults keep the place within them. The query of a report writes the others in its own form. */
const whole = ['groupBy']

/**
 * Runs what reads the query of a report. Throws its faults, in the places of the parameters that they come from, after
 * those that are known.
 */
export function placeFaults<Result>(inBody: boolean, known: readonly Fault[], read: () => Result): Result {
  try {
    const result = read()
    if (!known.length) return result
  } catch (error) {
    if (!(error instanceof Problem) || !error.faults.length) throw error
    throw invalid([...known, ...error.faults.map((fault) => placed(fault, inBody))])
  }
  throw invalid(known)
}

function placed({ pointer = '', ...fault }: Fault, inBody: boolean): Fault {
  const [parameter = '', member = '', ...rest] = keysOf(pointer)
  if (!inBody) return { ...fault, parameter }
  if (whole.includes(parameter)) return { ...fault, pointer: `/${parameter}` }
  // The condition of a parameter has its values.
  const isValue = parameter !== 'filter' && member === 'value'
  return { ...fault, pointer: isValue ? pointerOf([parameter, ...rest]) : pointer }
}
