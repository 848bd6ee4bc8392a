import { inLatin, soundOf } from './letters.ts'
import { moreGivenNames } from './tables/more-given-names.ts'
import { slavicGivenNames } from './tables/slavic-given-names.ts'
import { westernGivenNames } from './tables/western-given-names.ts'

/** A word that is a given name. */
export interface GivenName {
  /** The names that it stands for: `sam` stands for Samuel and for Samantha. */
  names: readonly number[]
  /** Whether it is a short form of all these names. */
  isShort: boolean
}

const byWord = new Map<string, GivenName>()
const bySound = new Map<string, GivenName>()

function add(known: Map<string, GivenName>, word: string, { names, isShort }: GivenName) {
  const before = known.get(word)
  known.set(word, {
    names: [...new Set([...(before?.names ?? []), ...names])],
    isShort: isShort && (before?.isShort ?? true),
  })
}

const wordsOf = (text: string) => text.split(/\s+/).filter(Boolean)

/** One name of a few words in a line of its own, and each of the other words alone. */
const lines = [...`${slavicGivenNames}${westernGivenNames}`.split('\n'), ...wordsOf(moreGivenNames)].filter(Boolean)

for (const [name, line] of lines.entries()) {
  const [full = '', short = ''] = line.split(':')
  for (const word of wordsOf(full)) add(byWord, word, { names: [name], isShort: false })
  for (const word of wordsOf(short)) add(byWord, word, { names: [name], isShort: true })
}
for (const [word, givenName] of byWord) {
  // Names that are written in Latin letters anyway have one spelling. Words that sound like them may be last names.
  if (/^[а-я]/.test(word)) add(bySound, soundOf(inLatin(word)), givenName)
}

/** Known given names with their short forms, in lower case and with `е` for `ё`. */
export const firstNames: ReadonlySet<string> = new Set(byWord.keys())

/** Sounds of two letters belong to too many words. */
const shortestSound = 3

/** Returns the given name that a folded word is, or undefined. With a sound, it may be transliterated: `sasha`. */
export function givenNameOf(word: string, sound?: string): GivenName | undefined {
  const known = byWord.get(word)
  if (known || !sound || sound.length < shortestSound) return known
  return bySound.get(sound)
}

/** Returns whether two words stand for one given name, such as `саша` and `александр`. */
export function isSameGivenName(a: GivenName, b: GivenName): boolean {
  if (a === b) return true
  for (const name of a.names) if (b.names.includes(name)) return true
  return false
}
