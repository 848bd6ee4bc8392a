import { typingErrors } from './edits.ts'
import { foldWord, inLatin, soundOf } from './letters.ts'
import type { NameWord } from './name-word.ts'
import { frequentForms, type LegalKind, leadingForms, legalForms } from './tables/legal-forms.ts'

interface Form {
  /** A form of one word is compared by its letters: `JP` sounds like `ИП`. Longer ones are compared by their sounds. */
  words: readonly string[]
  kind: LegalKind
}

const latinOf = (word: string) => inLatin(foldWord(word))

const allForms = (Object.keys(legalForms) as LegalKind[]).flatMap((kind) =>
  legalForms[kind].split('|').map((form): Form => {
    const words = form.trim().split(/\s+/).map(latinOf)
    return { words: words.length > 1 ? words.map(soundOf) : words, kind }
  }),
)

const shortForms = new Map(
  allForms.flatMap((form) => (form.words.length === 1 ? [[form.words[0]!, form] as const] : [])),
)

/** Forms of several words by the sound of the first, the longest first. */
const longForms = Map.groupBy(
  allForms.filter(({ words }) => words.length > 1).sort((a, b) => b.words.length - a.words.length),
  ({ words }) => words[0]!,
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
      at += form.words.length
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
  const { sound, latin } = words[at]!.word
  const long = longForms.get(sound)?.find((form) => form.words.every((word, i) => words[at + i]?.word.sound === word))
  return long ?? shortForms.get(latin)
}

/** Short forms are words of other meanings too, so that most stand at the end only. */
function mayStand(words: readonly Soundable[], at: number, { words: form }: Form, isStart: boolean): boolean {
  if (form.length > 2 || anywhere.has(form[0]!) || isLast(words, at + form.length)) return true
  return isStart && (form.length > 1 || leadingForms.has(form[0]!) || words[at]!.word.alphabet === 'cyrillic')
}

/** Whether nothing but legal forms and words in parentheses follow. */
function isLast(words: readonly Soundable[], at: number): boolean {
  let next = at
  while (next < words.length) {
    const form = words[next]!.isInParentheses ? undefined : anyFormAt(words, next)
    if (!form && !words[next]!.isInParentheses) return false
    next += form?.words.length ?? 1
  }
  return true
}

/** Returns whether a word is a legal form with a typing error: `LLTD`, `Corportion`. */
export function isNearlyForm(text: string): boolean {
  return text.length > 3 && frequentForms.some((form) => form[0] === text[0] && typingErrors(form, text, 1) === 1)
}
