import { distance } from 'fastest-levenshtein'

/** The known name that a mistyped one was most likely meant to be, if any is close enough. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  const wanted = partsOf(name)
  // Nobody mistypes a name this long, and the comparison is quadratic.
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

/** The parts of a path without case and without what separates words within them. */
function partsOf(name: string): string[] {
  return name.split('.').map((part) => part.replaceAll(/(?<=[\p{L}\p{N}])[_\-\s]+(?=[\p{L}\p{N}])/gu, '').toLowerCase())
}

/** How many edits make one of the other, each part being near enough: a long part must not lend patience to a short one. */
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

/** Neighbours that changed places are one mistake. */
function editsOf(a: string, b: string): number {
  if (a.length === b.length) {
    const at = [...a].findIndex((letter, index) => letter !== b[index])
    if (at >= 0 && a[at] === b[at + 1] && a[at + 1] === b[at] && a.slice(at + 2) === b.slice(at + 2)) return 1
  }
  return distance(a, b)
}

// In a short word a second edit would make another word.
function tolerance(name: string): number {
  if (name.length < 6) return name.length < 3 ? 0 : 1
  return name.length < 10 ? 2 : 3
}
