import { type Agreement, agreement } from './name-word.ts'
import type { TitleWord } from './title.ts'
import { type TitleReason, titleReasonSet } from './title-levels.ts'

const { bit } = titleReasonSet

/** What was found about the words of two titles. */
export interface TitleFindings {
  /** The agreement of the pair that agrees least. */
  worst: Agreement
  /** The weight of the words in pairs, what of it agrees, and the weight of words without a partner on each side. */
  paired: number
  agreed: number
  onlyA: number
  onlyB: number
  /** The kinds of words without a partner, on each side. Words that say little are of no kind. */
  kindsA: SingleKinds
  kindsB: SingleKinds
  /** One bit for each reason. */
  reasons: number
}

/** How many words of each kind have no partner. */
export interface SingleKinds {
  number: number
  branch: number
  place: number
  /** Words in parentheses, mostly a place. */
  addition: number
  other: number
}

/** Returns findings without a word. */
export function noFindings(): TitleFindings {
  const numbers = { worst: agreement.equal, paired: 0, agreed: 0, onlyA: 0, onlyB: 0, reasons: 0 }
  return { ...numbers, kindsA: noKinds(), kindsB: noKinds() }
}

const noKinds = (): SingleKinds => ({ number: 0, branch: 0, place: 0, addition: 0, other: 0 })

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

/** Words in parentheses are additions. */
const weightInParentheses = 0.3

/** Adds a word that only one of the two titles has. */
export function addSingle(found: TitleFindings, single: TitleWord, side: 'A' | 'B'): void {
  const { kind, weight, isInParentheses } = single
  found[`only${side}`] += isInParentheses ? weight * weightInParentheses : weight
  const kinds = found[`kinds${side}`]
  if (kind === 'number') kinds.number++
  else if (kind === 'descriptor' || kind === 'connector') return
  else if (isInParentheses) kinds.addition++
  else kinds[kind === 'branch' || kind === 'place' ? kind : 'other']++
}

/** Adds a reason. */
export function addReason(found: TitleFindings, reason: TitleReason): void {
  found.reasons |= bit[reason]
}
