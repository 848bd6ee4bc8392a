import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type JobApi, startJobApi } from '../jobs.ts'
import { aCompany, aContact } from '../seed.ts'
import { exported } from './exported.ts'

let api: JobApi
beforeAll(async () => {
  api = await startJobApi()
})
afterAll(() => api.close())

/** Exports the contacts with this comment, and returns their last names and the number of omitted ones. */
async function exportedNames(comment: string) {
  const query = `mode=raw&fields=lastName&sort=lastName&filter[comment]=${comment}`
  const { headers, bytes } = await exported(api.call, `contacts/export?${query}`)
  return { names: bytes.toString().trim().split('\r\n').slice(1), omitted: headers['export-omitted'] }
}

it('because a contact takes part in exports unless its card says otherwise', async () => {
  const { id, participatesInExport } = await aContact(api, { lastName: 'A', comment: 'card' })
  await aContact(api, { lastName: 'B', comment: 'card' })
  expect(participatesInExport).toBe(true)
  await api.call('patch', `/v1/contacts/${id}`, { participatesInExport: false }).expect(200)
  expect(await exportedNames('card')).toEqual({ names: ['B'], omitted: '1' })
  await api.call('patch', `/v1/contacts/${id}`, { participatesInExport: true }).expect(200)
  expect(await exportedNames('card')).toEqual({ names: ['A', 'B'], omitted: '0' })
})

it('and a bulk action can switch the option on for many contacts at once', async () => {
  for (const lastName of ['A', 'B', 'C'])
    await aContact(api, { lastName, comment: 'bulk', participatesInExport: false })
  expect(await exportedNames('bulk')).toEqual({ names: [], omitted: '3' })
  const filter = { field: 'comment', op: 'eq', value: 'bulk' }
  await api.call('post', '/v1/contacts/bulk', { filter, set: { participatesInExport: true } }).expect(202)
  await api.work()
  expect(await exportedNames('bulk')).toEqual({ names: ['A', 'B', 'C'], omitted: '0' })
})

it('which other records do not have: they are all exported', async () => {
  await aCompany(api)
  const { status, headers } = await exported(api.call, 'companies/export')
  expect([status, headers['export-omitted']]).toEqual([200, undefined])
  const { body } = await api.call('post', '/v1/companies', { title: 'X', participatesInExport: false }).expect(422)
  expect(body.errors).toMatchObject([{ pointer: '/participatesInExport', code: 'unknown_field' }])
})
