import { expect, it } from '@jest/globals'
import { passesFor } from '../../../src/duplicates/comparison/passes.ts'
import { type Candidate, learnWeights } from '../../../src/duplicates/model/learn.ts'
import { shippedWeights } from '../../../src/duplicates/model/shipped-weights.ts'
import { personComparisons } from '../compared-records.ts'

const passes = passesFor(personComparisons)
const shipped = shippedWeights(personComparisons)
const records = 5000

/** Returns candidates that agree at the levels and were found by the passes. */
function candidates(count: number, levels: Record<string, string>, found: readonly string[]): Candidate[] {
  const places = personComparisons.map(({ code, levels: names }) => (levels[code] ? names.indexOf(levels[code]) : -1))
  const bits = found.reduce((sum, code) => sum | (1 << passes.findIndex((pass) => pass.code === code)), 0)
  return Array.from({ length: count }, () => ({
    levels: Int8Array.from(places),
    rarity: new Float32Array(places.length),
    passes: bits,
  }))
}

const learn = (pairs: Candidate[]) => learnWeights(pairs, personComparisons, passes, shipped, { records, share: 1 })
const same = { lastName: 'equal', firstName: 'equal', phone: 'same', email: 'same' }

it('keeps the shipped weights where there is nothing to learn from', async () => {
  const weights = await learn([])
  expect(weights.comparisons.phone!.match[1]).toBeCloseTo(shipped.comparisons.phone!.match[1]!, 5)
  expect(weights.duplicatesPerRecord).toBeLessThan(shipped.duplicatesPerRecord)
})

it('learns how often duplicates agree, and how many there are', async () => {
  const weights = await learn([
    ...candidates(600, { ...same, birthDate: 'same' }, ['phone']),
    ...candidates(400, { ...same, birthDate: 'different' }, ['phone']),
  ])
  const [birthDate, usual] = [weights.comparisons.birthDate!, shipped.comparisons.birthDate!]
  expect(birthDate.match[4]).toBeGreaterThan(usual.match[4]! * 1.5)
  expect(weights.duplicatesPerRecord).toBeCloseTo(0.4, 1)
})

it('stays near the shipped weights, whatever the base', async () => {
  const weights = await learn(candidates(5000, { ...same, birthDate: 'different' }, ['phone']))
  for (const { code } of personComparisons) {
    weights.comparisons[code]!.match.forEach((chance, level) => {
      expect(chance / shipped.comparisons[code]!.match[level]!).toBeLessThan(4)
    })
  }
})

it('does not learn about a comparison from the pairs of its own passes', async () => {
  const weights = await learn(candidates(2000, { ...same, phone: 'different' }, ['name']))
  expect(weights.comparisons.lastName).toEqual((await learn([])).comparisons.lastName)
  expect(weights.comparisons.phone!.match[4]).toBeGreaterThan(shipped.comparisons.phone!.match[4]!)
})

it('counts a pair of a sample of blocks less if it is in many blocks', async () => {
  const found = ['phone', 'email', 'name', 'nameInitial']
  // A tenth of the blocks has about a third of the pairs that share four of them.
  const pairs = candidates(Math.round(1000 * (1 - 0.9 ** 4)), same, found)
  const weights = await learnWeights(pairs, personComparisons, passes, shipped, { records, share: 0.1 })
  expect(weights.duplicatesPerRecord).toBeCloseTo(0.4, 1)
})
