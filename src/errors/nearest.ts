import { distance } from 'fastest-levenshtein'

/** Returns the known name that is closest to a mistyped one; undefined when none is close enough. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  const wanted = partsOf(name)
  // The comparison takes quadratic time, and names this long are not typos.
  if (name.length > 100) return undefined
  let best: string | undefined
  let bestDistance = Number.POSITIVE_INFINITY
  for (const candidate of known) {
    const found = edits(wanted, partsOf(candidate))
    if (found < bestDistance) {
      best = candidate
      bestDistance = found
    }
  }
  return best
}

/** Returns the parts of a path in lower case, without the separators between words. */
function partsOf(name: string): string[] {
  return name.split('.').map((part) => part.replaceAll(/(?<=[\p{L}\p{N}])[_\-\s]+(?=[\p{L}\p{N}])/gu, '').toLowerCase())
}

/** Returns the number of edits between two paths; infinity when one part differs too much for its own length. */
function edits(wanted: readonly string[], known: readonly string[]): number {
  if (wanted.length !== known.length) return Number.POSITIVE_INFINITY
  let sum = 0
  for (const [index, part] of wanted.entries()) {
    const found = editsOf(part, known[index]!)
    if (found > tolerance(part)) return Number.POSITIVE_INFINITY
    sum += found
  }
  return sum
}

/** Returns the number of edits between two parts. Two swapped neighbours count as one edit. */
function editsOf(a: string, b: string): number {
  if (a.length === b.length) {
    const at = [...a].findIndex((letter, index) => letter !== b[index])
    if (at >= 0 && a[at] === b[at + 1] && a[at + 1] === b[at] && a.slice(at + 2) === b.slice(at + 2)) return 1
  }
  return distance(a, b)
}

// Two edits turn a short word into a different one.
function tolerance(name: string): number {
  if (name.length < 6) return name.length < 3 ? 0 : 1
  return name.length < 10 ? 2 : 3
}
