/** Longer words are not compared letter by letter. */
const longestWord = 60

const rows = [new Uint8Array(longestWord + 1), new Uint8Array(longestWord + 1), new Uint8Array(longestWord + 1)]

/**
 * Returns the number of typing errors between two words: letters inserted, left out, replaced or swapped with their
 * neighbour. Returns `most + 1` as soon as there are more than `most`.
 */
export function typingErrors(a: string, b: string, most: number): number {
  const tooMany = most + 1
  if (Math.abs(a.length - b.length) > most) return tooMany
  let start = 0
  let [endA, endB] = [a.length, b.length]
  while (start < endA && start < endB && a.charCodeAt(start) === b.charCodeAt(start)) start++
  while (endA > start && endB > start && a.charCodeAt(endA - 1) === b.charCodeAt(endB - 1)) {
    endA--
    endB--
  }
  const [lengthA, lengthB] = [endA - start, endB - start]
  if (!lengthA || !lengthB) return Math.max(lengthA, lengthB)
  if (lengthA > longestWord || lengthB > longestWord) return tooMany
  return inRest(a, b, start, lengthA, lengthB, most)
}

/** Counts the errors row by row (optimal string alignment). Three rows are enough, because a swap looks back two. */
function inRest(a: string, b: string, start: number, lengthA: number, lengthB: number, most: number): number {
  let [before, last, row] = rows as [Uint8Array, Uint8Array, Uint8Array]
  for (let j = 0; j <= lengthB; j++) last[j] = j
  for (let i = 1; i <= lengthA; i++) {
    const letter = a.charCodeAt(start + i - 1)
    row[0] = i
    let least = i
    for (let j = 1; j <= lengthB; j++) {
      const other = b.charCodeAt(start + j - 1)
      let errors = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (letter === other ? 0 : 1))
      const isSwap = i > 1 && j > 1 && letter === b.charCodeAt(start + j - 2) && other === a.charCodeAt(start + i - 2)
      if (isSwap) errors = Math.min(errors, before[j - 2]! + 1)
      row[j] = errors
      if (errors < least) least = errors
    }
    if (least > most) return most + 1
    ;[before, last, row] = [last, row, before]
  }
  return Math.min(last[lengthB]!, most + 1)
}
