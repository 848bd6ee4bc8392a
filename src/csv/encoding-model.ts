import { languages } from './languages.ts'

/** The letters of a language by their weight, and its pairs. */
interface Model {
  weights: Map<string, number>
  pairs: Set<string>
}

const models: readonly Model[] = Object.values(languages).map(({ letters, pairs }) => ({
  weights: new Map([...letters].map((letter, rank, all) => [letter, 1 - (0.6 * rank) / all.length])),
  pairs: new Set(pairs.trim().split(/\s+/)),
}))

/** Marks that may touch a word, and signs that do not. */
const marks = new Set('«»№—–…„“”‘’‚¡¿\u00a0')
const signs = new Set('•·°§©®™€£º')

/** The cost of reading a word by another language than that of the file. */
const foreignWord = 3

/**
 * Returns a score of a file's words that contain letters beyond ASCII: high if they are text of one language, apart from
 * some names, low for wrongly decoded bytes.
 */
export function likelihood(words: readonly string[]): number {
  const sums = models.map(() => 0)
  for (const word of words) {
    const scores = scoresOf(word)
    const best = Math.max(...scores)
    for (const [index, score] of scores.entries()) sums[index]! += Math.max(score, best - foreignWord)
  }
  return Math.max(...sums)
}

/** Returns the score of a word in each language. */
function scoresOf(word: string): number[] {
  const chars = [...word]
  const lower = chars.map(plainOf)
  let shared = 0
  const letters: number[] = []
  for (const [at, char] of chars.entries()) {
    if (char < '\x80') continue
    if (!isLetter(char)) shared += markScore(chars, at)
    else {
      letters.push(at)
      shared += contextOf(chars, at)
    }
  }
  return models.map((model) => letters.reduce((sum, at) => sum + letterScore(model, lower, at), shared))
}

/** Returns how well a character that is no letter fits its place. */
function markScore(chars: readonly string[], at: number): number {
  const char = chars[at]!
  const touching = [chars[at - 1], chars[at + 1]].filter((other) => other && isLetter(other)).length
  if (marks.has(char) && (touching < 2 || char === '’')) return 0.5
  if (signs.has(char) && touching === 0) return 0.5
  return touching === 2 ? -4 : -2
}

/** Returns how well a letter fits its neighbours in any language. */
function contextOf(chars: readonly string[], at: number): number {
  const char = chars[at]!
  const before = chars[at - 1] ?? ''
  const after = chars[at + 1] ?? ''
  let score = 0
  // Wrong decodings often swap the case, but real capitals do not follow small letters.
  if (isCapital(char) && isSmall(before)) score -= 2
  if (isSmall(char) && isCapital(after)) score -= 2
  if (/\d/.test(before + after)) score -= 1
  for (const other of [before, after]) if (isLetter(other) && scriptOf(other) !== scriptOf(char)) score -= 1
  return score
}

function letterScore({ weights, pairs }: Model, lower: readonly string[], at: number): number {
  const letter = lower[at]!
  const weight = weights.get(letter)
  if (weight === undefined) return -1.5
  const [before, after] = [lower[at - 1] ?? '_', lower[at + 1] ?? '_']
  // A single letter is weak evidence: the « of Windows-1251 is a letter in CP866.
  if (before === '_' && after === '_') return weight / 4
  return weight + (pairs.has(before + letter) ? 1 : -0.3) + (pairs.has(letter + after) ? 1 : -0.3)
}

/** Returns a small letter; `_` for a character that ends a word; `?` for one that does not belong to text. */
function plainOf(char: string): string {
  if (isLetter(char)) return char.toLowerCase()
  return char < '\x80' || marks.has(char) || signs.has(char) ? '_' : '?'
}

const isLetter = memoized((char) => /^\p{L}/u.test(char))
const isCapital = memoized((char) => /^\p{Lu}/u.test(char))
const isSmall = memoized((char) => /^\p{Ll}/u.test(char))

const scriptOf = memoized((letter) => {
  if (/\p{Script=Cyrillic}/u.test(letter)) return 'cyrillic'
  return /\p{Script=Greek}/u.test(letter) ? 'greek' : 'latin'
})

/** Returns a function that computes the answer for each character once; the encodings have some hundred. */
function memoized<T>(answer: (char: string) => T): (char: string) => T {
  const known = new Map<string, T>()
  return (char) => {
    const found = known.get(char)
    if (found !== undefined) return found
    const fresh = answer(char)
    known.set(char, fresh)
    return fresh
  }
}
