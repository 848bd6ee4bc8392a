import type { Agreement, Comparison } from '../comparison/comparison.ts'
import type { ValueCounts } from '../comparison/values.ts'
import type { LevelWeights } from './weights.ts'

/** How many imagined records have values as common as usual. They even out the counts of a small base. */
const imaginedRecords = 300

/** A shared identifier that nobody else has: how often two strangers have one all the same. */
const strangers = 0.3

/** Each other record with an identifier counts by half, because it may be one more duplicate. */
const other = 0.5

/** The most that shared words of a title can tell, as a binary logarithm. */
const mostOfWords = -22

/**
 * Returns the binary logarithm of how much rarer the shared values are than usual: below zero for rare ones. Usual is the
 * chance by the shipped weights that two strangers share a value.
 */
export function rarityOf(found: Agreement, comparison: Comparison, row: LevelWeights, counts: ValueCounts): number {
  const { strength, usual } = measureOf(comparison, row, found.level)
  if (strength === 0) return 0
  const { sharedValues, isIdentifier } = comparison
  const { values = [] } = found
  const frequencies = values.map((hash) => frequencyOf(counts.countOf(hash), isIdentifier, usual, counts.records))
  if (sharedValues === 'all') return strength * (Math.max(togetherOf(frequencies), mostOfWords) - Math.log2(usual))
  const frequency = sharedValues === 'rarest' ? Math.min(...frequencies) : Math.max(...frequencies)
  return strength * Math.log2(frequency / usual)
}

/** Returns the rarity of a shared value of which only the level is known. */
export function usualRarity(comparison: Comparison, level: number, row: LevelWeights, records: number): number {
  const { strength, usual } = measureOf(comparison, row, level)
  if (!comparison.isIdentifier || strength === 0) return 0
  return strength * Math.log2(frequencyOf(undefined, true, usual, records) / usual)
}

function measureOf({ isIdentifier }: Comparison, { random, frequency }: LevelWeights, level: number) {
  return { strength: frequency[level] ?? 0, usual: random[isIdentifier ? level : 0] ?? 1 }
}

/** Words of a title come together, as in the names of a chain. So each counts half as much as the next rarer one. */
function togetherOf(frequencies: number[]): number {
  const rarestFirst = frequencies.sort((a, b) => a - b)
  return rarestFirst.reduce((sum, frequency, place) => sum + Math.log2(frequency) / 2 ** place, 0)
}

function frequencyOf(count: number | undefined, isIdentifier: boolean, usual: number, records: number): number {
  if (isIdentifier) return (Math.max((count ?? 2) - 2, 0) * other + strangers) / records
  if (count === undefined) return usual
  return (Math.max(count - 1, 0) + imaginedRecords * usual) / (records + imaginedRecords)
}
