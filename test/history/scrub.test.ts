import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type JobApi, startJobApi } from '../jobs.ts'
import { aContact, aDeal } from '../seed.ts'

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

it('scrubs the parent of a removed relation, which is no user field', async () => {
  const relations = { parents: ['contact'] }
  await api.call('post', '/v1/types', { code: 'visit', title: 'Visit', relations }).expect(201)
  const contact = await aContact(api)
  const { body } = await api.call('post', '/v1/types/visit/items', { title: 'x', contactId: contact.id }).expect(201)
  await api.call('patch', `/v1/types/visit/items/${body.id}`, { contactId: null }).expect(200)
  await api.call('patch', '/v1/types/visit', { relations: { parents: [] } }).expect(200)
  await api.work()
  const { rows } = await api.pool.query(
    `select changes from history join record_type as t on t.id = type_id where t.code = 'visit' and changes ? 'contactId'`,
  )
  expect(rows).toEqual([])
  const failed = await api.pool.query(`select name from pgboss.job where name = 'scrub-field' and state <> 'completed'`)
  expect(failed.rows).toEqual([])
})
