import { typingErrors } from '../../names/edits.ts'
import { soundsOf } from './words.ts'

/** A value of a field that an administrator has added, in the forms that are compared. */
export interface ExtraValue {
  text: string
  words: ReadonlySet<string>
  /** Whether a typing error can be told from another value: at least five letters and digits, with a digit. */
  isIdentifier: boolean
}

/** Returns the values of a field in the form that is compared. */
export function parseExtra(values: readonly string[]): ExtraValue | undefined {
  const words = soundsOf(values.join(' '))
  const text = words.join('')
  if (!text) return undefined
  return { text, words: new Set(words), isIdentifier: text.length >= 5 && text.length <= 30 && /\d/.test(text) }
}

/** The levels of fields that an administrator has added. */
export const extraLevels = ['same', 'typingError', 'similar', 'different'] as const

/** Returns the place of the level at which two values agree. */
export function compareExtra(a: ExtraValue, b: ExtraValue): number {
  if (a.text === b.text) return 0
  if (a.isIdentifier && b.isIdentifier) return typingErrors(a.text, b.text, 1) === 1 ? 1 : 3
  const common = [...a.words].filter((word) => b.words.has(word)).length
  return common / Math.max(a.words.size, b.words.size) >= 0.5 ? 2 : 3
}
