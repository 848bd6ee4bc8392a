import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { jobsOf } from '../bulk/jobs-of.ts'
import { aDeal, anInvoice } from '../seed.ts'
import { inThePast } from './past.ts'

// "What are forgotten deals in CRM reports?" A deal of the report without activity in the period, such as moves to
// another stage and issued invoices.

let api: Api
let at: ReturnType<typeof inThePast>
beforeAll(async () => {
  api = await startApi({ work: true })
  at = inThePast(api)
})
afterAll(() => api.close())

const [june, july, august] = ['2026-06-15T12:00:00Z', '2026-07-15T12:00:00Z', '2026-08-15T12:00:00Z']
const period = { from: '2026-07-01', to: '2026-08-01' }

const created = async (title: string, time = june) => await at(time, async () => (await aDeal(api, { title })).id)
const changed = async (time: string, id: number, change: object) =>
  await at(time, async () => await api.call('patch', `/v1/deals/${id}`, change).expect(200))

async function found(event: string): Promise<string[]> {
  const filter = { event, period }
  const { body } = await api.call('post', '/v1/deals/search', { filter, sort: 'title', fields: ['title'] }).expect(200)
  return body.data.map(({ title }: { title: string }) => title)
}

describe('Q21: what are forgotten deals?', () => {
  it('A deal without activity in the period is forgotten', async () => {
    await created('untouched')
    await changed(august, await created('called after the period'), { comment: 'Called' })
    await changed(august, await created('won after the period'), { stageId: 'WON' })
    await anInvoice(api, { dealId: await created('invoice after the period'), issueDate: '2026-08-01' })
    await anInvoice(api, { dealId: await created('invoice before the period'), issueDate: '2026-06-30' })
    await anInvoice(api, { dealId: await created('draft of an invoice'), issueDate: null })
    expect(await found('forgotten')).toEqual([
      ...['called after the period', 'draft of an invoice', 'invoice after the period', 'invoice before the period'],
      ...['untouched', 'won after the period'],
    ])
  })

  it('A deal is not forgotten if it was moved or edited, or if an invoice was issued for it', async () => {
    const before = await found('forgotten')
    await changed(july, await created('moved'), { stageId: 'EXECUTING' })
    const back = await created('moved, and moved again after the period')
    await changed(july, back, { stageId: 'EXECUTING' })
    await changed(august, back, { stageId: 'NEW' })
    await changed(july, await created('edited'), { comment: 'Called' })
    await changed(july, await created('won'), { stageId: 'WON' })
    await anInvoice(api, { dealId: await created('invoice on the first day'), issueDate: '2026-07-01' })
    await anInvoice(api, { dealId: await created('invoice on the last day'), issueDate: '2026-07-31' })
    await created('new', july)
    expect(await found('forgotten')).toEqual(before)
    expect(await found('inReport')).toEqual(
      expect.arrayContaining(['moved', 'edited', 'won', 'invoice on the first day', 'invoice on the last day', 'new']),
    )
  })

  it('A deal is forgotten if only a bulk action changed it', async () => {
    const id = await created('given to everyone')
    const job = await at(july, async () => await jobsOf(api).bulk('deals', { ids: [id], set: { opened: false } }))
    expect(job.status).toBe('completed')
    expect(await found('changed')).toContain('given to everyone')
    expect(await found('forgotten')).toContain('given to everyone')
  })
})
