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
  /** The first letters of the full forms: `а` and `a` for `саша`. */
  initials: string
}

const byWord = new Map<string, GivenName>()
const bySound = new Map<string, GivenName>()

function add(known: Map<string, GivenName>, word: string, { names, isShort, initials }: GivenName) {
  const before = known.get(word)
  known.set(word, {
    names: [...new Set([...(before?.names ?? []), ...names])],
    isShort: isShort && (before?.isShort ?? true),
    initials: (before?.initials ?? '') + initials,
  })
}

const wordsOf = (text: string) => text.split(/\s+/).filter(Boolean)

/** One name of a few words in a line of its own, and each of the other words alone. */
const lines = [...`${slavicGivenNames}${westernGivenNames}`.split('\n'), ...wordsOf(moreGivenNames)].filter(Boolean)

for (const [name, line] of lines.entries()) {
  const [full = '', short = ''] = line.split(':')
  const initials = wordsOf(full)
    .map(([first]) => first)
    .join('')
  for (const word of wordsOf(full)) add(byWord, word, { names: [name], isShort: false, initials })
  for (const word of wordsOf(short)) add(byWord, word, { names: [name], isShort: true, initials })
}
// Names that are written in Latin letters anyway have one spelling. Words that sound like them may be last names.
for (const [word, name] of byWord) if (/^[а-я]/.test(word)) add(bySound, soundOf(inLatin(word)), name)
// Words of both alphabets that sound alike are one name: `natasha` is `наташа` too.
for (const [word, name] of byWord) {
  const alike = /^[a-z]/.test(word) && bySound.get(soundOf(word))
  if (alike) byWord.set(word, { ...alike, names: [...new Set([...name.names, ...alike.names])] })
}

/** Sounds of two letters belong to many words. */
const shortestSound = 3

/** A typing error often makes a short sound of another name: `jlia` sounds like `Илья`. */
const shortestSureSound = 5

/** Returns the given name that a folded word is, also in another transliteration, or undefined: `sergej`. */
export function givenNameOf(word: string, sound: string): GivenName | undefined {
  return byWord.get(word) ?? (sound.length < shortestSound ? undefined : bySound.get(sound))
}

/** Returns whether a word is surely a given name, and not another one with a typing error. */
export function isGivenName(word: string, sound: string): boolean {
  return byWord.has(word) || (sound.length >= shortestSureSound && bySound.has(sound))
}

/** Returns whether two words stand for one given name, such as `саша` and `александр`. */
export function isSameGivenName(a: GivenName, b: GivenName): boolean {
  if (a === b) return true
  for (const name of a.names) if (b.names.includes(name)) return true
  return false
}
