import { hasTooManyMarks } from '../json/composed-text.ts'

/** Returns the normalized form of a name for comparison. */
export function normalizeName(name: string): string {
  if (hasTooManyMarks(name)) return name.trim()
  const letters = name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll('ё', 'е')
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
  // A name without letters and digits, such as `%`, is kept as it is.
  return letters || name.trim()
}

/** The forms in which the name of a column is looked up. */
export interface ColumnName {
  /** The normalized name. */
  whole: string
  /** The same with `0` instead of the number, if there is one: `phone0value` for `Phone 2 - Value`. */
  pattern?: string
  /** The same without the number. */
  bare?: string
  number?: number
}

/** Longer names belong to no field. */
const longestName = 500

/** Returns the forms in which the name of a column is looked up. */
export function columnName(name: string): ColumnName {
  if (name.length > longestName) return { whole: '' }
  const whole = normalizeName(name.replaceAll('#', '№'))
  const numbers = [...name.matchAll(/\d+/g)]
  const [found] = numbers
  if (!found || numbers.length > 1 || found[0].length > 2) return { whole }
  const withNumber = (text: string) => normalizeName(name.replaceAll('#', '№').replace(found[0], text))
  return { whole, pattern: withNumber('0'), bare: withNumber(''), number: Number(found[0]) }
}

/** Returns the normalized form of a known name, in which `{n}` stands for a number. */
export function knownName(name: string): string {
  return normalizeName(name.replaceAll('#', '№').replace('{n}', '0'))
}
