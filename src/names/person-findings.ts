import { type Agreement, agreement, type NameWord } from './name-word.ts'
import type { NamePart, PersonWord } from './person.ts'
import { type PersonReason, personReasonSet } from './person-levels.ts'

const { bit } = personReasonSet

/** What was found about one part of two names. */
export interface PartFindings {
  /** How well the best pair of words agrees. */
  best: Agreement
  /** The number of words that only the first name has, and only the second. */
  onlyA: number
  onlyB: number
  /** Whether each of these words is a known given name. */
  areKnown: boolean
}

/** What was found about two names. */
export interface PersonFindings {
  given: PartFindings
  middle: PartFindings
  last: PartFindings
  /** The sum of the qualities of all pairs, and the number of words in pairs and without a partner. */
  quality: number
  pairs: number
  onlyA: number
  onlyB: number
  /** One bit for each reason. */
  reasons: number
}

/** Returns findings without a word. */
export function noFindings(): PersonFindings {
  return { given: noPart(), middle: noPart(), last: noPart(), quality: 0, pairs: 0, onlyA: 0, onlyB: 0, reasons: 0 }
}

const noPart = (): PartFindings => ({ best: agreement.none, onlyA: 0, onlyB: 0, areKnown: true })

/** What a pair of words is worth, by its agreement. */
const qualities = [0, 0.7, 0.6, 0.88, 0.9, 0.95, 0.98, 1]

/** The reason that each agreement gives. Variants have several. */
const reasonsOfAgreements: readonly number[] = [
  0,
  bit.name_initials,
  bit.name_similar,
  bit.name_typing_error,
  0,
  bit.name_sounds_alike,
  bit.name_transliterated,
  0,
]

/** Adds two words that agree. */
export function addPair(found: PersonFindings, a: PersonWord, b: PersonWord, agrees: Agreement): void {
  const name = partOf(found, a, b)
  const part = found[name]
  // Two given names of which there are only initials may be two names.
  const isInitials = name === 'given' && a.word.isInitial && b.word.isInitial
  part.best = Math.max(part.best, isInitials ? agreement.initial : agrees) as Agreement
  found.pairs++
  found.quality += qualities[agrees]!
  found.reasons |= agrees === agreement.variant ? reasonOfVariant(a.word, b.word) : reasonsOfAgreements[agrees]!
}

/** Two words of different parts belong to the part that the words themselves speak for. */
function partOf(found: PersonFindings, a: PersonWord, b: PersonWord): NamePart {
  if (a.part === b.part) return a.part
  const isMiddle = a.part === 'middle' || b.part === 'middle'
  if (isMiddle && (a.word.isPatronymic || b.word.isPatronymic)) return 'middle'
  const isGiven = a.word.isGivenName || b.word.isGivenName
  if (isGiven && !found.given.best) return 'given'
  return found.last.best ? 'given' : 'last'
}

function reasonOfVariant({ givenName: a }: NameWord, { givenName: b }: NameWord): number {
  if (!a || !b) return bit.last_name_feminine_form
  return a.isShort || b.isShort ? bit.given_name_short_form : bit.given_name_of_other_language
}

/** Adds a word that only one of the two names has. */
export function addSingle(found: PersonFindings, word: PersonWord, side: 'onlyA' | 'onlyB'): void {
  const part = found[word.part]
  part[side]++
  part.areKnown &&= word.word.isGivenName
  found[side]++
}

/** Adds a reason. */
export function addReason(found: PersonFindings, reason: PersonReason): void {
  found.reasons |= bit[reason]
}
