import { type Fault, Problem } from '../../errors/problem.ts'

/** The parameters whose faults keep the place within them. The query of a report writes the others in its own form. */
const whole = ['groupBy']

/** Runs what reads the query of a report. Its faults get the places of the parameters that they come from. */
export function placeFaults<Result>(inBody: boolean, read: () => Result): Result {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof Problem) || !error.faults.length) throw error
    const faults = error.faults.map((fault) => placed(fault, inBody))
    throw new Problem(error.code, error.params, { faults, headers: error.headers, extra: error.extra })
  }
}

function placed({ pointer = '', ...fault }: Fault, inBody: boolean): Fault {
  const [, parameter = '', member = '', ...rest] = pointer.split('/')
  if (!inBody) return { ...fault, parameter }
  if (whole.includes(parameter)) return { ...fault, pointer: `/${parameter}` }
  // The condition of a parameter has its values.
  const isValue = parameter !== 'filter' && member === 'value'
  return { ...fault, pointer: isValue ? `/${[parameter, ...rest].join('/')}` : pointer }
}
