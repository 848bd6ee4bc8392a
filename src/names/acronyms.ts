/** A word that may be an acronym, or stand behind a letter of one. */
interface Abbreviable {
  word: { latin: string; text: string }
}

const longestAcronym = 6

/**
 * Returns words of the one list whose initials are a word of the other, and that word at the end: `общество`,
 * `охотников` and `оо`. Returns undefined if there are none.
 */
export function acronymWords<Word extends Abbreviable>(
  a: readonly Word[],
  b: readonly Word[],
): readonly Word[] | undefined {
  return acronymIn(a, b) ?? acronymIn(b, a)
}

function acronymIn<Word extends Abbreviable>(words: readonly Word[], acronyms: readonly Word[]): Word[] | undefined {
  for (const acronym of acronyms) {
    const { length } = acronym.word.text
    if (length < 2 || length > longestAcronym) continue
    for (let start = 0; start + length <= words.length; start++) {
      const run = words.slice(start, start + length)
      if (run.every(({ word }, index) => isInitial(word, acronym.word, index))) return [...run, acronym]
    }
  }
  return undefined
}

/** The letters are of one alphabet, or the same in Latin letters: `КГБ` and `KGB`. */
function isInitial(word: Abbreviable['word'], acronym: Abbreviable['word'], index: number): boolean {
  return word.text[0] === acronym.text[index] || word.latin[0] === acronym.latin[index]
}
