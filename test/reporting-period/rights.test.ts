import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { aDeal, anInvoice, asCaller, limitsByName, limitsOf, own, read, without } from '../seed.ts'
import { inThePast } from './past.ts'

let api: Api
let reader: Api
let at: ReturnType<typeof inThePast>
const february = { from: '2026-02-01', to: '2026-03-01' }
const [january, inFebruary] = ['2026-01-10T09:00:00Z', '2026-02-10T09:00:00Z']

beforeAll(async () => {
  limitsByName.Seller = (caller) => ({
    hidden: ['comment'],
    rows: { read: without('title', 'hidden'), update: own(caller) },
  })
  api = await startApi({ limitsOf })
  at = inThePast(api)
  reader = await asCaller(api, 'Seller')
})
afterAll(() => api.close())

async function found({ call }: Pick<Api, 'call'>, event: string, plural = 'deals'): Promise<string[]> {
  const body = { filter: { event, period: february }, sort: 'title', fields: ['title'] }
  const { body: list } = await call('post', `/v1/${plural}/search`, body).expect(200)
  const { body: count } = await call('post', `/v1/${plural}/count`, { filter: body.filter }).expect(200)
  expect(count.total).toBe(list.data.length)
  return list.data.map(({ title }: { title: string }) => title)
}

it('does not know of changes in hidden fields, nor of records and invoices that the caller may not read', async () => {
  const deal = async (title: string) => await at(january, async () => (await aDeal(api, { title })).id)
  const edited = async (id: number, change: object) =>
    await at(inFebruary, async () => await api.call('patch', `/v1/deals/${id}`, change).expect(200))
  await edited(await deal('comment'), { comment: 'Secret' })
  await edited(await deal('amount'), { amount: '5' })
  await edited(await deal('hidden'), { amount: '5' })
  const invoiced = await deal('invoice')
  const billed = await deal('hidden invoice')
  await anInvoice(api, { title: 'a', dealId: invoiced, issueDate: '2026-02-28' })
  await anInvoice(api, { title: 'hidden', dealId: billed, issueDate: '2026-02-28' })
  const closed = await deal('closed')
  await at(january, async () => await api.call('patch', `/v1/deals/${closed}`, { stageId: 'WON' }).expect(200))
  await edited(closed, { comment: 'Secret' })

  expect(await found(api, 'changed')).toEqual(['amount', 'closed', 'comment', 'hidden'])
  expect(await found(reader, 'changed')).toEqual(['amount'])
  expect(await found(api, 'forgotten')).toEqual([])
  expect(await found(reader, 'forgotten')).toEqual(['comment', 'hidden invoice'])
  expect(await found(api, 'closedBefore')).toEqual(['closed'])
  expect(await found(reader, 'closedBefore')).toEqual([])
  expect(await found(api, 'inReport')).toHaveLength(6)
  expect(await found(reader, 'inReport')).toEqual(['amount', 'comment', 'hidden invoice', 'invoice'])
})

it('does not count an invoice in the recycle bin, and counts a restored one', async () => {
  const { id } = await at(january, async () => await aDeal(api, { title: 'deleted invoice' }))
  const invoice = await anInvoice(api, { dealId: id, issueDate: '2026-02-01' })
  expect(await found(api, 'forgotten')).not.toContain('deleted invoice')
  await api.call('delete', `/v1/invoices/${invoice.id}`).expect(204)
  expect(await found(api, 'forgotten')).toContain('deleted invoice')
  await api.call('post', `/v1/recycle-bin/SI_${invoice.id}/restore`).expect(200)
  expect(await found(api, 'forgotten')).not.toContain('deleted invoice')
  expect(await read(api, `deals/${id}`)).toMatchObject({ title: 'deleted invoice' })
})

it('leaves out deleted records', async () => {
  const { id } = await at(inFebruary, async () => await aDeal(api, { title: 'deleted' }))
  expect(await found(api, 'created')).toContain('deleted')
  await api.call('delete', `/v1/deals/${id}`).expect(204)
  expect(await found(api, 'created')).not.toContain('deleted')
})
