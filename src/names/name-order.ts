import { prepareWord } from './name-word.ts'
import { isInitials, isPatronymic, wordsOf } from './name-words.ts'

/** The order of first and last name in a text with both. */
export type NameOrder = 'firstLast' | 'lastFirst'

/** Ends of Russian surnames that first names do not have. */
const surname = /(ов|ова|ев|ева|ин|ина|ский|ская|цкий|цкая|енко|чук|юк|ян|дзе|швили|швили|ых|их)$/

/** Returns how much a name speaks for the last name first, or, below zero, for the first name first. */
export function orderEvidence(cell: string): number {
  // `Smith, John` is read by its comma.
  if (cell.includes(',')) return 0
  const words = wordsOf(cell)
  const [first = '', ...others] = words
  const last = words.at(-1) ?? ''
  if (words.length < 2 || words.length > 3) return 0
  if (words.length === 3 && isPatronymic(last) && !isPatronymic(others[0]!)) return 3
  if (words.length === 3 && isPatronymic(others[0]!)) return -3
  if (isInitials(first) !== isInitials(last)) return isInitials(last) ? 2 : -2
  const given = Number(isGiven(last)) - Number(isGiven(first))
  if (given) return given
  return Number(surname.test(fold(first))) - Number(surname.test(fold(last)))
}

/** Whether a word is a known given name, also in another transliteration. */
const isGiven = (word: string) => prepareWord(word).givenName !== undefined

function fold(word: string): string {
  return word.toLowerCase().replaceAll('ё', 'е')
}
