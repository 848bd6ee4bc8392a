/** More words of a name are not compared. */
export const mostWords = 10

const table = new Int8Array(mostWords * mostWords)

/** For each word the index of its partner, or -1, and the preference of the two. Used again: comparing is frequent. */
const partners = new Int8Array(mostWords)
const preferences = new Int8Array(mostWords)

/** The words of two names without a partner, and whether the others stand in another order. */
export interface Singles<Word> {
  a: readonly Word[]
  b: readonly Word[]
  isReordered: boolean
}

/**
 * Finds the partners among the words of two names: the pairs with the highest preference first. Words with preference 0
 * are never partners. Passes each pair on, and returns the other words.
 */
export function pairWords<Word>(
  a: readonly Word[],
  b: readonly Word[],
  preferenceOf: (a: Word, b: Word, isSamePlace: boolean) => number,
  addPair: (a: Word, b: Word, preference: number) => void,
): Singles<Word> {
  align(a, b, preferenceOf)
  const singles: { a: Word[]; b: Word[]; isReordered: boolean } = { a: [], b: [], isReordered: false }
  let paired = 0
  let last = -1
  for (let i = 0; i < a.length; i++) {
    const partner = partners[i]!
    if (partner === -1) singles.a.push(a[i]!)
    else {
      paired |= 1 << partner
      addPair(a[i]!, b[partner]!, preferences[i]!)
      if (partner < last) singles.isReordered = true
      last = partner
    }
  }
  for (let j = 0; j < b.length; j++) if (!(paired & (1 << j))) singles.b.push(b[j]!)
  return singles
}

function align<Word>(
  a: readonly Word[],
  b: readonly Word[],
  preferenceOf: (a: Word, b: Word, same: boolean) => number,
) {
  let best = 0
  for (let i = 0; i < a.length; i++) {
    partners[i] = -1
    for (let j = 0; j < b.length; j++) {
      const preference = preferenceOf(a[i]!, b[j]!, i === j)
      table[i * mostWords + j] = preference
      if (preference > best) best = preference
    }
  }
  while (best > 0) best = takeBest(a.length, b.length, best)
}

/** Joins the pairs with this preference. Returns the best preference that is left. */
function takeBest(count: number, others: number, best: number): number {
  let next = 0
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < others && partners[i] === -1; j++) {
      if (table[i * mostWords + j] !== best) continue
      partners[i] = j
      preferences[i] = best
      for (let k = 0; k < count; k++) table[k * mostWords + j] = 0
    }
  }
  for (let i = 0; i < count; i++) {
    if (partners[i] !== -1) continue
    for (let j = 0; j < others; j++) next = Math.max(next, table[i * mostWords + j]!)
  }
  return next
}
