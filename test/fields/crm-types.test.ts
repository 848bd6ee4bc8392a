import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { freshDatabase } from '../database.ts'
import { exportedText } from '../exports/exported.ts'
import { aCompany, aContact, read } from '../seed.ts'

let api: Api
/** A second server on the same database. */
let other: Api
beforeAll(async () => {
  const database = await freshDatabase()
  api = await startApi({ database })
  other = await startApi({ database: { ...database, close: async () => {} } })
  await api.call('post', '/v1/types', { code: 'delivery', title: 'Delivery', number: 171 }).expect(201)
})
afterAll(async () => {
  await other.close()
  await api.close()
})

const addField = (type: string, code: string, types: string[]) =>
  api.call('post', `/v1/types/${type}/fields`, { code, kind: 'crm', label: code, settings: { types } }).expect(201)

it('links records of smart processes, in both directions, until the type is deleted', async () => {
  await addField('contact', 'parcel', ['delivery', 'company'])
  await addField('delivery', 'carrier', ['company'])
  const company = await aCompany(api)
  const carrier = { type: 'company', id: company.id }
  const items = '/v1/types/delivery/items'
  const item = (await api.call('post', items, { title: 'Parcel', userFields: { carrier } }).expect(201)).body
  expect(item.userFields).toEqual({ carrier })
  const parcel = { type: 'delivery', id: item.id }
  const contact = await aContact(api, { userFields: { parcel } })
  expect((await read(other, `contacts/${contact.id}`)).userFields).toEqual({ parcel })
  const found = await other
    .call('get', '/v1/contacts?filter[userFields.parcel.delivery.title]=Parcel&expand=userFields.parcel.delivery')
    .expect(200)
  expect(found.body.data).toEqual([{ ...contact, expanded: { 'userFields.parcel.delivery': item } }])
  const path = `contacts/export?mode=raw&fields=userFields.parcel&filter[userFields.parcel]=Tab_${item.id}`
  expect(await exportedText(api.call, path)).toBe(`userFields.parcel\r\nTab_${item.id}\r\n`)

  await api.call('delete', '/v1/types/delivery?force=true').expect(204)
  for (const server of [api, other]) {
    expect((await read(server, `contacts/${contact.id}`)).userFields).toEqual({ parcel: null })
    const field = await server.call('get', '/v1/types/contact/fields/parcel').expect(200)
    expect(field.body.settings).toEqual({ types: ['company'] })
  }
  const { body } = await api
    .call('patch', `/v1/contacts/${contact.id}`, { userFields: { parcel: carrier } })
    .expect(200)
  expect(body.userFields).toEqual({ parcel: carrier })
  const refused = await api.call('patch', `/v1/contacts/${contact.id}`, { userFields: { parcel } }).expect(422)
  expect(refused.body.errors).toEqual([
    expect.objectContaining({ pointer: '/userFields/parcel/type', code: 'unknown_value' }),
  ])
})
