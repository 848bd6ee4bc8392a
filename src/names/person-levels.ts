import { reasonSet } from './reasons.ts'

/** How well a part of two names agrees, from worst to best. */
export const partLevels = [
  /** One of the two names does not have this part. */
  'missing',
  /** Two known names that are different: evidence of two persons. */
  'contradictory',
  'different',
  'initial',
  'similar',
  'typingError',
  /** Two forms of one name: a short one, one of another language, a feminine last name. */
  'variant',
  /** A double name, of which one side has a part only. */
  'partial',
  'soundsAlike',
  'transliterated',
  'equal',
] as const

/** How well a part of two names agrees. */
export type PartLevel = (typeof partLevels)[number]

/** How well two names of persons agree, from worst to best. */
export const personLevels = [
  /** One of the two is empty. */
  'missing',
  'different',
  /** The given name agrees; the last name does not, or is missing. */
  'givenNameOnly',
  /** The last name agrees, and given names, middle names or generations contradict: relatives or namesakes. */
  'otherPerson',
  /** The last name agrees; the given name is missing. */
  'lastNameOnly',
  'initials',
  'similar',
  'typingError',
  'variant',
  /** All that both names have is equal, but one has more: a middle name, a second last name. */
  'partial',
  'transliterated',
  'equal',
] as const

/** How well two names of persons agree. */
export type PersonLevel = (typeof personLevels)[number]

/** What two names have in common, and what not. */
export const personReasons = [
  'name_equal',
  'name_spelling',
  'name_reordered',
  'name_transliterated',
  'name_sounds_alike',
  'name_typing_error',
  'name_similar',
  'name_initials',
  'name_words_joined',
  'given_name_short_form',
  'given_name_of_other_language',
  'given_name_part_missing',
  'given_name_missing',
  'middle_name_missing',
  'last_name_missing',
  'last_name_part_missing',
  'last_name_feminine_form',
  'other_given_name',
  'other_middle_name',
  'other_last_name',
  'other_generation',
  'name_different',
] as const

/** What two names have in common, or what not. */
export type PersonReason = (typeof personReasons)[number]

/** Sets of reasons. */
export const personReasonSet = reasonSet(personReasons)

/** How two names of persons agree. */
export interface PersonComparison {
  level: PersonLevel
  given: PartLevel
  middle: PartLevel
  last: PartLevel
  /** Reasons in the order of `personReasons`. */
  reasons: readonly PersonReason[]
  /** From 0 to 1: the share of words that agree. Words that contradict each other weigh more than missing words. */
  similarity: number
}
