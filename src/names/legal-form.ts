import { typingErrors } from './edits.ts'
import { foldWord, inLatin, soundOf } from './letters.ts'
import type { NameWord } from './name-word.ts'
import { frequentForms, type LegalKind, leadingForms, legalForms } from './tables/legal-forms.ts'

interface Form {
  /** The sounds of its words. */
  sounds: readonly string[]
  kind: LegalKind
}

const soundsOf = (text: string) =>
  text
    .trim()
    .split(/\s+/)
    .map((word) => soundOf(inLatin(foldWord(word))))

const allForms = (Object.keys(legalForms) as LegalKind[]).flatMap((kind) =>
  legalForms[kind].split('|').map((text) => ({ text: foldWord(text.trim()), form: { sounds: soundsOf(text), kind } })),
)

/** Forms of one word by their letters: `JP` sounds like `ИП`, and `too` is a word, while `ТОО` is a form. */
const shortForms: ReadonlyMap<string, Form> = new Map(
  allForms
    .filter(({ form }) => form.sounds.length === 1)
    .flatMap(({ text, form }) =>
      [text, ...(leadingForms.has(inLatin(text)) ? [inLatin(text)] : [])].map((word) => [word, form]),
    ),
)

/** Forms of several words by the sound of the first, the longest first. */
const longForms = Map.groupBy(
  allForms
    .map(({ form }) => form)
    .filter(({ sounds }) => sounds.length > 1)
    .sort((a, b) => b.sounds.length - a.sounds.length),
  ({ sounds }) => sounds[0]!,
)

const anywhere = new Set(frequentForms)

/** A word of a title that may belong to a legal form. */
interface Soundable {
  word: NameWord
  /** Words in parentheses may stand behind the legal form: `Acme Ltd (Detroit)`. */
  isInParentheses: boolean
}

/** Words of a title without legal forms, and the kind of the form that says most. */
export interface WithoutForms<Word> {
  words: readonly Word[]
  kind: LegalKind | undefined
}

/** Takes the legal forms out of a title. A title of nothing else keeps its words. */
export function withoutLegalForms<Word extends Soundable>(words: readonly Word[]): WithoutForms<Word> {
  const left: Word[] = []
  let kind: LegalKind | undefined
  let at = 0
  while (at < words.length) {
    const form = formAt(words, at, left.length === 0)
    if (!form) left.push(words[at++]!)
    else {
      at += form.sounds.length
      kind = !kind || kind === 'any' ? form.kind : kind
    }
  }
  if (!left.some(({ isInParentheses }) => !isInParentheses)) return { words, kind: undefined }
  return { words: left, kind }
}

function formAt(words: readonly Soundable[], at: number, isStart: boolean): Form | undefined {
  const form = anyFormAt(words, at)
  return form && mayStand(words, at, form, isStart) ? form : undefined
}

function anyFormAt(words: readonly Soundable[], at: number): Form | undefined {
  const { sound, text } = words[at]!.word
  const long = longForms.get(sound)?.find((form) => form.sounds.every((each, i) => words[at + i]?.word.sound === each))
  return long ?? shortForms.get(text)
}

/** Short forms are words of other meanings too, so that most stand at the end only. */
function mayStand(words: readonly Soundable[], at: number, { sounds }: Form, isStart: boolean): boolean {
  const { text, alphabet } = words[at]!.word
  if (sounds.length > 2 || anywhere.has(text) || isLast(words, at + sounds.length)) return true
  return isStart && (sounds.length > 1 || leadingForms.has(text) || alphabet === 'cyrillic')
}

/** Whether nothing but legal forms and words in parentheses follow. */
function isLast(words: readonly Soundable[], at: number): boolean {
  let next = at
  while (next < words.length) {
    const form = words[next]!.isInParentheses ? undefined : anyFormAt(words, next)
    if (!form && !words[next]!.isInParentheses) return false
    next += form?.sounds.length ?? 1
  }
  return true
}

/** Long forms are told by the other letters when the first one is wrong. */
const shortestLong = 7

/** Returns whether a word is a legal form with a typing error: `LLTD`, `Corportion`; at the end of a title also `LCL`. */
export function isNearlyForm(text: string, isAtEnd: boolean): boolean {
  if (text.length < (isAtEnd ? 2 : 4)) return false
  return frequentForms.some(
    (form) => (form[0] === text[0] || form.length >= shortestLong) && typingErrors(form, text, 1) === 1,
  )
}
