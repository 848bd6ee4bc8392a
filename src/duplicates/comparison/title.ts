import { typingErrors } from '../../names/edits.ts'
import { isTypingError, soundsOf } from './words.ts'

/** A title in the forms that are compared. */
export interface Title {
  /** How its words sound, without legal forms. */
  words: readonly string[]
  text: string
}

const legalForms = new Set(
  soundsOf(
    'ооо оао зао пао ао нао ип тоо ltd limited llc llp inc incorporated corp corporation co company plc gmbh ag sa ' +
      'srl bv nv the and of и',
  ),
)

/** Returns a title in the forms that are compared, or undefined if it has no letters. */
export function parseTitle(title: string): Title | undefined {
  const all = soundsOf(title)
  const words = all.filter((word) => !legalForms.has(word))
  const kept = words.length ? words : all
  return kept.length ? { words: kept, text: kept.join('') } : undefined
}

/** The levels of titles, from the closest agreement to none. */
export const titleLevels = ['same', 'typingError', 'part', 'similar', 'someWords', 'different'] as const

/** How two titles agree. */
export interface TitleAgreement {
  /** The place of the level. */
  level: number
  /** The words that both have. */
  shared: readonly string[]
}

/** Shorter titles of several words differ in a letter by chance. */
const shortestMistyped = 8

/** Compares two titles. */
export function compareTitles(a: Title, b: Title): TitleAgreement {
  if (a.text === b.text) return { level: 0, shared: a.words }
  const shared = a.words.filter((word) => b.words.some((other) => other === word || isTypingError(other, word)))
  const [common, shorter, longer] = [shared.join(''), ...[a.text, b.text].sort((x, y) => x.length - y.length)]
  const isMistyped = shorter!.length >= shortestMistyped && typingErrors(a.text, b.text, 2) <= 2
  if (isMistyped) return { level: 1, shared: a.words }
  if (shared.length === Math.min(a.words.length, b.words.length)) return { level: 2, shared }
  const share = common.length / longer!.length
  return { level: share >= 0.5 ? 3 : share >= 0.2 ? 4 : 5, shared }
}
