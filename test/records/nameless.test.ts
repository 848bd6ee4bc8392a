import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { aContact, aDeal } from '../seed.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

const phones = [{ value: '8 (495) 123-45-67' }]
const emails = [{ value: 'orders@vector.example' }]

it('A contact needs a name, a phone or an e-mail', async () => {
  const byPhone = await api.call('post', '/v1/contacts', { phones }).expect(201)
  expect(byPhone.body).toMatchObject({ firstName: null, lastName: null, phones: [{ value: '8 (495) 123-45-67' }] })
  const byEmail = await api.call('post', '/v1/contacts', { emails }).expect(201)
  const refusal = {
    pointer: '/firstName',
    code: 'identity_required',
    message: 'A name, a phone number or an e-mail address is required.',
  }
  const none = await api.call('post', '/v1/contacts', { middleName: 'Ivanovich', websites: [] }).expect(422)
  expect(none.body.errors).toEqual([refusal])
  const last = { emails: { remove: [byEmail.body.emails[0].id] } }
  const emptied = await api.call('patch', `/v1/contacts/${byEmail.body.id}`, last).expect(422)
  expect(emptied.body.errors).toEqual([refusal])
  await api.call('patch', `/v1/contacts/${byEmail.body.id}`, { ...last, lastName: 'Orlova' }).expect(200)
  const wrong = await api.call('post', '/v1/contacts', { phones: [{ value: 'x' }] }).expect(422)
  expect(wrong.body.errors).toMatchObject([{ pointer: '/phones/0/value', code: 'invalid_phone' }])
})

it('A contact without a name is shown by its phone or else by its e-mail', async () => {
  const both = await aContact(api, { firstName: null, lastName: null, phones, emails })
  const mail = await aContact(api, { firstName: null, lastName: null, emails: [{ value: 'shop@nameless.example' }] })
  const named = await aContact(api, { firstName: null, lastName: 'Losev', phones })
  const deal = await aDeal(api, { title: 'Order', contacts: [both, mail, named].map(({ id }) => ({ id })) })
  const exported = await api.call('get', `/v1/deals/export?filter[id]=${deal.id}&fields=contacts`).expect(200)
  expect(exported.text).toContain('8 (495) 123-45-67; shop@nameless.example; Losev')
  await api.call('patch', `/v1/deals/${deal.id}`, { contacts: [] }).expect(200)
  const history = await api.call('get', `/v1/deals/${deal.id}/history?mode=people`).expect(200)
  const [{ oldText }] = history.body.data[0].changes
  expect(oldText).toBe('8 (495) 123-45-67 (main), shop@nameless.example, Losev')
  const hits = await api.call('get', '/v1/search?q=shop@nameless.example').expect(200)
  expect(hits.body.data).toMatchObject([{ type: 'contact', id: mail.id, name: 'shop@nameless.example' }])
  await api.call('delete', `/v1/contacts/${both.id}`).expect(204)
  const bin = await api.call('get', `/v1/recycle-bin?filter[name]=8 (495) 123-45-67`).expect(200)
  expect(bin.body.data).toMatchObject([{ id: `C_${both.id}`, name: '8 (495) 123-45-67' }])
})
