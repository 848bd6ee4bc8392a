import { sql } from 'kysely'
import type { Database } from '../../database/connect.ts'
import { type Fault, invalid } from '../../errors/problem.ts'
import type { SearchWord } from '../../fields/kind.ts'
import { phoneFragments } from '../../fields/phone.ts'
import { isStorable } from '../../json/json-text.ts'

/** A word of a search with its spellings in the index. It has several if its letters can be read in several ways. */
export interface Word extends SearchWord {
  keys: readonly string[]
}

/** The most characters of a search. */
export const mostCharacters = 200
/** The most words of a search. */
export const mostWords = 10

/** A letter or a digit. A search must have one. */
const searchable = /[\p{L}\p{N}]/u
/** A group of digits of a phone number. */
const digitGroup = /^\+?[\d().\-–/]*\d[\d().\-–/]*$/
/** A part of an address. Among several words, a word must match this to be searched as an address. */
const address = /^[\x21-\x7e]*[a-z0-9][._][a-z0-9][\x21-\x7e]*$/i
/** Initials, which are searched as separate words: `И.И.Петров`. Latin letters are excluded: they may be an address. */
const initials = /^(?:\p{Script=Cyrillic}\.)+\p{Script=Cyrillic}*$/u
/** The extension of a phone number: a short number after a word for it or after a comma. It is ignored. */
const extension = /(?<=\d[\s,;]*)(?:доб|вн|ext)\p{L}*\.?\s*\d{1,6}\s*$|(?<=(?:\d[\s().\-–/]*){10}),\s*\d{1,6}\s*$/iu

/** Splits a search text into words and phone numbers. Throws the faults of the text. */
export function parseSearchText(
  text: string,
  countries: readonly string[],
  at: Pick<Fault, 'pointer' | 'parameter'>,
): SearchWord[] {
  if (!isStorable(text)) throw invalid([{ ...at, code: 'invalid_characters' }])
  const parts = readParts(text.replace(extension, ''))
  if (!parts.length) throw invalid([{ ...at, code: text.trim() === '' ? 'required' : 'no_letters_or_digits' }])
  if (parts.length > mostWords) throw invalid([{ ...at, code: 'too_many', params: { limit: mostWords } }])
  const isAlone = parts.length === 1
  return parts.map(({ part, phones }) => ({
    text: part,
    digits: [...new Set(phones.flatMap((phone) => phoneFragments(phone, countries)))],
    isAddress: part.includes('@') || (isAlone ? /^(?!#)[\x21-\x7e]{3,}$/ : address).test(part),
  }))
}

/** A part of a search, and the phone numbers that it may be or belong to. */
interface Part {
  part: string
  phones: readonly string[]
}

/** Splits a text into parts. `8 (495) 123-45-67` is one number. `15 2026` are two, possibly of the same phone. */
function readParts(text: string): Part[] {
  const parts = text.split(/[\s,;"«»]+/).flatMap((part) => (initials.test(part) ? part.split('.') : [part]))
  const read: Part[] = []
  let numbers: string[] = []
  const endNumbers = () => {
    read.push(...joined(numbers))
    numbers = []
  }
  for (const part of parts.filter((one) => searchable.test(one))) {
    if (digitGroup.test(part)) {
      numbers.push(part)
    } else {
      endNumbers()
      read.push({ part, phones: [] })
    }
  }
  endNumbers()
  return read
}

/** From this number of digits, adjacent numbers are one phone. */
const phoneDigits = 7

function joined(numbers: readonly string[]): Part[] {
  const phone = numbers.join(' ')
  const isPhone = numbers.length > 1 && (/[+(]/.test(phone) || phone.replaceAll(/\D/g, '').length >= phoneDigits)
  if (isPhone) return [{ part: phone, phones: [phone] }]
  // Each number also matches as the whole phone, so the search finds the whole phone or the separate numbers.
  return numbers.map((part) => ({ part, phones: [part, phone] }))
}

/** Returns the words with their spellings in the index. */
export async function spellWords(db: Database, words: readonly SearchWord[]): Promise<Word[]> {
  const { rows } = await sql<{ keys: string[] }>`
    select search_spellings(word) as keys
    from unnest(${words.map(({ text }) => text)}::text[]) with ordinality as w (word, place) order by place`.execute(db)
  return words.map((word, index) => ({ ...word, keys: rows[index]!.keys.filter((key) => key !== '') }))
}
