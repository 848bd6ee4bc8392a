import { typingErrors } from '../../names/edits.ts'
import { addressLevels, compareLines } from './address.ts'
import { atLevel, type Comparison } from './comparison.ts'
import { valueHash } from './values.ts'
import { isTypingError } from './words.ts'

/** Compares streets, houses and flats. */
const address: Comparison = {
  code: 'address',
  levels: addressLevels,
  explained: 3,
  paths: ['address.lines'],
  sharedValues: 'rarest',
  isIdentifier: false,
  identifies: true,
  compare({ a: { address: a }, b: { address: b } }) {
    if (!a || !b || !(a.street.length || a.house) || !(b.street.length || b.house)) return undefined
    return atLevel(compareLines(a, b))
  },
}

const placeLevels = ['same', 'typingError', 'similar', 'different'] as const

function place(code: 'city' | 'postalCode', areSimilar: (a: string, b: string) => boolean): Comparison {
  return {
    code,
    levels: placeLevels,
    explained: 2,
    paths: [`address.${code}`],
    sharedValues: 'rarest',
    isIdentifier: false,
    identifies: false,
    compare({ a: { address: one }, b: { address: other } }) {
      const [a, b] = [one?.[code], other?.[code]]
      if (!a || !b) return undefined
      if (a === b) return { level: 0, values: [valueHash(code, a)] }
      if (isTypingError(a, b)) return atLevel(1)
      return atLevel(areSimilar(a, b) ? 2 : 3)
    },
  }
}

/** Whether at most two letters in five differ. */
function areSimilarTexts(a: string, b: string): boolean {
  const most = Math.floor(Math.max(a.length, b.length) * 0.4)
  return typingErrors(a, b, most) <= most
}

/** Comparisons of the parts of addresses. */
export const placeComparisons: readonly Comparison[] = [
  address,
  place('city', areSimilarTexts),
  // The first digits of a postal code are those of a region.
  place('postalCode', (a, b) => a.slice(0, 3) === b.slice(0, 3)),
]
