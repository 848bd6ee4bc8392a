import { compareNames, type NameLevels } from './person-name.ts'
import type { PreparedRecord } from './prepared-record.ts'

/** How far two values agree. */
export interface Agreement {
  /** The place in the levels of the comparison. */
  level: number
  /** Hashes of the shared values, if their frequency counts. */
  values?: readonly number[]
}

/** What the frequency of several shared values is: that of the rarest, that of the commonest, or all together. */
export type SharedValues = 'rarest' | 'commonest' | 'all'

/** A comparison of one idea in two records. */
export interface Comparison {
  code: string
  /** From the closest agreement to none. */
  levels: readonly string[]
  /** How many of the levels explain two different values: they mean the same, or one is a mistyped or shorter other. */
  explained: number
  /** The fields that it looks at. */
  paths: readonly string[]
  sharedValues: SharedValues
  /** Whether hardly two strangers share a value: a phone, an e-mail, a number. */
  isIdentifier: boolean
  /** Whether an agreement tells people of one name apart. */
  identifies: boolean
  /** Returns undefined if one of the records has no value. Then nothing speaks for or against. */
  compare(pair: RecordPair): Agreement | undefined
}

/** Two records that are compared. */
export class RecordPair {
  readonly a: PreparedRecord
  readonly b: PreparedRecord
  #names: NameLevels | undefined

  constructor(a: PreparedRecord, b: PreparedRecord) {
    this.a = a
    this.b = b
  }

  /** The agreement of the names, which several comparisons read. */
  get names(): NameLevels {
    this.#names ??= compareNames(this.a.name, this.b.name)
    return this.#names
  }
}

/** Returns the closer one of two agreements. Of equally close ones the order of the records does not decide. */
export function closerOf(one: Agreement | undefined, other: Agreement): Agreement {
  if (!one || other.level < one.level) return other
  if (one.level < other.level) return one
  const [a = [], b = []] = [one.values, other.values]
  const isBefore = a.length > b.length || (a.length === b.length && String(a) <= String(b))
  return isBefore ? one : other
}

/** Agreements without values, by level. */
const plain = Array.from({ length: 16 }, (_, level): Agreement => ({ level }))

/** Returns an agreement whose values do not count. */
export function atLevel(level: number): Agreement {
  return plain[level]!
}
