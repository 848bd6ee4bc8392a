import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type JobApi, startJobApi } from '../jobs.ts'
import { aDeal } from '../seed.ts'

let api: JobApi
beforeAll(async () => {
  api = await startJobApi()
})
afterAll(() => api.close())

it('a deleted field leaves no value in the remaining history', async () => {
  const fields = '/v1/types/deal/fields'
  const { body: margin } = await api.call('post', fields, { code: 'margin', kind: 'string', label: 'M' }).expect(201)
  await api.call('post', fields, { code: 'kept', kind: 'string', label: 'K' }).expect(201)
  const deal = await aDeal(api)
  await api.call('patch', `/v1/deals/${deal.id}`, { userFields: { margin: 'secret', kept: 'stays' } }).expect(200)
  expect(await written('secret')).toBe(1)
  await api.call('delete', `${fields}/${margin.code}`).expect(204)
  await api.work()
  expect(await written('secret')).toBe(0)
  expect(await written('stays')).toBe(1)
})

async function written(text: string): Promise<number> {
  const { rows } = await api.pool.query(`select count(*)::int as n from history where changes::text like $1`, [
    `%${text}%`,
  ])
  return rows[0].n
}
