import { expect, it } from '@jest/globals'
import { measureGroups } from '../../dedupe/measures.ts'

const entities = new Map([
  ['a', 'one'],
  ['b', 'one'],
  ['c', 'one'],
  ['d', 'two'],
  ['e', 'two'],
  ['f', 'three'],
])

it('compares groups with the truth pair by pair', () => {
  // Right: ab, de. Wrong: cf. Missed: ac, bc.
  const groups = [
    ['a', 'b'],
    ['c', 'f'],
    ['d', 'e'],
  ]
  expect(measureGroups(groups, { entities })).toEqual({
    precision: 2 / 3,
    recall: 2 / 4,
    f1: expect.closeTo(4 / 7, 10),
    groups: 3,
    mixed: 1,
  })
})

it('counts only pairs of different sources, if records have sources', () => {
  const sources = new Map([...entities.keys()].map((id) => [id, id === 'b' ? 'second' : 'first']))
  expect(measureGroups([['a', 'b', 'c']], { entities, sources })).toMatchObject({ precision: 1, recall: 1, mixed: 0 })
  expect(measureGroups([], { entities, sources })).toMatchObject({ precision: 1, recall: 0, f1: 0 })
})
