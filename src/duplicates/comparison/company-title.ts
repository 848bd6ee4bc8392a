import { type PreparedTitle, prepareTitle } from '../../names/title.ts'
import { compareTitles as compareTitleNames } from '../../names/title-comparison.ts'
import type { TitleLevel } from '../../names/title-levels.ts'

/** A title in the forms that are compared. */
export interface CompanyTitle {
  prepared: PreparedTitle
  /** How its words sound, without legal forms. */
  sounds: readonly string[]
}

/** The levels of titles, from the closest agreement to none. */
export const titleLevels = [
  'equal',
  'transliterated',
  'partial',
  'typingError',
  'abbreviated',
  'contained',
  'similar',
  'otherBranch',
  'otherNumber',
  /** Less than half agrees. */
  'someWords',
  'different',
] as const satisfies readonly (TitleLevel | 'someWords')[]

/** Returns a title in the forms that are compared, or undefined if it has no words. */
export function parseTitle(title: string): CompanyTitle | undefined {
  const prepared = prepareTitle(title)
  const sounds = prepared.words.map(({ word }) => word.sound).filter(Boolean)
  return sounds.length ? { prepared, sounds } : undefined
}

/** How two titles agree. */
export interface TitleAgreement {
  /** The place of the level. */
  level: number
  /** The sounds of the words that both have. */
  shared: readonly string[]
}

/** Titles that agree less are different. */
const leastSimilar = 0.2

/** Compares two titles. */
export function compareTitles(a: CompanyTitle, b: CompanyTitle): TitleAgreement {
  const { level, similarity } = compareTitleNames(a.prepared, b.prepared)
  const shared = [...new Set(a.sounds)].filter((sound) => b.sounds.includes(sound))
  // Titles whose words are all mistyped or joined are as rare as one of them.
  const first = a.prepared.key < b.prepared.key ? a : b
  const isClose = level !== 'different' && level !== 'missing'
  const found = isClose ? level : similarity >= leastSimilar ? 'someWords' : 'different'
  return { level: titleLevels.indexOf(found), shared: shared.length || !isClose ? shared : first.sounds }
}
