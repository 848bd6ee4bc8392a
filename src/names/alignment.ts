/** More words of a name are not compared. */
export const mostWords = 10

const table = new Int8Array(mostWords * mostWords)

/** The pairs of words that were found last. It is used again, so that comparing makes no garbage. */
const pairs = {
  /** For each word the index of its partner, or -1. */
  partners: new Int8Array(mostWords),
  /** For each word with a partner what `preferenceOf` returned for the two. */
  preferences: new Int8Array(mostWords),
}

/**
 * Finds for each of `count` words its partner among `others` words; the pair with the highest preference comes first.
 * Words with preference 0 are never partners. The result is valid until the next call.
 */
export function alignWords(
  count: number,
  others: number,
  preferenceOf: (index: number, other: number) => number,
): Readonly<typeof pairs> {
  let best = 0
  for (let i = 0; i < count; i++) {
    pairs.partners[i] = -1
    for (let j = 0; j < others; j++) {
      const preference = preferenceOf(i, j)
      table[i * mostWords + j] = preference
      if (preference > best) best = preference
    }
  }
  while (best > 0) best = takeBest(count, others, best)
  return pairs
}

/** Joins the pairs with this preference. Returns the best preference that is left. */
function takeBest(count: number, others: number, best: number): number {
  let next = 0
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < others && pairs.partners[i] === -1; j++) {
      const preference = table[i * mostWords + j]!
      if (preference !== best) continue
      pairs.partners[i] = j
      pairs.preferences[i] = preference
      for (let k = 0; k < count; k++) table[k * mostWords + j] = 0
    }
  }
  for (let i = 0; i < count; i++) {
    if (pairs.partners[i] !== -1) continue
    for (let j = 0; j < others; j++) next = Math.max(next, table[i * mostWords + j]!)
  }
  return next
}
