import { typingErrors } from './edits.ts'
import { type GivenName, givenNameOf, isGivenName, isSameGivenName } from './given-names.ts'
import { type Alphabet, alphabetOf, consonantsOf, foldWord, inLatin, lookalikeOf, soundOf } from './letters.ts'
import { isLatinPatronymic, isPatronymic } from './name-words.ts'

/** A word that is prepared for many comparisons. */
export interface NameWord {
  /** The word in lower case, without accents and punctuation. */
  text: string
  alphabet: Alphabet
  /** The word in Latin letters. */
  latin: string
  /** The word in Latin letters if it looks the same in both alphabets. */
  lookalike: string | undefined
  /** How it sounds in any transliteration. */
  sound: string
  /** The masculine form of a last name, as it sounds: `ivanov` for `Иванова`. */
  surname: string
  /** One bit for each letter of the text and of the sound, to tell apart most words without comparing letters. */
  letters: number
  soundLetters: number
  isInitial: boolean
  isPatronymic: boolean
  /** The given name that it may be, and whether it surely is one. */
  givenName: GivenName | undefined
  isGivenName: boolean
}

/** How well two words agree, from not at all to entirely. The numbers are used for comparison only. */
export const agreement = {
  none: 0,
  /** The first letter agrees, and one word has no more than that. */
  initial: 1,
  /** More typing errors than one would make. */
  similar: 2,
  typingError: 3,
  /** Two forms of one name: a short one, one of another language, a feminine last name. */
  variant: 4,
  /** They sound alike in one alphabet: `Kuznetsov`, `Kuznecov`. */
  sound: 5,
  /** They sound alike in two alphabets. */
  transliterated: 6,
  equal: 7,
} as const

/** How well two words agree. */
export type Agreement = (typeof agreement)[keyof typeof agreement]

/** Words of names come again and again, so each is prepared once. When there are too many, all are forgotten. */
const prepared = new Map<string, NameWord>()
const mostPrepared = 50_000
const longestPrepared = 40

/** Returns a word that is prepared for comparison. */
export function prepareWord(typed: string): NameWord {
  const known = prepared.get(typed)
  if (known) return known
  if (prepared.size >= mostPrepared) prepared.clear()
  const word = newWord(typed)
  if (typed.length <= longestPrepared) prepared.set(typed, word)
  return word
}

function newWord(typed: string): NameWord {
  const text = foldWord(typed)
  const alphabet = alphabetOf(text)
  const latin = alphabet === 'latin' ? text : inLatin(text)
  const sound = soundOf(latin)
  const isInitial = (alphabet === 'latin' || alphabet === 'cyrillic') && (text.length === 1 || latinInitials.has(text))
  return {
    text,
    alphabet,
    latin,
    lookalike: lookalikeOf(text),
    sound,
    surname: masculine(sound),
    letters: lettersOf(text),
    soundLetters: lettersOf(sound),
    isInitial,
    isPatronymic: isPatronymic(text) || isLatinPatronymic(text),
    givenName: isInitial ? undefined : givenNameOf(text, sound),
    isGivenName: !isInitial && isGivenName(text, sound),
  }
}

/** Initials of Russian names in Latin letters. */
const latinInitials: ReadonlySet<string> = new Set(['ya', 'ia', 'yu', 'iu', 'zh', 'kh', 'ts', 'ch', 'sh', 'shch'])

/** Returns the masculine form of a last name that sounds feminine. */
function masculine(sound: string): string {
  if (/(?:ov|ev|in)a$/.test(sound)) return sound.slice(0, -1)
  if (/ska$/.test(sound)) return `${sound.slice(0, -1)}i`
  return /aia$/.test(sound) ? `${sound.slice(0, -3)}i` : sound
}

/** Returns one bit for each letter of a word. */
function lettersOf(word: string): number {
  let letters = 0
  for (let at = 0; at < word.length; at++) letters |= 1 << (word.charCodeAt(at) & 31)
  return letters
}

/** Returns how well two words agree. Two different given names do not, however few letters they differ in. */
export function compareWords(a: NameWord, b: NameWord): Agreement {
  if (a === b || a.text === b.text || (a.lookalike && a.lookalike === b.lookalike)) return agreement.equal
  if (a.isInitial || b.isInitial) return compareInitials(a, b)
  const isOneAlphabet = a.alphabet === b.alphabet
  // Many Chinese names sound alike, and each letter is a syllable.
  if (isOneAlphabet && a.alphabet === 'chinese') return agreement.none
  if (a.sound === b.sound && a.sound) return isOneAlphabet ? agreement.sound : agreement.transliterated
  if (a.givenName && b.givenName && isSameGivenName(a.givenName, b.givenName)) return agreement.variant
  if (a.isGivenName && b.isGivenName) return agreement.none
  const commonEnd = a.isPatronymic && b.isPatronymic ? lengthOfPatronymicEnd : 0
  if (isOneAlphabet) return compareLetters(a.text, b.text, a.letters ^ b.letters, commonEnd)
  if (a.alphabet === 'other' || b.alphabet === 'other') return compareConsonants(a.sound, b.sound)
  return compareLetters(a.sound, b.sound, a.soundLetters ^ b.soundLetters, commonEnd)
}

function compareInitials(a: NameWord, b: NameWord): Agreement {
  return (a.isInitial ? isInitialOf(a, b) : isInitialOf(b, a)) ? agreement.initial : agreement.none
}

/** An initial may be that of the full name: `А.` for `Саша`. */
function isInitialOf(initial: NameWord, { latin, sound, givenName }: NameWord): boolean {
  if (initial.latin[0] === latin[0] || sound.startsWith(initial.sound)) return true
  return givenName?.isShort === true && givenName.initials.includes(initial.text[0]!)
}

/** Returns how many typing errors a word of a length may have. */
function typingErrorsOf(length: number): number {
  if (length < 4) return 0
  return length < 10 ? 1 : 2
}

/** Returns how many letters words of a length that are similar may differ in. */
function differencesOf(length: number): number {
  if (length < 6) return length < 4 ? 0 : 1
  return length < 9 ? 2 : 3
}

/** The end that patronymics have in common says nothing about the rest: `ович`. */
const lengthOfPatronymicEnd = 4

/** An error changes at most two letters: one goes, another comes. */
function compareLetters(a: string, b: string, differingLetters: number, commonEnd: number): Agreement {
  const length = Math.max(a.length, b.length) - commonEnd
  const most = differencesOf(length)
  if (!most || bitsOf(differingLetters) > most * 2) return agreement.none
  const errors = typingErrors(a, b, most)
  if (errors > most) return !differingLetters && isAnagram(a, b) ? agreement.similar : agreement.none
  if (errors > 1 && hasOtherEnd(a, b)) return agreement.none
  return errors <= typingErrorsOf(length) ? agreement.typingError : agreement.similar
}

/** Whether the words begin alike and end in other letters: `Павлов` and `Павлюк` are two names. */
function hasOtherEnd(a: string, b: string): boolean {
  let start = 0
  while (a[start] === b[start]) start++
  const [endA, endB] = [a.slice(start), b.slice(start)]
  return endA !== '' && endB !== '' && !(lettersOf(endA) & lettersOf(endB))
}

/** Fewer letters are in another order by chance. */
const shortestAnagram = 5

function isAnagram(a: string, b: string): boolean {
  return a.length >= shortestAnagram && a.length === b.length && [...a].sort().join() === [...b].sort().join()
}

function compareConsonants(a: string, b: string): Agreement {
  const [consonantsA, consonantsB] = [consonantsOf(a), consonantsOf(b)]
  if (consonantsA.length < 2) return agreement.none
  if (consonantsA === consonantsB) return agreement.transliterated
  return typingErrors(consonantsA, consonantsB, 1) < 2 && consonantsA.length > 3 ? agreement.similar : agreement.none
}

function bitsOf(set: number): number {
  let bits = set - ((set >>> 1) & 0x55555555)
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333)
  return (((bits + (bits >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24
}
