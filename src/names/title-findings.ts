import { type Agreement, agreement } from './name-word.ts'
import type { TitleWord } from './title.ts'
import { type TitleReason, titleReasonSet } from './title-levels.ts'

const { bit } = titleReasonSet

/** What was found about the words of two titles. */
export interface TitleFindings {
  /** The agreement of the pair that agrees least. */
  worst: Agreement
  /** The weight of the words in pairs, and what of it agrees. */
  paired: number
  agreed: number
  /** The words without a partner, on each side. */
  a: Singles
  b: Singles
  /** One bit for each reason. */
  reasons: number
}

/** The words of a title without a partner. */
export interface Singles {
  /** Their weight, and how much of it is missing if the other title has no such words. */
  weight: number
  missing: number
  /** How many words of each kind there are. Words that say little are of no kind. */
  number: number
  branch: number
  place: number
  /** Words in parentheses, mostly a place. */
  addition: number
  other: number
}

/** Returns findings without a word. */
export function noFindings(): TitleFindings {
  return { worst: agreement.equal, paired: 0, agreed: 0, a: noSingles(), b: noSingles(), reasons: 0 }
}

const noSingles = (): Singles => ({ weight: 0, missing: 0, number: 0, branch: 0, place: 0, addition: 0, other: 0 })

/** What a pair of words is worth, by its agreement. */
const qualities = [0, 0, 0.5, 0.85, 0.9, 0.95, 0.98, 1]

const reasonsOfAgreements: readonly number[] = [
  0,
  0,
  bit.title_similar,
  bit.title_typing_error,
  bit.title_similar,
  bit.title_sounds_alike,
  bit.title_transliterated,
  0,
]

/** Adds two words that agree. */
export function addPair(found: TitleFindings, a: TitleWord, b: TitleWord, agrees: Agreement): void {
  const weight = (a.weight + b.weight) / 2
  found.paired += weight
  found.agreed += weight * qualities[agrees]!
  if (agrees < found.worst) found.worst = agrees
  found.reasons |= reasonsOfAgreements[agrees]!
}

/** How much a word counts that one title lacks. Words are often left out, but sister companies differ in one of them. */
const missingWeights = { addition: 0.3, other: 0.5, sister: 1.5 }

/** Adds a word that only one of the two titles has. */
export function addSingle(singles: Singles, { kind, weight, isInParentheses }: TitleWord): void {
  const isSister = kind === 'branch' || kind === 'place' || kind === 'number'
  singles.weight += weight
  singles.missing += weight * missingWeights[isInParentheses ? 'addition' : isSister ? 'sister' : 'other']
  if (isInParentheses && kind !== 'number') singles.addition++
  else if (isSister) singles[kind]++
  else if (kind !== 'descriptor' && kind !== 'connector') singles.other++
}

/** Adds a reason. */
export function addReason(found: TitleFindings, reason: TitleReason): void {
  found.reasons |= bit[reason]
}
