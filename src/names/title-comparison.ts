import { pairWords, type Singles } from './alignment.ts'
import { typingErrors } from './edits.ts'
import { type Agreement, agreement, compareWords, type NameWord } from './name-word.ts'
import { comparePersons } from './person-comparison.ts'
import { isOneCommonWord, type PreparedTitle, type TitleWord } from './title.ts'
import { concludePersons, concludeTitles } from './title-conclusion.ts'
import { addPair, addReason, addSingle, noFindings, type TitleFindings } from './title-findings.ts'
import type { TitleComparison } from './title-levels.ts'
import { acronymWords, joinedWords } from './words-as-one.ts'

/** Compares two titles of companies. Which one comes first makes no difference. */
export function compareTitles(a: PreparedTitle, b: PreparedTitle): TitleComparison {
  if (a.key > b.key) return compareTitles(b, a)
  if (a.person && b.person) return concludePersons(a, b, comparePersons(a.person, b.person))
  const found = noFindings()
  const joined = compareJoined(a, b)
  if (joined) {
    addReason(found, 'title_words_joined')
    for (const word of a.words) addPair(found, word, word, joined)
  } else addWords(found, a, b)
  return concludeTitles(a, b, found)
}

/** Compares titles with other spaces, letter by letter: `Goodwill`, `Good Will`, `Био-Дом`, `Biodom`. */
function compareJoined(a: PreparedTitle, b: PreparedTitle): Agreement {
  if (a.wordCount === b.wordCount) return agreement.none
  if (a.joined === b.joined) return agreement.equal
  if (a.joinedSound === b.joinedSound) return hasOneAlphabet(a, b) ? agreement.sound : agreement.transliterated
  const isTelling = Math.min(a.joined.length, b.joined.length) >= shortestJoined && !hasNumber(a) && !hasNumber(b)
  return a.words.length !== b.words.length && isTelling && typingErrors(a.joined, b.joined, 1) === 1
    ? agreement.typingError
    : agreement.none
}

function hasOneAlphabet({ words: [a] }: PreparedTitle, { words: [b] }: PreparedTitle): boolean {
  return a?.word.alphabet === b?.word.alphabet
}

const hasNumber = ({ words }: PreparedTitle) => words.some(({ kind }) => kind === 'number')

/** Shorter titles of other words agree by chance. */
const shortestJoined = 8

function addWords(found: TitleFindings, a: PreparedTitle, b: PreparedTitle): void {
  const singles = pairWords(a.words, b.words, preferenceOf, (word, other, preference) =>
    addPair(found, word, other, (preference >> 1) as Agreement),
  )
  if (singles.isReordered) addReason(found, 'title_reordered')
  addSingles(found, singles)
}

/** Pairs in the same place come first among pairs that agree equally well. */
function preferenceOf(a: TitleWord, b: TitleWord, isSamePlace: boolean): number {
  const agrees = compareTitleWords(a, b)
  return agrees && agrees * 2 + (isSamePlace ? 1 : 0)
}

/**
 * Numbers and words that everybody knows are not typed wrong: `Север` and `Сервер` are two. Titles are made-up words that
 * often differ in a few letters, so that only one error is likely.
 */
function compareTitleWords(a: TitleWord, b: TitleWord): Agreement {
  const agrees = compareWords(a.word, b.word)
  if (agrees >= agreement.sound) return agrees
  if (a.word.isInitial && b.word.isInitial && agrees) return agreement.transliterated
  if (a.kind === 'number' || b.kind === 'number' || agrees < agreement.similar) return agreement.none
  if (a.kind && b.kind) return isOneCommonWord(a, b) ? agreement.typingError : agreement.none
  return agrees === agreement.typingError && isOneError(a.word, b.word) ? agrees : agreement.similar
}

function isOneError(a: NameWord, b: NameWord): boolean {
  return (a.alphabet === b.alphabet ? typingErrors(a.text, b.text, 1) : typingErrors(a.sound, b.sound, 1)) === 1
}

/** Adds the words without a partner. Some are written as one word or as an acronym. */
function addSingles(found: TitleFindings, { a, b }: Singles<TitleWord>): void {
  const joined = joinedWords(a, b)
  const acronym = joined ? undefined : acronymWords(a, b)
  if (joined) addReason(found, 'title_words_joined')
  if (acronym) addReason(found, 'title_acronym')
  const paired = joined ?? acronym
  // The long word or the acronym comes last. The others have the weights.
  for (const word of paired?.slice(0, -1) ?? []) addPair(found, word, word, agreement.equal)
  for (const word of a) if (!paired?.includes(word)) addSingle(found.a, word)
  for (const word of b) if (!paired?.includes(word)) addSingle(found.b, word)
}
