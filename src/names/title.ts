import { mostWords } from './alignment.ts'
import { typingErrors } from './edits.ts'
import { isNearlyForm, withoutLegalForms } from './legal-form.ts'
import { inLatin, soundOf } from './letters.ts'
import { type NameWord, prepareWord } from './name-word.ts'
import { numberOf } from './numbers.ts'
import { type PreparedPerson, preparePersonText } from './person.ts'
import type { LegalKind } from './tables/legal-forms.ts'
import { type TitleWordKind, titleWordKinds, weightOfKind } from './tables/title-words.ts'

/** A word of a company's title. */
export interface TitleWord {
  word: NameWord
  /** A number is also a single letter, as in `Альфа-М`. */
  kind: TitleWordKind | 'number' | undefined
  /** How much it tells one company from another, from 0 to 1. */
  weight: number
  isInParentheses: boolean
}

/** The title of a company that is prepared for many comparisons. */
export interface PreparedTitle {
  /** The words without legal forms and words such as `the`. */
  words: readonly TitleWord[]
  legalKind: LegalKind | undefined
  /** All words but legal forms, without spaces, and how that sounds. */
  joined: string
  joinedSound: string
  /** The number of words in them. */
  wordCount: number
  /** The name of the person that an entrepreneur's title is. */
  person: PreparedPerson | undefined
  /** The title as it was typed. */
  key: string
}

/** Returns how much a word tells one company from another, from 0 to 1; undefined if it is as rare as most. */
export type WeightOfWord = (word: NameWord) => number | undefined

/** Longer titles are cut. */
const longest = 300

/** Prepares the title of a company. Weights from the words of a base go before those of the shipped list. */
export function prepareTitle(title: string, weightOf?: WeightOfWord): PreparedTitle {
  const key = title.trim().slice(0, longest)
  const typed = typedWords(key)
  const { words, kind } = withoutLegalForms(typed)
  weakenNearForm(words)
  const telling = words.filter((word) => word.kind !== 'connector')
  const kept = uniqueWords(telling.length ? telling : words).slice(0, mostWords)
  for (const word of kept) word.weight = weightOf?.(word.word) ?? word.weight
  const joined = words.map(({ word }) => word.text).join('')
  return {
    words: kept,
    legalKind: kind,
    joined,
    joinedSound: words
      .map(({ word }) => word.sound)
      .join('')
      .replaceAll(/(.)\1+/g, '$1'),
    wordCount: words.length,
    person: isPerson(kind, words) ? preparePersonText(personText(words)) : undefined,
    key,
  }
}

interface TypedWord extends TitleWord {
  typed: string
}

/** A legal form without a space before it: `SiemensAG`. */
const gluedForm = /(?<=\p{Ll})(?=(?:AG|GmbH|LLC|Ltd|Inc|Corp|SA|AB|BV|ООО|ЗАО|АО)$)/u

/** Single letters with dots or slashes between them are one word: `S.A.`, `J. P. Morgan`, `A/S`. */
const dotted = /(?<![\p{L}\p{N}])(?:\p{L}[./] ?){1,}(?:\p{L}(?![\p{L}\p{N}]))?/gu

/** Joins the letters of one word, invisibly (U+2060), so that initials of a person are still known as such. */
const joiner = '\u2060'

function typedWords(title: string): TypedWord[] {
  const plain = title
    .replaceAll(/['’ʼ`‘]|(?<=\p{L})\?(?=\p{L})/gu, '')
    .replaceAll(dotted, (letters) => `${letters.replaceAll(/[./ ]+/g, joiner)} `)
  // Every second part is in parentheses.
  return plain.split(/[()]/).flatMap((part, index) =>
    part
      .split(/[^\p{L}\p{M}\p{N}\u2060]+/u)
      .flatMap((word) => word.split(gluedForm))
      .filter(Boolean)
      .map((word) => typedWord(word, index % 2 === 1)),
  )
}

function typedWord(typed: string, isInParentheses: boolean): TypedWord {
  const number = numberOf(typed)
  const word = prepareWord(number ?? typed.replaceAll(joiner, ''))
  const known = number === undefined ? kindOf(word) : 'number'
  // `(LA)` is a place, not an article.
  const kind = known === 'connector' && isInParentheses ? undefined : known
  const weight = kind && kind !== 'number' ? weightOfKind[kind] : 1
  return { typed, word, kind, weight, isInParentheses }
}

/** Makes the last word a common one if it is a legal form with a typing error. */
function weakenNearForm(words: readonly TypedWord[]): void {
  const last = words.findLast(({ isInParentheses }) => !isInParentheses)
  if (!last || words[0] === last || last.kind || !isNearlyForm(last.word.text, true)) return
  last.kind = 'descriptor'
  last.weight = weightOfKind.descriptor
}

const kindsBySound = new Map(
  [...titleWordKinds].flatMap(([text, kind]) =>
    /^[а-я]{4}/.test(text) ? [[soundOf(inLatin(text)), kind] as const] : [],
  ),
)

function kindOf(word: NameWord): TitleWord['kind'] {
  if (isNearlyForm(word.text, false)) return 'descriptor'
  if (word.text.length === 1 && (word.alphabet === 'latin' || word.alphabet === 'cyrillic'))
    return titleWordKinds.get(word.text) ?? 'number'
  return titleWordKinds.get(word.text) ?? (word.alphabet === 'latin' ? kindsBySound.get(word.sound) : undefined)
}

/** Returns the words with the dots of initials. */
function personText(words: readonly TypedWord[]): string {
  return words.map(({ typed }) => typed.replaceAll(joiner, '.')).join(' ')
}

function uniqueWords(words: readonly TypedWord[]): TypedWord[] {
  return words.filter((word, index) => {
    const isSame = (other: TypedWord) => other.word.text === word.word.text || isOneCommonWord(other, word)
    return !words.slice(0, index).some(isSame)
  })
}

/** Whether two words of one kind are one in other spelling: `partner` and `partners`, `center` and `centre`. */
export function isOneCommonWord(a: TitleWord, b: TitleWord): boolean {
  return (
    a.kind !== undefined && a.kind === b.kind && a.kind !== 'number' && typingErrors(a.word.text, b.word.text, 1) < 2
  )
}

/** An entrepreneur's title is a person's name. Other titles are if they have a patronymic. */
function isPerson(kind: LegalKind | undefined, words: readonly TypedWord[]): boolean {
  if (kind === 'sole') return true
  return !kind && words.length === 3 && words.some(({ word }) => word.isPatronymic)
}
