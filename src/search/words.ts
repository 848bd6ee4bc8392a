import { sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import type { SearchWord } from '../fields/kind.ts'
import { phoneFragments } from '../fields/phone.ts'
import { isStorable } from '../fields/text-kinds.ts'
import { type Fault, invalid } from '../http/problem.ts'

/** A word of a search with its spellings in the letters of the index: two where Latin letters can be read in two ways. */
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
/** What stands behind a phone number and is no part of it. */
const extension = /(?<=\d[\s,;]*)(?:доб|вн|ext)\p{L}*\.?\s*\d{1,6}\s*$/iu

/** Takes a search apart: words in any order, a phone number in one piece. Throws what is wrong with it. */
export function readWords(
  text: string,
  countries: readonly string[],
  at: Pick<Fault, 'pointer' | 'parameter'>,
): SearchWord[] {
  if (!isStorable(text)) throw invalid([{ ...at, code: 'invalid_characters' }])
  const parts = joinedNumbers(partsOf(text.replace(extension, '')))
  if (!parts.length) throw invalid([{ ...at, code: text.trim() === '' ? 'required' : 'no_letters_or_digits' }])
  if (parts.length > mostWords) throw invalid([{ ...at, code: 'too_many', params: { limit: mostWords } }])
  const isAlone = parts.length === 1
  return parts.map((part) => ({
    text: part,
    digits: digitGroup.test(part.replaceAll(' ', '')) ? phoneFragments(part, countries) : [],
    isAddress: part.includes('@') || (isAlone ? /^(?!#)[\x21-\x7e]{3,}$/ : address).test(part),
  }))
}

function partsOf(text: string): string[] {
  const parts = text.split(/[\s,;"«»]+/).flatMap((part) => (initials.test(part) ? part.split('.') : [part]))
  return parts.filter((part) => searchable.test(part))
}

/** `8 (495) 123-45-67` is one number; `15 2026` are two. */
function joinedNumbers(parts: readonly string[]): string[] {
  const joined: string[] = []
  for (let at = 0; at < parts.length; ) {
    const length = parts.slice(at).findIndex((part) => !digitGroup.test(part))
    const group = parts.slice(at, length < 0 ? parts.length : at + length)
    const number = group.join(' ')
    const isPhone = group.length > 1 && (/[+(]/.test(number) || number.replaceAll(/\D/g, '').length >= 7)
    joined.push(...(isPhone ? [number] : group), ...(length < 0 ? [] : [parts[at + length]!]))
    at += group.length + 1
  }
  return joined
}

/** The words as the index spells them. */
export async function spelled(db: Database, words: readonly SearchWord[]): Promise<Word[]> {
  const { rows } = await sql<{ keys: string[] }>`
    select array[search_spelling(word, true), search_spelling(word, false)] as keys
    from unnest(${words.map(({ text }) => text)}::text[]) with ordinality as w (word, place) order by place`.execute(db)
  return words.map((word, index) => ({ ...word, keys: [...new Set(rows[index]!.keys)].filter((key) => key !== '') }))
}
