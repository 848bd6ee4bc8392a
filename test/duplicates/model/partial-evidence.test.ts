import { expect, it } from '@jest/globals'
import { compareRecords } from '../../../src/duplicates/model/compare.ts'
import { evidenceFor, visibleAgreement } from '../../../src/duplicates/model/partial-evidence.ts'
import { scorerFor } from '../../../src/duplicates/model/score.ts'
import { shippedWeights } from '../../../src/duplicates/model/shipped-weights.ts'
import { usualCounts } from '../../../src/duplicates/model/value-counts.ts'
import { type GivenRecord, personComparisons, prepared } from '../compared-records.ts'

const records = 10_000
const weights = shippedWeights(personComparisons)
const score = scorerFor(personComparisons, weights, records)
const compare = (a: GivenRecord, b: GivenRecord) =>
  compareRecords(prepared(a), prepared(b), personComparisons, weights, usualCounts(records))

const laura = { lastName: 'Hart', firstName: 'Laura', phones: ['+12145554910'] }

it('keeps a pair whose hidden field contradicts', () => {
  const agreement = compare({ ...laura, extra: [['4711'], []] }, { ...laura, extra: [['0815'], []] })
  const bare = compare(laura, laura)
  expect(score(evidenceFor(agreement, personComparisons, weights))).toBeCloseTo(score(bare), 5)
  expect(score(agreement)).toBeLessThan(score(bare))
})

it('scores what a user may see as if hidden fields were empty', () => {
  const hidden = compare({ ...laura, extra: [['4711']] }, { ...laura, extra: [['4711']] })
  const bare = compare(laura, laura)
  const seen = visibleAgreement(hidden.levels, personComparisons, weights, records, ({ code }) => code !== 'extra0')
  expect(score(seen)).toBeCloseTo(score(bare), 5)
  expect(score(visibleAgreement(hidden.levels, personComparisons, weights, records, () => true))).toBeGreaterThan(
    score(bare) + 5,
  )
})
