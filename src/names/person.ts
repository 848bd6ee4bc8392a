import { mostWords } from './alignment.ts'
import { orderEvidence } from './name-order.ts'
import { type NameWord, prepareWord } from './name-word.ts'
import { particles, prefixes } from './name-words.ts'
import { type PersonName, splitName } from './split-name.ts'

/** The part of a name that a word belongs to. */
export type NamePart = 'given' | 'middle' | 'last'

/** A word of a person's name. */
export interface PersonWord {
  word: NameWord
  part: NamePart
  /** The word as it was typed. */
  typed: string
}

/** A person's name that is prepared for many comparisons. */
export interface PreparedPerson {
  /** The words as they were typed; of a name in parts, last name first. */
  words: readonly PersonWord[]
  /** What tells a father from his son: `jr`, `sr`, `iii`. */
  generation: string
  /** The name as it was typed. */
  key: string
  /** Whether it was typed as one text. */
  isText: boolean
}

/** Longer names are cut. */
const longest = 300

/** Words that say little about the person: honorifics and particles, in addition to those of `name-words.ts`. */
const weakWords: ReadonlySet<string> = new Set([
  ...['sir', 'dame', 'lord', 'lady', 'herr', 'frau', 'mme', 'mlle', 'sra', 'don', 'president', 'präsident'],
  ...['sheikh', 'shaikh', 'shaykh', 'haji', 'hajji', 'mullah', 'ben', 'ul', 'ur', 'ud', 'ad', 'ed', 'du', 'des', 'и'],
])

/** Words that tell a father from his son. */
const generations: ReadonlySet<string> = new Set(['jr', 'sr', 'ii', 'iii', 'iv', 'мл', 'ст'])

const isWeak = (word: string) => prefixes.has(word) || particles.has(word) || weakWords.has(word)

/** Prepares the name of a person that is given in parts. A part may hold the whole name; parts may be swapped. */
export function preparePerson(name: PersonName): PreparedPerson {
  const { firstName = '', middleName = '', lastName = '' } = name
  const filled = [firstName, middleName, lastName].filter((part) => part.trim())
  if (filled.length === 1 && /\S[\s.]+\S/.test(filled[0]!.trim())) return preparePersonText(filled[0]!)
  return prepare({ firstName, middleName, lastName }, false)
}

/** Prepares the name of a person that is given as one text, in any order. */
export function preparePersonText(text: string): PreparedPerson {
  const whole = text.slice(0, longest)
  const cut = whole.replaceAll(/\([^)]*\)/g, ' ').trim() || whole
  const prepared = prepare(splitName(cut, orderEvidence(cut) > 0 ? 'lastFirst' : 'firstLast'), true)
  prepared.words.sort((a, b) => cut.indexOf(a.typed) - cut.indexOf(b.typed))
  return prepared
}

function prepare({ firstName = '', middleName = '', lastName = '' }: PersonName, isText: boolean) {
  const words: PersonWord[] = []
  let generation = ''
  for (const word of splitWords(lastName)) {
    if (generations.has(word.toLowerCase())) generation = word.toLowerCase()
    else addWord(words, word, 'last')
  }
  for (const word of splitWords(firstName)) addWord(words, word, 'given')
  for (const word of splitWords(middleName)) addWord(words, word, 'middle')
  if (isSwapped(words)) for (const word of words) word.part = swappedPart[word.part]
  return { words, generation, key: `${lastName.trim()}\n${firstName.trim()}\n${middleName.trim()}`, isText }
}

/** Adds a word, unless the name has it already. */
function addWord(words: PersonWord[], typed: string, part: NamePart): void {
  const word = prepareWord(typed)
  if (!word.text || words.length === mostWords) return
  if (!word.isInitial && words.some((other) => other.word.text === word.text)) return
  // Only initials and patronymics behind a given name are a middle name. `Anna Maria` is a double given name.
  const isMiddle = part === 'given' && words.some(isGivenPart) && (word.isInitial || word.isPatronymic)
  words.push({ word, part: isMiddle ? 'middle' : part, typed })
}

const swappedPart = { given: 'last', last: 'given', middle: 'middle' } as const

/** Returns a name with its given name and last name in each other's place. */
export function withSwappedParts(person: PreparedPerson): PreparedPerson {
  return { ...person, words: person.words.map((word) => ({ ...word, part: swappedPart[word.part] })) }
}

/** Returns how much the words speak for given name and last name being in each other's place; below zero, against it. */
export function swapEvidence({ words }: PreparedPerson): number {
  let evidence = 0
  for (const { word, part } of words) {
    const isGiven = word.isInitial || word.isGivenName
    if (isGiven && part !== 'middle') evidence += part === 'last' ? 1 : -1
  }
  return evidence
}

const isGivenPart = ({ part }: PersonWord) => part === 'given'

/** Returns the words of a part of a name, without honorifics and particles, unless there is nothing else. */
function splitWords(part: string): string[] {
  const typed = part
    .slice(0, longest)
    .split(/[\s,;]+/)
    .filter(Boolean)
  const named = typed.filter((word) => !prefixes.has(word.toLowerCase()))
  const words = (named.length ? named : typed).flatMap((word) => word.split(/[^\p{L}\p{M}\p{N}'’ʼ`]+/u).filter(Boolean))
  if (words.length < 2) return words
  const telling = words.filter((word) => !isWeak(word.toLowerCase()))
  return telling.length ? telling : words
}

/** Whether first and last name stand in each other's place, as far as one name can tell. */
function isSwapped(words: readonly PersonWord[]): boolean {
  const lasts = words.filter(({ part }) => part === 'last')
  const givens = words.filter(isGivenPart)
  if (!lasts.length || !givens.length) return false
  if (lasts.every(({ word }) => word.isInitial)) return givens.some(({ word }) => !word.isInitial)
  return lasts.every(isKnown) && givens.every((given) => !isKnown(given) && surnameEnd.test(given.word.text))
}

const isKnown = ({ word }: PersonWord) => word.isGivenName

/** Ends that Russian last names have and given names do not, in both alphabets. */
const surnameEnd = /(?:[ое]ва?|ина?|[сц]к(?:ий|ая)|енко|чук|дзе|швили|[oe]va?|sk(?:iy|y|aya|aia)|enko|chuk|dze|shvili)$/
