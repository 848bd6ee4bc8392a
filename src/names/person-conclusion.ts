import { agreement } from './name-word.ts'
import { addReason, type PartFindings, type PersonFindings } from './person-findings.ts'
import {
  type PartLevel,
  type PersonComparison,
  type PersonLevel,
  partLevels,
  personReasonSet,
} from './person-levels.ts'

/** The level of a part by the agreement of its best pair of words. */
const levelOfAgreement: readonly PartLevel[] = [
  'different',
  'initial',
  'similar',
  'typingError',
  'variant',
  'soundsAlike',
  'transliterated',
  'equal',
]

/** Returns how two names agree. `isTypedAlike` tells that they are the same to the letter. */
export function concludePerson(found: PersonFindings, isTypedAlike: boolean): PersonComparison {
  const given = levelOf(found.given, found.given.areKnown)
  const middle = levelOf(found.middle, true)
  const last = levelOf(found.last, false)
  addReasonsOfParts(found, given, middle, last)
  const level = wholeLevel(found, given, middle, last)
  if (level === 'equal') {
    if (!found.reasons) addReason(found, isTypedAlike ? 'name_equal' : 'name_spelling')
  }
  if (level === 'different') found.reasons = personReasonSet.bit.name_different
  return { level, given, middle, last, reasons: personReasonSet.list(found.reasons), similarity: similarityOf(found) }
}

function levelOf(part: PartFindings, canContradict: boolean): PartLevel {
  const { best, onlyA, onlyB } = part
  if (best === agreement.none) {
    if (!onlyA || !onlyB) return 'missing'
    return canContradict ? 'contradictory' : 'different'
  }
  const level = levelOfAgreement[best]!
  if (onlyA && onlyB) return lower(level, 'similar')
  return onlyA || onlyB ? lower(level, 'partial') : level
}

const rankOf = Object.fromEntries(partLevels.map((level, rank) => [level, rank])) as Readonly<Record<PartLevel, number>>

function lower(a: PartLevel, b: PartLevel): PartLevel {
  return rankOf[a] < rankOf[b] ? a : b
}

function addReasonsOfParts(found: PersonFindings, given: PartLevel, middle: PartLevel, last: PartLevel): void {
  if (isOther(given)) addReason(found, 'other_given_name')
  if (isOther(middle)) addReason(found, 'other_middle_name')
  if (isOther(last)) addReason(found, 'other_last_name')
  if (given === 'missing' && hasSingles(found.given)) addReason(found, 'given_name_missing')
  if (middle === 'missing' && hasSingles(found.middle)) addReason(found, 'middle_name_missing')
  if (last === 'missing' && hasSingles(found.last)) addReason(found, 'last_name_missing')
  if (isInPart(found.given)) addReason(found, 'given_name_part_missing')
  if (isInPart(found.last)) addReason(found, 'last_name_part_missing')
}

const isOther = (level: PartLevel) => level === 'contradictory' || level === 'different'
const hasSingles = ({ onlyA, onlyB }: PartFindings) => onlyA + onlyB > 0
const isInPart = ({ best, onlyA, onlyB }: PartFindings) => best > 0 && onlyA > 0 !== onlyB > 0

/** The level of the whole name by its weakest part, if given name and last name agree. */
const wholeOfWeakest: Readonly<Record<PartLevel, PersonLevel>> = {
  missing: 'partial',
  contradictory: 'otherPerson',
  different: 'otherPerson',
  initial: 'initials',
  similar: 'similar',
  typingError: 'typingError',
  variant: 'variant',
  partial: 'partial',
  soundsAlike: 'transliterated',
  transliterated: 'transliterated',
  equal: 'equal',
}

function wholeLevel(found: PersonFindings, given: PartLevel, middle: PartLevel, last: PartLevel): PersonLevel {
  const isGiven = rankOf[given] >= rankOf.initial
  const isLast = rankOf[last] >= rankOf.similar
  if (isGiven && isLast) {
    if (isOther(middle) || found.reasons & personReasonSet.bit.other_generation) return 'otherPerson'
    const weakest = lower(given, last)
    // An initial in place of a middle name says little more than a missing one.
    const isMiddleInPart = middle === 'initial' || (middle === 'missing' && hasSingles(found.middle))
    if (isMiddleInPart) return wholeOfWeakest[lower(weakest, 'partial')]
    return wholeOfWeakest[middle === 'missing' ? weakest : lower(weakest, middle)]
  }
  if (isLast) return given === 'missing' ? 'lastNameOnly' : 'otherPerson'
  if (rankOf[given] >= rankOf.similar) return 'givenNameOnly'
  return found.pairs || hasBoth(found) ? 'different' : 'missing'
}

const hasBoth = (found: PersonFindings) => found.onlyA > 0 && found.onlyB > 0

/** A word that only one name has is often left out. Two words that stand against each other tell two persons apart. */
const weightOfMissing = 0.3
const weightOfContradiction = 2

function similarityOf({ pairs, quality, onlyA, onlyB }: PersonFindings): number {
  if (!pairs) return 0
  const contradictions = Math.min(onlyA, onlyB)
  const missing = Math.abs(onlyA - onlyB)
  return quality / (pairs + contradictions * weightOfContradiction + missing * weightOfMissing)
}
