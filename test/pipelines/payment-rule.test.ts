import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { anInvoice, type Saved } from '../seed.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

const change = async (id: number, body: object): Promise<Saved> =>
  (await api.call('patch', `/v1/invoices/${id}`, body).expect(200)).body

describe('An invoice', () => {
  it('is paid when it enters the success stage, and unpaid when it leaves it', async () => {
    const { id } = await anInvoice(api)
    expect(await change(id, { stageId: 'S' })).toMatchObject({ paidAt: null, closedAt: null })
    const paid = await change(id, { stageId: 'P' })
    expect(paid).toMatchObject({ paidAt: paid.movedAt, closedAt: paid.movedAt })
    expect(await change(id, { title: 'Paid' })).toMatchObject({ paidAt: paid.paidAt })
    expect(await change(id, { stageId: 'D' })).toMatchObject({ paidAt: null, closedAt: expect.any(String) })
    expect(await anInvoice(api, { stageId: 'P' })).toMatchObject({ paidAt: expect.any(String) })
  })

  it('has the payment date from the request', async () => {
    const paidAt = '2026-02-03T04:05:06.000Z'
    const { id } = await anInvoice(api, { stageId: 'P', paidAt })
    expect(await change(id, { stageId: 'N', paidAt })).toMatchObject({ paidAt, closedAt: null })
    expect(await change(id, { stageId: 'P' })).toMatchObject({ paidAt })
    expect(await change(id, { stageId: 'N' })).toMatchObject({ paidAt: null })
    expect(await change(id, { stageId: 'P', paidAt: null })).toMatchObject({ paidAt: null })
  })
})
