import { typingErrors } from '../../names/edits.ts'
import { prepareWord } from '../../names/name-word.ts'

/** Returns the words of a text: letters and digits, in lower case. */
export function wordsOf(text: string): string[] {
  return (
    text
      .toLowerCase()
      .replaceAll(/['’`ʼ]/g, '')
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
  )
}

/** Returns how a word sounds: one text for all ways to transliterate it. Words with digits stay as they are. */
export function soundOf(word: string): string {
  if (/^[0-9]+$/.test(word)) return word
  const { sound, latin } = prepareWord(word)
  return /\d/.test(word) ? latin : sound
}

/** Returns how the words of a text sound. */
export function soundsOf(text: string): string[] {
  return wordsOf(text).map(soundOf).filter(Boolean)
}

/** Returns whether two words differ by a typing error: one in four letters, two in eight. */
export function isTypingError(a: string, b: string): boolean {
  const length = Math.max(a.length, b.length)
  if (length < 4) return false
  const most = length < 8 ? 1 : 2
  const errors = typingErrors(a, b, most)
  return errors > 0 && errors <= most
}

/** Returns the consonants of a sound, alike for most typing errors. */
export function skeletonOf(sound: string): string {
  const rest = sound.slice(1).replaceAll(/[aeiouhv]/g, '')
  return (sound.slice(0, 1) + rest)
    .toLowerCase()
    .replaceAll('z', 's')
    .replaceAll(/[cg]/g, 'k')
    .replaceAll('d', 't')
    .replaceAll('p', 'b')
    .replaceAll('n', 'm')
    .replaceAll(/(.)\1+/g, '$1')
    .slice(0, 4)
}
