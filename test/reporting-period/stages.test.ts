import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { aDeal } from '../seed.ts'
import { inThePast } from './past.ts'

let api: Api
/** The default pipeline, and another one with the stages NEW, PACKED, DONE and REFUSED. */
let first: number
let second: number
beforeAll(async () => {
  api = await startApi()
  const at = inThePast(api)
  const { body } = await api.call('get', '/v1/types/deal/pipelines').expect(200)
  first = body.data[0].id
  const stages = [
    { id: 'NEW', name: 'New' },
    { id: 'PACKED', name: 'Packed' },
    { id: 'DONE', name: 'Done', semantic: 'success' },
    { id: 'REFUSED', name: 'Refused', semantic: 'failure' },
  ]
  second = (await api.call('post', '/v1/types/deal/pipelines', { name: 'Second', stages }).expect(201)).body.id
  const moved = async (title: string, steps: readonly [string, string, number?][]) => {
    let id = 0
    for (const [day, stageId, pipelineId = first] of steps) {
      await at(`${day}T09:00:00Z`, async () => {
        if (id) await api.call('patch', `/v1/deals/${id}`, { stageId, pipelineId }).expect(200)
        else id = (await aDeal(api, { title, stageId, pipelineId })).id
      })
    }
  }
  await moved('new', [['2026-01-10', 'NEW']])
  await moved('prepared in February', [
    ['2026-01-10', 'NEW'],
    ['2026-02-10', 'PREPARATION'],
  ])
  await moved('prepared in March', [
    ['2026-01-10', 'NEW'],
    ['2026-03-10', 'PREPARATION'],
  ])
  await moved('executed in February, then back', [
    ['2026-01-10', 'NEW'],
    ['2026-02-10', 'EXECUTING'],
    ['2026-03-10', 'NEW'],
  ])
  await moved('won in February', [
    ['2026-01-10', 'PREPARATION'],
    ['2026-02-10', 'WON'],
  ])
  await moved('lost from new', [
    ['2026-02-05', 'NEW'],
    ['2026-02-10', 'LOSE'],
  ])
  await moved('lost from executing', [
    ['2026-01-10', 'EXECUTING'],
    ['2026-02-10', 'LOSE'],
  ])
  await moved('came to the second pipeline', [
    ['2026-01-10', 'EXECUTING'],
    ['2026-02-10', 'NEW', second],
    ['2026-03-10', 'PACKED', second],
  ])
})
afterAll(() => api.close())

const february = { from: '2026-02-01', to: '2026-03-01' }

async function found(filter: object): Promise<string[]> {
  const request = { filter, sort: 'title', fields: ['title'] }
  const { status, body } = await api.call('post', '/v1/deals/search', request)
  expect([status, body.errors]).toEqual([200, undefined])
  return body.data.map(({ title }: { title: string }) => title)
}

describe('A condition on a stage', () => {
  it('`entered` finds the records that came to this stage in the period, also by their creation', async () => {
    const entered = (stageId: string, more = {}) => found({ event: 'entered', period: february, stageId, ...more })
    expect(await entered('PREPARATION')).toEqual(['prepared in February'])
    expect(await entered('EXECUTING')).toEqual(['executed in February, then back'])
    expect(await entered('LOSE')).toEqual(['lost from executing', 'lost from new'])
    expect(await entered('NEW')).toEqual(['came to the second pipeline', 'lost from new'])
  })

  it('names a stage of all pipelines, or of one', async () => {
    const entered = (pipelineId: number) => found({ event: 'entered', period: february, stageId: 'NEW', pipelineId })
    expect(await entered(first)).toEqual(['lost from new'])
    expect(await entered(second)).toEqual(['came to the second pipeline'])
  })

  it('names any stage of a pipeline', async () => {
    const pipelineId = first
    expect(await found({ event: 'entered', period: february, pipelineId })).toEqual(
      [
        ...['executed in February, then back', 'lost from executing', 'lost from new'],
        ...['prepared in February', 'won in February'],
      ].sort(),
    )
  })

  it('`advanced` finds the records that came to this stage or a later one', async () => {
    const advanced = (stageId: string) => found({ event: 'advanced', period: february, stageId, pipelineId: first })
    const executed = ['executed in February, then back', 'won in February']
    expect(await advanced('PREPARATION')).toEqual([...executed, 'prepared in February'].sort())
    expect(await advanced('EXECUTING')).toEqual(executed)
    expect(await advanced('WON')).toEqual(['won in February'])
    // A failure stage is only compared with itself.
    expect(await advanced('LOSE')).toEqual(['lost from executing', 'lost from new'])
  })

  it('`reached` finds the records that were ever there or later, by the end of the period', async () => {
    const reached = (stageId: string, more = {}) => found({ event: 'reached', stageId, pipelineId: first, ...more })
    const executed = ['came to the second pipeline', 'executed in February, then back', 'lost from executing']
    expect(await reached('EXECUTING')).toEqual([...executed, 'won in February'])
    expect(await reached('EXECUTING', { period: { from: '2026-01-01', to: '2026-02-01' } })).toEqual([
      'came to the second pipeline',
      'lost from executing',
    ])
    expect(await reached('PREPARATION')).toEqual(
      [...executed, 'prepared in February', 'prepared in March', 'won in February'].sort(),
    )
    expect(await reached('PREPARATION', { period: february })).toEqual(
      [...executed, 'prepared in February', 'won in February'].sort(),
    )
    expect(await found({ event: 'reached', stageId: 'PACKED' })).toEqual(['came to the second pipeline'])
    expect(await found({ event: 'reached', stageId: 'PACKED', period: february })).toEqual([])
  })
})
