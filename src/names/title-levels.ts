import type { PersonReason } from './person-levels.ts'
import { reasonSet } from './reasons.ts'

/** How well two titles of companies agree, from worst to best. */
export const titleLevels = [
  /** One of the two is empty. */
  'missing',
  'different',
  /** At least half of what tells companies apart agrees. */
  'similar',
  /** All but a number agrees: `School No 5`, `School No 7`. */
  'otherNumber',
  /** All but a line of business or a place agrees: sister companies. */
  'otherBranch',
  /** All words of the one are in the other, which has more. */
  'contained',
  /** One has initials where the other has words. */
  'abbreviated',
  'typingError',
  /** All but words such as `group`, or words in parentheses, agrees. */
  'partial',
  'transliterated',
  'equal',
] as const

/** How well two titles of companies agree. */
export type TitleLevel = (typeof titleLevels)[number]

/** What two titles have in common, and what not. */
export const titleReasons = [
  'title_equal',
  'title_spelling',
  'title_reordered',
  'title_transliterated',
  'title_sounds_alike',
  'title_typing_error',
  'title_similar',
  'title_words_joined',
  'title_acronym',
  'title_word_missing',
  'title_common_word_missing',
  'title_addition_missing',
  'title_legal_form_missing',
  'title_other_legal_form',
  'title_other_number',
  'title_other_branch',
  'title_other_word',
  'title_different',
] as const

/** What two titles have in common, or what not. */
export type TitleReason = (typeof titleReasons)[number]

/** Sets of reasons. */
export const titleReasonSet = reasonSet(titleReasons)

/** How well the legal forms of two titles agree, from worst to best. */
export const legalFormLevels = [
  'missing',
  /** An entrepreneur, an agency or a nonprofit organization, and something else. */
  'contradictory',
  'different',
  'equal',
] as const

/** How well the legal forms of two titles agree. */
export type LegalFormLevel = (typeof legalFormLevels)[number]

/** How two titles of companies agree. */
export interface TitleComparison {
  level: TitleLevel
  legalForm: LegalFormLevel
  /** Reasons in the order of `titleReasons`; of two entrepreneurs also those of persons. */
  reasons: readonly (TitleReason | PersonReason)[]
  /** From 0 to 1: the share of the weight of all words that agrees. */
  similarity: number
}
