import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import iconv from 'iconv-lite'
import { detectEncoding } from '../../src/csv/encoding.ts'
import { texts } from './texts.ts'

/** All pairs of a language and an encoding that has its letters. */
const cases = Object.entries(texts).flatMap(([language, { encodings, text }]) =>
  encodings.map((encoding) => ({ language, encoding, words: wordsIn(text, encoding) })),
)

/** Returns the words with non-ASCII letters that can be written in an encoding. */
function wordsIn(text: string, encoding: string): string[] {
  const words = text.split(/[\s,.:?]+/).filter((word) => /[^\p{ASCII}]/u.test(word))
  return [...new Set(words)].filter((word) => iconv.decode(iconv.encode(word, encoding), encoding) === word)
}

/** Returns the share of files of some words each that are read as they were written, and the encodings found for the others. */
function shareRead(words: readonly string[], encoding: string, count: number, files: number) {
  const chosen = fc.array(fc.constantFrom(...words), { minLength: count, maxLength: count })
  const wrong = fc.sample(chosen, { numRuns: files, seed: count }).flatMap((some) => {
    const text = `id;name\n${some.map((word, index) => `${index};${word}`).join('\n')}\n`
    const bytes = iconv.encode(text, encoding)
    const found = detectEncoding(bytes, true).encoding
    return new TextDecoder(found).decode(bytes) === text ? [] : [found]
  })
  return { share: 1 - wrong.length / files, wrong: [...new Set(wrong)] }
}

describe('the text of a file whose encoding is detected', () => {
  it.each(cases)('is right from 20 words: $language, $encoding', ({ words, encoding }) => {
    expect(words.length).toBeGreaterThan(24)
    expect(shareRead(words, encoding, 20, 50).share).toBeGreaterThan(0.97)
    for (const count of [60, 300]) expect(shareRead(words, encoding, count, 3)).toEqual({ share: 1, wrong: [] })
  })

  it.each(cases)('is mostly right from 5 words: $language, $encoding', ({ words, encoding }) => {
    expect(shareRead(words, encoding, 5, 50).share).toBeGreaterThan(0.75)
  })
})
