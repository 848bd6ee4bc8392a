import { sql } from 'kysely'
import type { Database } from '../../database/connect.ts'
import { type Fault, invalid } from '../../errors/problem.ts'
import type { SearchWord } from '../../fields/kind.ts'
import { phoneFragments } from '../../fields/phone.ts'
import { isStorable } from '../../json/json-text.ts'

/** A word of a search with its spellings in the letters of the index: several where letters can be read in several ways. */
export interface Word extends SearchWord {
  keys: readonly string[]
}

/** Most characters of a search. */
export const mostCharacters = 200
/** Most words that are searched for at once. */
export const mostWords = 10

/** What makes a text a search at all. */
const searchable = /[\p{L}\p{N}]/u
/** A part of a phone number as people group its digits. */
const digitGroup = /^\+?[\d().\-–/]*\d[\d().\-–/]*$/
/** With other words beside it only what has the signs of an address is taken for a part of one. */
const address = /^[\x21-\x7e]*[a-z0-9][._][a-z0-9][\x21-\x7e]*$/i
/** Initials, each of which begins a name of its own: `И.И.Петров`; in Latin letters it might be an address. */
const initials = /^(?:\p{Script=Cyrillic}\.)+\p{Script=Cyrillic}*$/u
/** What stands behind a phone number and is no part of it: a short number after a word for it, or after a comma. */
const extension = /(?<=\d[\s,;]*)(?:доб|вн|ext)\p{L}*\.?\s*\d{1,6}\s*$|(?<=(?:\d[\s().\-–/]*){10}),\s*\d{1,6}\s*$/iu

/** Takes a search apart: words in any order, a phone number in one piece. Throws what is wrong with it. */
export function readWords(
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

/** A part of a search, and the phone numbers that it may be, or be in. */
interface Part {
  part: string
  phones: readonly string[]
}

/** `8 (495) 123-45-67` is one number; `15 2026` are two, and they may be parts of the same phone. */
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

/** Digits from which on numbers beside each other are nothing but one phone. */
const phoneDigits = 7

function joined(numbers: readonly string[]): Part[] {
  const phone = numbers.join(' ')
  const isPhone = numbers.length > 1 && (/[+(]/.test(phone) || phone.replaceAll(/\D/g, '').length >= phoneDigits)
  if (isPhone) return [{ part: phone, phones: [phone] }]
  // Each of them having the whole as another way to be found, all are found by the whole, or each by itself.
  return numbers.map((part) => ({ part, phones: [part, phone] }))
}

/** The words as the index spells them. */
export async function spelled(db: Database, words: readonly SearchWord[]): Promise<Word[]> {
  const { rows } = await sql<{ keys: string[] }>`
    select search_spellings(word) as keys
    from unnest(${words.map(({ text }) => text)}::text[]) with ordinality as w (word, place) order by place`.execute(db)
  return words.map((word, index) => ({ ...word, keys: rows[index]!.keys.filter((key) => key !== '') }))
}
