import { distance } from 'fastest-levenshtein'

/** The known name that a mistyped one was most likely meant to be, if any is close enough. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  const wanted = bare(name)
  // Nobody mistypes a name this long, and the comparison is quadratic.
  if (wanted.length > 100) return undefined
  let best: string | undefined
  let bestDistance = tolerance(wanted) + 1
  for (const candidate of known) {
    const found = distance(wanted, bare(candidate))
    if (found < bestDistance) {
      best = candidate
      bestDistance = found
    }
  }
  return best
}

function bare(name: string): string {
  return name.replaceAll(/[_\-\s]/g, '').toLowerCase()
}

// Two edits let a swap of neighbours through; in a shorter word they would make another word.
function tolerance(name: string): number {
  if (name.length < 5) return name.length < 3 ? 0 : 1
  return name.length < 9 ? 2 : 3
}
