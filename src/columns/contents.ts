import { isWebsite } from '../fields/website.ts'
import type { Proposal } from './propose.ts'
import type { TargetColumns } from './targets.ts'

/** Values that can be recognized in a column without a known name. They are proposed, but not used by themselves. */
const recognized: readonly { key: string; confidence: number; matches(text: string): boolean }[] = [
  { key: 'emails.work', confidence: 0.4, matches: (text) => /^[^\s@]+@[^\s@]+\.[^\s@.]+$/.test(text) },
  { key: 'phones.work', confidence: 0.3, matches: isPhone },
  { key: 'websites.work', confidence: 0.3, matches: (text) => /[a-zа-я]/i.test(text) && isWebsite(text) },
]

/** The share of cells that must look alike, and the fewest cells from which this can be told. */
const enough = { share: 0.8, cells: 3 }

/** Returns the field that the cells of a column look like. */
export function contentsOf(
  sample: readonly (readonly string[])[],
  index: number,
  { columns }: TargetColumns,
): Proposal | null {
  const cells = sample.flatMap((row) => row[index]?.trim() || [])
  if (cells.length < enough.cells) return null
  for (const { key, confidence, matches } of recognized) {
    const isAlike = cells.filter(matches).length >= cells.length * enough.share
    if (isAlike && columns.has(key)) {
      return { key, confidence, reason: 'contents', alternative: '', rank: 0, number: undefined }
    }
  }
  return null
}

/** Ten digits or more, with a sign of a phone number: numbers of documents have none. */
function isPhone(text: string): boolean {
  const digits = text.replaceAll(/\D/g, '').length
  return /^(\+|8|7|\()?[\d\s().-]+$/.test(text) && digits >= 10 && digits <= 15 && /[+()\s-]/.test(text)
}
