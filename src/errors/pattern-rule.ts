import type { FaultCode } from '../codes.ts'
import type { Params } from './problem.ts'

// The patterns of codes and names, such as `^[a-z][a-z0-9_]{0,49}$`.
const codePattern = /^\^(?:\[(?<first>[\w-]+)\])?\[(?<rest>[\w-]+)\]\{(?<least>\d+)(?:,(?<most>\d+))?\}\$$/

/** Returns the fault of a text that does not match a pattern. It says the rule if the pattern is that of a code. */
export function faultOfMismatch(pattern: string): { code: FaultCode; params?: Params } {
  const { first, rest, least, most = least } = codePattern.exec(pattern)?.groups ?? {}
  if (rest === undefined) return { code: 'pattern_mismatch' }
  const firsts = first === undefined ? 0 : 1
  const length = [...new Set([Number(least) + firsts, Number(most) + firsts])].join('–')
  if (first === undefined) return { code: 'wrong_characters', params: { length, allowed: spell(rest) } }
  return { code: 'invalid_code', params: { length, first: spell(first), rest: spell(rest) } }
}

/** Returns the members of a character class: `A–Z, a–z, 0–9, _`. */
function spell(characters: string): string {
  return [...characters.matchAll(/[A-Za-z0-9]-[A-Za-z0-9]|./g)]
    .map(([one]) => one.replace(/(.)-(.)/, '$1–$2'))
    .join(', ')
}
