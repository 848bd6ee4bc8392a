import { hasTooManyMarks } from '../json/composed-text.ts'

/** Returns the normalized form of a name for comparison. */
export function normalizeName(name: string): string {
  if (hasTooManyMarks(name)) return name.trim()
  const letters = name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll('ё', 'е')
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
  // A name without letters and digits, such as `№`, is kept as it is.
  return letters || name.trim()
}
