/** A word that may be part of a longer one. */
interface Joinable {
  word: { text: string }
}

/** Shorter words are joined by chance. */
const shortestJoined = 4

/** Every order of the words is tried. */
const mostJoined = 5

/**
 * Returns words of the one list that make up a word of the other, and that word at the end: `sergei`, `lavrov` and
 * `sergeilavrov`. Returns nothing if there are none.
 */
export function joinedWords<Word extends Joinable>(
  a: readonly Word[],
  b: readonly Word[],
): readonly Word[] | undefined {
  return joinedIn(a, b) ?? joinedIn(b, a)
}

function joinedIn<Word extends Joinable>(words: readonly Word[], longs: readonly Word[]): Word[] | undefined {
  if (words.length < 2 || words.length > mostJoined) return undefined
  for (const long of longs) {
    const inside = long.word.text.length < shortestJoined ? undefined : wordsInside(long.word.text, words)
    if (inside) return [...inside, long]
  }
  return undefined
}

function wordsInside<Word extends Joinable>(text: string, words: readonly Word[]): Word[] | undefined {
  if (!text) return []
  for (const word of words) {
    if (!text.startsWith(word.word.text)) continue
    const rest = wordsInside(
      text.slice(word.word.text.length),
      words.filter((other) => other !== word),
    )
    if (rest) return [word, ...rest]
  }
  return undefined
}
