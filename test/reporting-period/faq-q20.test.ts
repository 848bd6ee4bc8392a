import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { aDeal } from '../seed.ts'
import { inThePast } from './past.ts'

// "What is the reporting period in CRM reports?" A deal is in the report if it was created, closed or changed in the
// period, or if nobody worked on it in the period, but it was not closed.

let api: Api
let at: ReturnType<typeof inThePast>
beforeAll(async () => {
  api = await startApi()
  at = inThePast(api)
})
afterAll(() => api.close())

const [june, july, august] = ['2026-06-15T12:00:00Z', '2026-07-15T12:00:00Z', '2026-08-15T12:00:00Z']

const created = async (time: string, title: string) => await at(time, async () => (await aDeal(api, { title })).id)
const changed = async (time: string, id: number, change: object) =>
  await at(time, async () => await api.call('patch', `/v1/deals/${id}`, change).expect(200))

/** Returns the deals of the report for July. */
async function report(): Promise<string[]> {
  const filter = { event: 'inReport', period: { from: '2026-07-01', to: '2026-08-01' } }
  const { body } = await api.call('post', '/v1/deals/search', { filter, sort: 'title', fields: ['title'] }).expect(200)
  return body.data.map(({ title }: { title: string }) => title)
}

describe('Q20: what is the reporting period?', () => {
  it('has the deals that were created, closed or changed in the period', async () => {
    await created(july, 'created')
    await changed(july, await created(june, 'closed'), { stageId: 'LOSE' })
    const won = await created(june, 'changed after it was closed')
    await changed(june, won, { stageId: 'WON' })
    await changed(july, won, { comment: 'The client thanked us' })
    const later = await created(june, 'changed once more after the period')
    await changed(june, later, { stageId: 'WON' })
    await changed(july, later, { comment: 'The client thanked us' })
    await changed(august, later, { comment: 'And again' })
    expect(await report()).toEqual([
      ...['changed after it was closed', 'changed once more after the period', 'closed', 'created'],
    ])
  })

  it('has the deals that nobody worked on, as long as they were not closed', async () => {
    await created(june, 'open')
    await changed(august, await created(june, 'closed after the period'), { stageId: 'WON' })
    expect(await report()).toEqual(expect.arrayContaining(['open', 'closed after the period']))
  })

  it('has no other deals', async () => {
    await created(august, 'created after the period')
    await changed(june, await created(june, 'closed before the period'), { stageId: 'WON' })
    const edited = await created(june, 'closed before the period, changed after it')
    await changed(june, edited, { stageId: 'LOSE' })
    await changed(august, edited, { comment: 'Called again' })
    const reopened = await created(june, 'closed before the period, open after it')
    await changed(june, reopened, { stageId: 'LOSE' })
    await changed(august, reopened, { stageId: 'NEW' })
    expect(await report()).toEqual(
      ['changed after it was closed', 'changed once more after the period', 'closed', 'created', 'open']
        .concat('closed after the period')
        .sort(),
    )
  })
})
