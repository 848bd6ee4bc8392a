import { expect, it } from '@jest/globals'
import { explain, levelBy } from '../../src/rights/explain.ts'
import { type Cell, levels, levelsOf, operations } from '../../src/rights/levels.ts'

/** Returns whole numbers below a limit, always in the same order. */
function numbers(seed: number) {
  let state = seed
  return (limit: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
}

it('gives the same level as the rights themselves, whatever the roles are', () => {
  const below = numbers(17)
  const pick = <T>(all: readonly T[]) => all[below(all.length)]!
  for (let round = 0; round < 3_000; round++) {
    const ids = [1, 2, 3, 4].slice(0, 1 + below(4))
    const spots = [
      { pipelineId: null, stageId: null },
      ...[1, 2].flatMap((pipelineId) => [null, 'NEW', 'WON'].map((stageId) => ({ pipelineId, stageId }))),
    ]
    const cells = ids.flatMap((roleId) =>
      spots
        .filter(() => below(3) === 0)
        .map((spot): Cell => {
          const given = operations.filter(() => below(2) === 0).map((operation) => [operation, pick(levels)])
          return { roleId, typeId: 2, ...spot, levels: Object.fromEntries(given) }
        }),
    )
    const place = pick([
      null,
      ...[1, 2].flatMap((pipelineId) => ['NEW', 'WON'].map((stageId) => ({ pipelineId, stageId }))),
    ])
    const roles = ids.map((id) => ({ id, settings: false }))
    const levelAt = levelsOf(cells)
    for (const operation of operations) {
      expect(levelBy(explain(roles, cells, operation, place))).toBe(levelAt(operation, place))
    }
  }
})

it('says where each role decides, and what counts', () => {
  const cell = (roleId: number, spot: object, update: 'own' | 'all' | 'none'): Cell => ({
    ...{ roleId, typeId: 2, pipelineId: null, stageId: null, levels: { update } },
    ...spot,
  })
  const cells = [
    ...[cell(1, {}, 'all'), cell(2, {}, 'all'), cell(2, { pipelineId: 3 }, 'own')],
    cell(3, { pipelineId: 3, stageId: 'WON' }, 'none'),
  ]
  const roles = [1, 2, 3, 4].map((id) => ({ id, settings: false }))
  expect(explain(roles, cells, 'update', { pipelineId: 3, stageId: 'WON' })).toEqual([
    { roleId: 1, level: 'all', from: 'type', counts: false },
    { roleId: 2, level: 'own', from: 'pipeline', counts: false },
    { roleId: 3, level: 'none', from: 'stage', counts: true },
  ])
  expect(explain(roles, cells, 'update', { pipelineId: 3, stageId: 'NEW' })).toEqual([
    { roleId: 1, level: 'all', from: 'type', counts: true },
    { roleId: 2, level: 'own', from: 'pipeline', counts: true },
  ])
  const withSettings = [
    { id: 3, settings: false },
    { id: 4, settings: true },
  ]
  expect(explain(withSettings, cells, 'update', { pipelineId: 3, stageId: 'WON' })).toEqual([
    { roleId: 3, level: 'none', from: 'stage', counts: false },
    { roleId: 4, level: 'all', from: 'settings', counts: true },
  ])
})
