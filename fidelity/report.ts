import { leftOut } from './expected.ts'
import type { ParsedScore } from './parsed.ts'
import type { TypedScore } from './typed.ts'

/** The results of all folders. */
export interface Results {
  parsed: readonly ParsedScore[]
  typed: readonly TypedScore[]
}

/** Returns the share of the values of typed files that are right. */
export function shareOf(scores: readonly TypedScore[]): number {
  const counts = scores.flatMap(({ fields }) => Object.values(fields))
  const sum = (name: 'right' | 'of') => counts.reduce((total, count) => total + count[name], 0)
  return sum('of') === 0 ? 1 : sum('right') / sum('of')
}

/** Returns the results as text, with every miss if asked. */
export function textOf({ parsed, typed }: Results, withMisses: boolean): string {
  const lines: string[] = []
  for (const { folder, level, files, exact, pollock, misses } of parsed) {
    const score = pollock === null ? '' : `, ${pollock.toFixed(2)} of 10`
    lines.push(`${folder} ${level}: ${exact} of ${files} files exact${score}`)
    if (withMisses) for (const { file, got } of misses) lines.push(`  ${file}: ${got}`)
  }
  for (const score of typed) {
    lines.push(`${score.folder}: ${share(shareOf([score]))} of ${score.rows} rows`)
    const wrong = Object.entries(score.fields).filter(([, { right, of }]) => right < of)
    for (const [field, { right, of }] of wrong) lines.push(`  ${field.padEnd(12)} ${share(right / of)}`)
    if (!withMisses) continue
    if (score.unmapped.length) lines.push(`  columns without a field: ${score.unmapped.join(' | ')}`)
    for (const { row, field, expected, got, reported } of score.misses) {
      const causes = reported.length ? ` (${reported.join('; ')})` : ''
      lines.push(`  row ${row} ${field}: ${JSON.stringify(expected)}, got ${JSON.stringify(got)}${causes}`)
    }
  }
  if (typed.length) {
    lines.push(`all records: ${share(shareOf(typed))}`)
    lines.push(
      `not compared: ${Object.entries(leftOut)
        .map(([field, reason]) => `${field} (${reason})`)
        .join(', ')}`,
    )
  }
  return lines.join('\n')
}

const share = (value: number) => value.toFixed(4)
