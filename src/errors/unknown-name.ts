import type { FaultCode } from './fault-codes.ts'
import type { Fault } from './problem.ts'

/** The names in a list with commas between; blanks around them mean nothing. */
export function namesIn(text: string): string[] {
  return text.split(',').map((name) => name.trim())
}

/** The fault of a name that nothing has: none was given, or perhaps another was meant. */
export function misnamed(
  at: Pick<Fault, 'pointer' | 'parameter'>,
  code: FaultCode,
  name: string,
  hint: string | undefined,
): Fault {
  if (name === '') return { ...at, code: 'required' }
  return { ...at, code, params: { name: name.slice(0, 100) }, ...(hint !== undefined && { hint }) }
}
