import type { Fault } from './problem.ts'

/** Returns the names of a comma-separated list, without the spaces around them. */
export function namesIn(text: string): string[] {
  return text.split(',').map((name) => name.trim())
}

/** Returns the fault for an unknown name: `required` when the name is empty, otherwise the code with the hint. */
export function unknownNameFault(
  at: Pick<Fault, 'pointer' | 'parameter'>,
  code: Fault['code'],
  name: string,
  hint: string | undefined,
): Fault {
  if (name === '') return { ...at, code: 'required' }
  return { ...at, code, params: { name: name.slice(0, 100) }, ...(hint !== undefined && { hint }) }
}
