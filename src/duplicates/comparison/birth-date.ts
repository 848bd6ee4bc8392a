import { typingErrors } from '../../names/edits.ts'

/** The levels of dates of birth. */
export const birthDateLevels = ['same', 'typingError', 'twoParts', 'sameYear', 'different'] as const

/** Returns the place of the level at which two ISO dates agree. Day and month that changed places are a typing error. */
export function compareBirthDates(a: string, b: string): number {
  if (a === b) return 0
  const [[yearA, monthA, dayA], [yearB, monthB, dayB]] = [partsOf(a), partsOf(b)]
  if (yearA === yearB && monthA === dayB && dayA === monthB) return 1
  if (typingErrors(a, b, 1) === 1) return 1
  const same = Number(yearA === yearB) + Number(monthA === monthB) + Number(dayA === dayB)
  if (same === 2) return 2
  return yearA === yearB ? 3 : 4
}

const partsOf = (date: string) => [date.slice(0, 4), date.slice(5, 7), date.slice(8)]
