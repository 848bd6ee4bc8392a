import { typingErrors } from '../../names/edits.ts'
import { blockMarks, directions, flatMarks, houseMarks, placeTypes, streetTypes } from './address-words.ts'
import type { ComparedAddress } from './compared-record.ts'
import { isTypingError, soundOf, soundsOf, wordsOf } from './words.ts'

/** An address in the forms that are compared. */
export interface Address extends Lines {
  city: string | undefined
  postalCode: string | undefined
}

/** The parts of the lines of an address. */
interface Lines {
  street: readonly string[]
  house: string | undefined
  flat: string | undefined
}

/** Returns an address in the forms that are compared. */
export function parseAddress({ lines, city, postalCode }: ComparedAddress): Address | undefined {
  const address = {
    ...parseLines(wordsOf((lines ?? '').replaceAll(ordinalHyphen, ''))),
    city: (city && soundsOf(city).join('')) || undefined,
    postalCode: postalCode?.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '') || undefined,
  }
  const { street, house } = address
  return street.length || house || address.city || address.postalCode ? address : undefined
}

/** `51st Street`, `1-я Парковая`. */
const ordinal = /^(\d+)(?:st|nd|rd|th|я|й|ая|ый|ой)$/
const ordinalHyphen = /(?<=\d)-(?=(?:я|й|ая|ый|ой)(?!\p{L}))/gu

function parseLines(words: readonly string[]): Lines {
  const street: string[] = []
  const found: { house?: string; flat?: string } = {}
  for (let index = 0; index < words.length; index++) {
    const [word = '', next = ''] = words.slice(index, index + 2)
    const part = numberedPart(word, next, found.house)
    if (part) {
      found[part] = (blockMarks.has(word) ? `${found.house}${soundOf(word[0]!)}` : '') + soundOf(next)
      index++
    } else if (ordinal.test(word)) street.push(word.replace(ordinal, '$1'))
    else if (/^\d+\p{L}?$/u.test(word)) {
      if (found.house === undefined) found.house = soundOf(word)
      else if (found.flat === undefined && street.length) found.flat = soundOf(word)
      else street.push(word)
    } else if (/^[а-я]$/.test(word) && /\d$/.test(found.house ?? '')) found.house += soundOf(word)
    else if (!streetTypes.has(word) && !placeTypes.has(word)) street.push(directions[word] ?? soundOf(word))
  }
  return { street, house: found.house, flat: found.flat }
}

/** Returns what the next word is the number of: `д. 5`, `корп. 2`, `кв. 7`. */
function numberedPart(word: string, next: string, house: string | undefined): 'house' | 'flat' | undefined {
  if (flatMarks.has(word) && next) return 'flat'
  if (houseMarks.has(word) && /^\d/.test(next)) return 'house'
  return blockMarks.has(word) && house && /^\d|^.$/.test(next) ? 'house' : undefined
}

/** The levels of streets, houses and flats. */
export const addressLevels = [
  'same',
  'part',
  'street',
  'otherFlat',
  'nearHouse',
  'similarStreet',
  'otherHouse',
  'different',
] as const

/** Streets that are one, and those that are similar. */
const [sameStreet, similarStreet] = [0.75, 0.4]

/** Returns the place of the level at which the streets, houses and flats of two addresses agree. */
export function compareLines(a: Lines, b: Lines): number {
  const likeness = streetLikeness(a.street, b.street)
  const areHouses = a.house !== undefined && b.house !== undefined
  const isSameHouse = areHouses && a.house === b.house
  if (likeness < sameStreet) return likeness >= similarStreet && isSameHouse ? 5 : 7
  if (!areHouses) return 2
  if (!isSameHouse) return typingErrors(a.house!, b.house!, 1) === 1 ? 4 : 6
  if (a.flat === undefined || b.flat === undefined) return 1
  return a.flat === b.flat ? 0 : 3
}

/** Returns how alike two streets are: 1 if they are the same, or if one is a part of the other. */
function streetLikeness(a: readonly string[], b: readonly string[]): number {
  const [textA, textB] = [a.join(''), b.join('')]
  if (textA === textB) return 1
  if (!textA || !textB) return 0
  const isFirstShort = textA.length < textB.length || (textA.length === textB.length && textA < textB)
  const [short, long] = isFirstShort ? [a, b] : [b, a]
  let found = 0
  for (const word of short) {
    if (long.includes(word) || long.some((other) => isTypingError(other, word))) found += word.length
  }
  const share = found / Math.min(textA.length, textB.length)
  if (share >= sameStreet) return share
  const length = Math.max(textA.length, textB.length)
  const errors = typingErrors(textA, textB, Math.floor(length * (1 - similarStreet)))
  return Math.max(share, 1 - errors / length)
}
