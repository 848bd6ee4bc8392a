import type { NameOrder } from './name-order.ts'
import { prepareWord } from './name-word.ts'
import { isInitials, isLatinPatronymic, isPatronymic, particles, prefixes, suffixes, wordsOf } from './name-words.ts'

/** The parts of a name. */
export interface PersonName {
  honorific?: string
  firstName?: string
  middleName?: string
  lastName?: string
}

/**
 * Splits a full name in the order of its column. A comma, initials and a Russian patronymic say more than the order:
 * `Smith, John`, `Иванов И. И.`, `Петров Иван Сергеевич`. vCards separate the parts by semicolons, last name first.
 */
export function splitName(text: string, order: NameOrder): PersonName {
  if (text.includes(';')) return ofVcard(text)
  const [words, honorific] = withoutPrefix(wordsOf(text))
  const named = { ...(honorific && { honorific }), ...splitWords(words, order) }
  return Object.fromEntries(Object.entries(named).filter(([, part]) => part))
}

function splitWords(words: string[], order: NameOrder): PersonName {
  const comma = words.findIndex((word) => word.endsWith(','))
  if (comma >= 0 && comma < words.length - 1) {
    const [before, after] = [words.slice(0, comma + 1), words.slice(comma + 1)].map(withoutCommas) as [
      string[],
      string[],
    ]
    // `John Smith, Jr.` has a suffix after its comma.
    if (after.every((word) => suffixes.has(word.toLowerCase()))) return splitWords([...before, ...after], order)
    return { lastName: before.join(' '), ...given(after) }
  }
  const all = withoutCommas(words)
  const [a = '', b = '', c = ''] = all
  if (all.length === 1) return { firstName: a }
  if (all.length === 3 && isAfterFather(all)) return { lastName: a, firstName: b, middleName: c }
  if (all.length === 3 && (isPatronymic(b) || isLatinPatronymic(b))) return { firstName: a, middleName: b, lastName: c }
  if (isInitials(a) !== isInitials(all.at(-1)!)) {
    return isInitials(a)
      ? beforeLastName(
          all,
          all.findIndex((word) => !isInitials(word)),
        )
      : lastNameFirst(all)
  }
  return order === 'lastFirst' ? lastNameFirst(all) : beforeLastName(all, startOfLastName(all))
}

/** Whether the last of three words is a patronymic. It may be a last name that ends like one: `Роман Аркадьевич Абрамович`. */
function isAfterFather([a, b, c]: readonly string[]): boolean {
  if (isPatronymic(c!)) return !isPatronymic(b!)
  return isLatinPatronymic(c!) && !isLatinPatronymic(b!) && !prepareWord(a!).givenName
}

function beforeLastName(words: readonly string[], start: number): PersonName {
  return { ...given(words.slice(0, start)), lastName: words.slice(start).join(' ') }
}

/** A last name can begin with particles: `de la Cruz María`. */
function lastNameFirst(words: readonly string[]): PersonName {
  const end = Math.min(words.findIndex((word) => !particles.has(word.toLowerCase())) + 1 || 1, words.length - 1)
  return { lastName: words.slice(0, end).join(' '), ...given(words.slice(end)) }
}

/** Returns where the last name begins: at the last word, or before it, at its particles and without its suffixes. */
function startOfLastName(words: readonly string[]): number {
  let start = words.length - 1
  while (start > 1 && suffixes.has(words[start]!.toLowerCase())) start--
  while (start > 1 && particles.has(words[start - 1]!.toLowerCase())) start--
  return start
}

/** Splits the words besides the last name. Only initials and a patronymic are a middle name: `Anna Maria` is not. */
function given(words: readonly string[]): PersonName {
  const [first = '', ...others] = words
  // `И.И.` and `И. И.` are both initials of first and middle name.
  const [, one, two] = /^(\p{Lu}\.)((?:\p{Lu}\.)+)$/u.exec(first) ?? []
  if (one && two && !others.length) return { firstName: one, middleName: two }
  const hasMiddle = others.length > 0 && others.every((word) => isInitials(word) || isPatronymic(word))
  return hasMiddle ? { firstName: first, middleName: others.join(' ') } : { firstName: words.join(' ') }
}

function withoutPrefix(words: string[]): [string[], string | undefined] {
  const honorific = prefixes.get(words[0]?.toLowerCase() ?? '')
  return honorific && words.length > 1 ? [words.slice(1), honorific] : [words, undefined]
}

function withoutCommas(words: readonly string[]): string[] {
  return words.map((word) => word.replace(/,$/, '')).filter(Boolean)
}

function ofVcard(text: string): PersonName {
  const [lastName = '', firstName = '', middleName = ''] = text.split(';').map((part) => part.trim())
  return Object.fromEntries(Object.entries({ firstName, middleName, lastName }).filter(([, part]) => part))
}
