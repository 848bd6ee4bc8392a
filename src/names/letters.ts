import anyAscii from 'any-ascii'

/** The alphabet of a word. Words of two alphabets are compared by their sound. */
export type Alphabet = 'latin' | 'cyrillic' | 'chinese' | 'other'

/** Latin letters that look like Cyrillic ones, and the Cyrillic ones in the same order. */
const latinTwins = 'aeopcxykmthb'
const cyrillicTwins = 'аеорсхукмтнв'

/**
 * Returns a word in lower case, without accents, and with `е` for `ё`. A word with letters of both alphabets is typed
 * with twins, such as `Пeтров` with a Latin `e`. It gets the alphabet of most of its letters.
 */
export function foldWord(word: string): string {
  const lower = word.toLowerCase()
  if (/^[a-zа-я0-9]*$/.test(lower)) return /[a-z]/.test(lower) && /[а-я]/.test(lower) ? inOneAlphabet(lower) : lower
  const plain = lower
    .replaceAll('ё', 'е')
    .replaceAll(/[^\p{L}\p{N}\p{M}]/gu, '')
    .replaceAll(/[\u00df-\u024f\u1e00-\u1eff]/g, anyAscii)
  return /[a-z]/.test(plain) && /[а-я]/.test(plain) ? inOneAlphabet(plain) : plain
}

function inOneAlphabet(word: string): string {
  const latin = word.match(/[a-z]/g)?.length ?? 0
  const [from, to] = latin * 2 > word.length ? [cyrillicTwins, latinTwins] : [latinTwins, cyrillicTwins]
  return word.replaceAll(/./g, (letter) => to[from.indexOf(letter)] ?? letter)
}

/**
 * Returns a folded word in Latin letters if all its letters have twins in the other alphabet, so that nobody can see which
 * one it is typed in: `1С`, `ТМ`, `Х5`. Returns undefined for other words.
 */
export function lookalikeOf(word: string): string | undefined {
  let lookalike = ''
  for (const letter of word) {
    const twin = cyrillicTwins.indexOf(letter)
    if (twin < 0 && !latinTwins.includes(letter) && !/[0-9]/.test(letter)) return undefined
    lookalike += latinTwins[twin] ?? letter
  }
  return lookalike
}

/** Returns the alphabet of a folded word. */
export function alphabetOf(word: string): Alphabet {
  if (/^[a-z0-9]*$/.test(word)) return 'latin'
  if (/^[\u0400-\u052f0-9]*$/.test(word)) return 'cyrillic'
  return /\p{Script=Han}/u.test(word) ? 'chinese' : 'other'
}

/** Returns a folded word in Latin letters: `щука` is `shchuka`. */
export function inLatin(word: string): string {
  return /^[a-z0-9]*$/.test(word)
    ? word
    : anyAscii(word)
        .toLowerCase()
        .replaceAll(/[^a-z0-9]/g, '')
}

/** Spellings of one sound in Latin letters. The order matters: later rules see what earlier ones wrote. */
const sounds: readonly (readonly [RegExp, string])[] = [
  [/szcz|shch|sch|shh|sz|sh/g, 'S'],
  [/tsch|tch|ch|cz/g, 'C'],
  [/zh/g, 'Z'],
  [/kh/g, 'h'],
  [/ph/g, 'f'],
  [/th/g, 't'],
  [/x/g, 'ks'],
  [/ts|tz|ck|q|c/g, 'k'],
  [/w/g, 'v'],
  [/[iyj]+/g, 'i'],
  [/i[eo]/g, 'e'],
  [/ee/g, 'i'],
  [/oo|ou/g, 'u'],
  [/([aou])e/g, '$1'],
  [/([ae])h$/, '$1'],
  [/(.)\1+/g, '$1'],
]

/**
 * Returns how a word in Latin letters sounds, roughly: one text for all ways to transliterate a name. `Sergey`,
 * `Sergei` and `Sergej` are one, `Kuznetsov` and `Kuznecov`, `Müller` and `Mueller`.
 */
export function soundOf(latin: string): string {
  let sound = latin
  for (const [spelling, letter] of sounds) sound = sound.replace(spelling, letter)
  return sound
}

/** Returns the consonants of a sound. Arabic and Hebrew write no short vowels. */
export function consonantsOf(sound: string): string {
  return sound
    .replaceAll(/[aeiouhv']/g, '')
    .replaceAll('p', 'b')
    .replaceAll(/(.)\1+/g, '$1')
}
