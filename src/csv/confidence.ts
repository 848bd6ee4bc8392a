/** How sure the detection of a dialect is, from 0 to 1. What was given, or is stated by the file, has 1. */
export interface DialectConfidence {
  encoding: number
  delimiter: number
  /** The confidence that the file has a header, or that it has none. */
  header: number
}

/**
 * Returns the confidence in the better of two candidates: 0.5 if both are equally good, and half of the doubt for each
 * `unit` by which the better one is ahead. Has two decimals.
 */
export function confidenceOf(margin: number, unit: number): number {
  return Math.round(100 * (1 - 0.5 * 2 ** (-Math.max(0, margin) / unit))) / 100
}
