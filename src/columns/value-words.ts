import type { Fault } from '../errors/problem.ts'
import type { CsvColumn } from '../fields/kind.ts'
import { valueWords } from './known/value-words.ts'
import { normalizeName } from './name.ts'

const codesOf = new Map<string, ReadonlyMap<string, string>>()

/** Returns the codes of standard values by the words that files use for them. Undefined if the field has none. */
function codesByWord(name: string): ReadonlyMap<string, string> | undefined {
  const words = valueWords[name]
  if (!words) return undefined
  const known = codesOf.get(name)
  if (known) return known
  const codes = Object.entries(words).flatMap(([code, list]) => list.map((word) => [wordOf(word), code] as const))
  codesOf.set(name, new Map(codes))
  return new Map(codes)
}

/** Ranges and signs differ by their punctuation only: `$`, `500+`. */
function wordOf(text: string): string {
  return /^\p{L}/u.test(text) ? normalizeName(text) : text.toLowerCase().trim()
}

/** Returns a column that also reads the words that files use for standard values, unless they are labels of others. */
export function withValueWords(column: CsvColumn): CsvColumn {
  const { settings, code } = column.field
  const codes = codesByWord(settings.dictionary ?? code)
  if (!codes) return column
  return {
    ...column,
    read(text, place) {
      const faults: Fault[] = []
      const value = column.read(text, { ...place, faults })
      const known = value === undefined ? codes.get(wordOf(text)) : undefined
      const meant = known === undefined ? undefined : column.read(known, { ...place, faults: [] })
      if (meant !== undefined) return meant
      place.faults.push(...faults)
      return value
    },
  }
}
