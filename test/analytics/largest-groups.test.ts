import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { aDeal } from '../seed.ts'
import { query } from './cells.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
  const sources = ['CALL', 'CALL', 'CALL', 'WEB', 'WEB', 'ADVERTISING', null]
  for (const source of sources) await aDeal(api, { source })
})
afterAll(() => api.close())

/** Returns the label and the count of each row. */
async function rowsOf(body: object) {
  const { rows, truncated } = await query(api, { measures: [{ as: 'count', fn: 'count' }], ...body })
  return [...rows.map(({ label, cells }) => [label, cells.count!.value]), ...(truncated ? ['truncated'] : [])]
}

it('shows only the largest groups, and the others in one row on request', async () => {
  expect(await rowsOf({ groupBy: [{ field: 'source', top: 2 }] })).toEqual([
    ['Call', 3],
    ['Website', 2],
  ])
  expect(await rowsOf({ groupBy: [{ field: 'source', top: 2, other: true }] })).toEqual([
    ['Call', 3],
    ['Website', 2],
    ['Other', 2],
  ])
})

it('shows the largest groups also in ascending order', async () => {
  expect(await rowsOf({ groupBy: [{ field: 'source', top: 2 }], sort: ['count'] })).toEqual([
    ['Website', 2],
    ['Call', 3],
  ])
})

it('shows no more rows than the limit', async () => {
  expect(await rowsOf({ groupBy: [{ field: 'source', top: 2, other: true }], limit: 1 })).toEqual([
    ['Call', 3],
    'truncated',
  ])
})

it('orders records without the values of a list as all others', async () => {
  const contact = (await api.call('post', '/v1/contacts', { firstName: 'Anna' }).expect(201)).body
  await aDeal(api, { source: null, amount: '5', contacts: [{ id: contact.id, primary: true }] })
  const { rows } = await query(api, {
    groupBy: [{ field: 'contacts' }],
    measures: [{ as: 'count', fn: 'count' }],
    sort: ['-count'],
  })
  expect(rows.map(({ cells }) => cells.count!.value)).toEqual([7, 1])
})
