import { pairWords } from './alignment.ts'
import { type Agreement, agreement, compareWords } from './name-word.ts'
import { type PersonWord, type PreparedPerson, swapEvidence, withSwappedParts } from './person.ts'
import { concludePerson } from './person-conclusion.ts'
import { addPair, addReason, addSingle, noFindings, type PersonFindings } from './person-findings.ts'
import type { PersonComparison } from './person-levels.ts'
import { joinedWords } from './words-as-one.ts'

/** Compares two names of persons. Which one comes first makes no difference. */
export function comparePersons(a: PreparedPerson, b: PreparedPerson): PersonComparison {
  return a.key > b.key ? compareInOrder(b, a, false) : compareInOrder(a, b, false)
}

function compareInOrder(a: PreparedPerson, b: PreparedPerson, isSwapped: boolean): PersonComparison {
  const found = noFindings()
  let isCrossed = false
  const singles = pairWords(a.words, b.words, preferenceOf, (word, other, preference) => {
    addPair(found, word, other, (preference >> 2) as Agreement)
    isCrossed ||= word.part !== other.part && word.part !== 'middle' && other.part !== 'middle'
  })
  // The last name of one is the given name of the other. So their other words are to be compared with each other, too.
  if (isCrossed && !isSwapped && singles.a.some(isNoMiddle) && singles.b.some(isNoMiddle)) return compareSwapped(a, b)
  if (isSwapped || (singles.isReordered && a.isText === b.isText)) addReason(found, 'name_reordered')
  addSingles(found, singles.a, singles.b)
  if (a.generation && b.generation && a.generation !== b.generation) addReason(found, 'other_generation')
  return concludePerson(found, a.key === b.key)
}

const isNoMiddle = ({ part }: PersonWord) => part !== 'middle'

/** Compares two names, one of which has given name and last name in each other's place. */
function compareSwapped(a: PreparedPerson, b: PreparedPerson): PersonComparison {
  const isFirst = swapEvidence(a) > swapEvidence(b)
  return compareInOrder(isFirst ? withSwappedParts(a) : a, isFirst ? b : withSwappedParts(b), true)
}

/** Pairs of words of the same part, and then those in the same place, come first among pairs that agree equally well. */
function preferenceOf(a: PersonWord, b: PersonWord, isSamePlace: boolean): number {
  const isSamePart = a.part === b.part
  let agrees = compareWords(a.word, b.word)
  if (agrees < agreement.variant && isFeminineForm(a, b)) agrees = agreement.variant
  if (!agrees || (!isSamePart && isChance(a, b, agrees))) return 0
  return agrees * 4 + (isSamePart ? 2 : 0) + (isSamePlace ? 1 : 0)
}

/** Initials and similar words of different parts agree by chance, and `Никитин` is no error in `Никитич`. */
function isChance(a: PersonWord, b: PersonWord, agrees: Agreement): boolean {
  if (a.word.isInitial || agrees < agreement.typingError) return true
  return agrees === agreement.typingError && (a.part === 'middle' || b.part === 'middle')
}

function isFeminineForm({ word: a, part }: PersonWord, { word: b, part: otherPart }: PersonWord): boolean {
  return a.surname === b.surname && part !== 'given' && otherPart !== 'given' && !a.isInitial && !b.isInitial
}

/** Adds the words without a partner. Some are one word that is written as two. */
function addSingles(found: PersonFindings, a: readonly PersonWord[], b: readonly PersonWord[]): void {
  const joined = joinedWords(a, b)
  if (joined) addReason(found, 'name_words_joined')
  // The long word comes last. Its parts tell better which part of the name they are.
  for (const word of joined?.slice(0, -1) ?? []) addPair(found, word, word, agreement.equal)
  for (const word of a) if (!joined?.includes(word)) addSingle(found, word, 'onlyA')
  for (const word of b) if (!joined?.includes(word)) addSingle(found, word, 'onlyB')
}
