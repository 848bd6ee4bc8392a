import { expect, it } from '@jest/globals'
import fc from 'fast-check'
import { sniffDialect } from '../../src/csv/dialect.ts'
import { CsvSyntaxFault } from '../../src/csv/fault.ts'
import { readCsv } from '../../src/csv/read.ts'
import { fileOf, readTable } from './files.ts'
import { pollute } from './pollution.ts'
import { scoreOf } from './score.ts'

/** All 2,543 versions with POLLUTED=all. Otherwise those that affect the whole file, and a sample of the rest. */
const all = pollute()
const isWhole = ({ name }: { name: string }) => !/row \d/.test(name)
const some = fc.sample(
  fc.shuffledSubarray(
    all.filter((one) => !isWhole(one)),
    { minLength: 200, maxLength: 200 },
  ),
  { numRuns: 1, seed: 1 },
)
const chosen = process.env.POLLUTED === 'all' ? all : [...all.filter(isWhole), ...(some[0] ?? [])]

it('reads damaged versions of a file nearly as well as the original', async () => {
  const scores: number[] = []
  const refused: string[] = []
  for (const { name, text, expected } of chosen) {
    const table = await readTable(fileOf(text)).catch((error: unknown) => {
      if (!(error instanceof CsvSyntaxFault)) throw error
      refused.push(name)
      return null
    })
    scores.push(scoreOf(expected, table))
  }
  const score = scores.reduce((sum, one) => sum + one, 0) / scores.length
  if (process.env.POLLUTED) {
    const exact = scores.filter((one) => one > 9.9999).length
    console.info(`${scores.length} files: ${score.toFixed(3)} of 10, ${exact} read exactly, ${refused.length} refused`)
  }
  expect(refused).toEqual([])
  expect(score).toBeGreaterThan(9.8)
}, 300_000)

it('reports every damaged row', async () => {
  const silent: string[] = []
  for (const { name, text, line } of chosen) {
    if (line === undefined) continue
    const reported = await linesReported(text)
    // The faults of the header are reported with the first row.
    if (!reported.includes(Math.max(2, line))) silent.push(name)
  }
  if (process.env.POLLUTED) console.info(`${silent.length} damaged rows are not reported`, silent)
  expect(silent).toEqual([])
}, 300_000)

/** Returns the lines of the rows with faults, or the line with which the file is refused. */
async function linesReported(text: string): Promise<number[]> {
  const open = fileOf(text)
  const lines: number[] = []
  try {
    for await (const rows of readCsv(open, (await sniffDialect(open)).dialect))
      lines.push(...rows.filter(({ notes }) => notes).map(({ line }) => line))
  } catch (error) {
    if (!(error instanceof CsvSyntaxFault)) throw error
    lines.push(error.line)
  }
  return lines
}
