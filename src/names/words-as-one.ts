/** A word that may be written together with others. */
interface Joinable {
  word: { text: string; latin: string }
}

/** Returns words of a list that one word stands for, or undefined. */
type FindParts = <Word extends Joinable>(whole: Word, words: readonly Word[]) => readonly Word[] | undefined

/**
 * Returns words of the one list that make up a word of the other, and that word at the end: `sergei`, `lavrov` and
 * `sergeilavrov`. Returns undefined if there are none.
 */
export function joinedWords<Word extends Joinable>(
  a: readonly Word[],
  b: readonly Word[],
): readonly Word[] | undefined {
  return inEither(a, b, partsOf)
}

/** Returns words of the one list whose initials are a word of the other, and that word at the end, or undefined. */
export function acronymWords<Word extends Joinable>(
  a: readonly Word[],
  b: readonly Word[],
): readonly Word[] | undefined {
  return inEither(a, b, spelledOut)
}

function inEither<Word extends Joinable>(a: readonly Word[], b: readonly Word[], find: FindParts) {
  return inOne(a, b, find) ?? inOne(b, a, find)
}

function inOne<Word extends Joinable>(words: readonly Word[], wholes: readonly Word[], find: FindParts) {
  if (words.length < 2) return undefined
  for (const whole of wholes) {
    const parts = find(whole, words)
    if (parts) return [...parts, whole]
  }
  return undefined
}

/** Shorter words are joined by chance. */
const shortestJoined = 4

/** Every order of the words is tried. */
const mostJoined = 5

function partsOf<Word extends Joinable>(whole: Word, words: readonly Word[]) {
  const { text } = whole.word
  return text.length < shortestJoined || words.length > mostJoined ? undefined : partsOfText(text, words)
}

function partsOfText<Word extends Joinable>(text: string, words: readonly Word[]): Word[] | undefined {
  if (!text) return []
  for (const part of words) {
    if (!text.startsWith(part.word.text)) continue
    const others = words.filter((other) => other !== part)
    const rest = partsOfText(text.slice(part.word.text.length), others)
    if (rest) return [part, ...rest]
  }
  return undefined
}

const longestAcronym = 6

function spelledOut<Word extends Joinable>(whole: Word, words: readonly Word[]) {
  const { length } = whole.word.text
  if (length < 2 || length > longestAcronym) return undefined
  for (let start = 0; start + length <= words.length; start++) {
    const run = words.slice(start, start + length)
    if (run.every((part, index) => isInitial(part, whole, index))) return run
  }
  return undefined
}

/** The letters are of one alphabet, or the same in Latin letters: `КГБ` and `KGB`. */
function isInitial({ word }: Joinable, { word: acronym }: Joinable, index: number): boolean {
  return word.text[0] === acronym.text[index] || word.latin[0] === acronym.latin[index]
}
