import { expect, it } from '@jest/globals'
import fc from 'fast-check'
import { clusterPairs, type ScoredPair } from '../../../src/duplicates/model/clusters.ts'
import { suggestionLimits } from '../../../src/duplicates/model/limits.ts'

const unknown = () => -4
const clusters = (pairs: ScoredPair[]) => clusterPairs(pairs, suggestionLimits, unknown)
const pair = (a: number, b: number, score: number): ScoredPair => ({ a, b, score })

it('joins records that agree', () => {
  expect(clusters([pair(1, 2, 8), pair(2, 3, 9), pair(5, 4, 3), pair(6, 7, -1)])).toEqual([
    [1, 2, 3],
    [4, 5],
  ])
})

it('does not chain strangers: who contradicts a member stays out', () => {
  expect(clusters([pair(1, 2, 9), pair(2, 3, 8), pair(1, 3, -20)])).toEqual([[1, 2]])
})

it('does not join two groups by one link', () => {
  const within = (ids: number[]) => ids.flatMap((a, index) => ids.slice(index + 1).map((b) => pair(a, b, 10)))
  expect(clusters([...within([1, 2, 3]), ...within([4, 5, 6]), pair(3, 4, 9)])).toEqual([
    [1, 2, 3],
    [4, 5, 6],
  ])
})

it('cuts a very long chain, in bounded time', () => {
  const chain = Array.from({ length: 3000 }, (_, id) => pair(id, id + 1, 5))
  expect(Math.max(...clusters(chain).map(({ length }) => length))).toBeLessThan(10)
})

it('gives the same clusters for any order of pairs and of the records of a pair', () => {
  const pairs = fc.array(
    fc.record({ a: fc.nat(12), b: fc.nat(12), score: fc.integer({ min: -15, max: 15 }) }).filter(({ a, b }) => a !== b),
    { maxLength: 40 },
  )
  const once = pairs.map((all) => [...new Map(all.map((one) => [[one.a, one.b].sort().join(), one])).values()])
  fc.assert(
    fc.property(once, fc.infiniteStream(fc.nat()), (all, order) => {
      const shuffled = all
        .map(({ a, b, score }) => ({ one: { a: b, b: a, score }, place: order.next().value as number }))
        .sort((x, y) => x.place - y.place)
        .map(({ one }) => one)
      expect(clusters(shuffled)).toEqual(clusters(all))
    }),
  )
})
