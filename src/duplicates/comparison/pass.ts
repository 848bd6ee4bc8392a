import type { PreparedRecord } from './prepared-record.ts'

/** A way to find candidates: records that share a key are compared. */
export interface Pass {
  code: string
  /** The comparisons whose values the keys are made of. */
  uses: readonly string[]
  /** Larger blocks of records with one key are left out. Duplicates among them share a key of a narrower pass. */
  largestBlock: number
  keysOf(record: PreparedRecord): readonly (string | undefined)[]
}

/** The usual limit of a block. */
export const usualBlock = 60

/** The limit of a block whose key says little. */
export const smallBlock = 20

/** Returns keys that join one part with each of the others. There is no key without both. */
export function joinKeys(part: string | undefined, ...others: readonly (string | undefined)[]) {
  return others.map((other) => (part && other ? `${part} ${other}` : undefined))
}

/** Returns the number of the house and the start of the longest word of the street. */
export function houseOf({ address }: PreparedRecord): string | undefined {
  const longest = longestWords(address?.street ?? [])[0]
  return address?.house && longest ? `${address.house} ${longest.slice(0, 4)}` : undefined
}

/** Returns the words of three and more letters, longest first. Long words are mostly rare. */
export function longestWords(words: readonly string[]): string[] {
  const long = [...new Set(words)].filter(({ length }) => length > 2)
  return long.sort((a, b) => b.length - a.length || (a < b ? -1 : 1))
}
