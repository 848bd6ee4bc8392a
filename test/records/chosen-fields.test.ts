import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { aDeal, read } from '../seed.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

it('a choice of no fields returns ids, and does not change what other requests return', async () => {
  const deal = await aDeal(api, { title: 'Shelves' })
  const { body } = await api.call('post', '/v1/deals/search', { fields: [] }).expect(200)
  expect(body.data).toEqual([{ id: deal.id }])
  expect(await read(api, `deals/${deal.id}`)).toEqual(deal)
  const found = await api.call('get', '/v1/deals').expect(200)
  expect(found.body.data).toEqual([deal])
})
