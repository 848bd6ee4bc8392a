import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { aCompany, aContact, aDeal, asCaller, callers, limitsOf, read } from '../seed.ts'

let server: Api
beforeAll(async () => {
  server = await startApi({ limitsOf })
})
afterAll(() => server.close())

describe.each(callers)('A change by $name', ({ isLimited, hidden }) => {
  let api: Api
  beforeAll(async () => {
    api = isLimited ? await asCaller(server, 'Limited') : server
  })

  const patch = (path: string, body: object) => api.call('patch', `/v1/${path}`, body)

  it('changes only the fields in the body', async () => {
    const before = await aContact(api, {
      lastName: 'Petrov',
      position: 'CEO',
      phones: [{ value: '+7 495 123-45-67' }],
      observers: [api.userId],
      address: { city: 'Omsk', country: 'Russia' },
    })
    const change = { lastName: 'Sidorov', position: null, address: { city: 'Kazan' }, source: null }
    const { body } = await patch(`contacts/${before.id}`, change).expect(200)
    expect(body).toEqual({
      ...before,
      ...change,
      address: { ...(before.address as object), city: 'Kazan' },
      version: 2,
      updatedAt: body.updatedAt,
    })
    expect(body.updatedAt > before.updatedAt).toBe(true)
    expect(await read(api, `contacts/${before.id}`)).toEqual(body)
  })

  it('saves nothing if no value changes', async () => {
    const contact = await aContact(api, {
      phones: [{ value: '+7 495 123-45-67' }],
      observers: [api.userId],
      externalIds: [{ source: 'same', key: String(api.userId) }],
      birthDate: '1970-01-01',
      address: { lines: ['Lenina 1'] },
    })
    const { id, version, createdAt, createdBy, updatedAt, updatedBy, lastActivityAt, ...same } = contact
    expect((await patch(`contacts/${id}`, {}).expect(200)).body).toEqual(contact)
    expect((await patch(`contacts/${id}`, same).expect(200)).body).toEqual(contact)
    expect((await patch(`contacts/${id}`, { firstName: ' Ivan ' }).expect(200)).body).toEqual(contact)
    expect({ version, createdBy, updatedBy, lastActivityAt, createdAt: updatedAt }).toEqual({
      version: 1,
      createdBy: api.userId,
      updatedBy: api.userId,
      lastActivityAt: null,
      createdAt,
    })
  })

  it('may change the scale of an amount', async () => {
    const deal = await aDeal(api, { amount: '2.5' })
    const { body } = await patch(`deals/${deal.id}`, { amount: '2.50' }).expect(200)
    expect(body).toEqual({ ...deal, amount: '2.50', version: 2, updatedAt: body.updatedAt })
  })

  it('clears whole objects and lists with null', async () => {
    const full = {
      address: { city: 'Omsk' },
      phones: [{ value: '+7 495 123-45-67' }],
      observers: [api.userId],
      externalIds: [{ source: 'cleared', key: String(api.userId) }],
      companies: [{ id: (await aCompany(api)).id }],
    }
    const { id, ...before } = await aContact(api, full)
    const nothing = Object.fromEntries(Object.keys(full).map((name) => [name, null]))
    const { body } = await patch(`contacts/${id}`, nothing).expect(200)
    const empty = { address: null, phones: [], observers: [], externalIds: [], companies: [] }
    expect(body).toEqual({ id, ...before, ...empty, version: 2, updatedAt: body.updatedAt })
  })

  it('cannot clear a required name', async () => {
    const { id } = await aContact(api, { lastName: 'Petrov' })
    await patch(`contacts/${id}`, { firstName: null }).expect(200)
    const refused = await patch(`contacts/${id}`, { lastName: '' }).expect(422)
    expect(refused.body.errors).toEqual([
      {
        pointer: '/firstName',
        code: 'identity_required',
        message: 'A name, a phone number or an e-mail address is required.',
      },
    ])
    await patch(`contacts/${id}`, { lastName: '', firstName: 'Ivan' }).expect(200)
    const company = await aCompany(api)
    const nameless = await patch(`companies/${company.id}`, { title: null }).expect(422)
    expect(nameless.body.errors).toMatchObject([{ pointer: '/title', code: 'required' }])
  })

  it('returns 404 for an unknown record', async () => {
    const answer = await patch('contacts/9999999', { firstName: 'a' }).expect(404)
    expect(answer.body).toMatchObject({ code: 'record_not_found', detail: 'There is no contact 9999999.' })
    const deal = await aDeal(api)
    await patch(`leads/${deal.id + 1000}`, { title: 'a' }).expect(404)
  })

  it.each(['abc', '0', '-1', '1.5', '9007199254740993', '1e3', '%00', '__proto__'])(
    'returns 400 for the id %s',
    async (id) => {
      const answers = await Promise.all([
        patch(`contacts/${id}`, {}).expect(400),
        api.call('get', `/v1/contacts/${id}`).expect(400),
        api.call('delete', `/v1/contacts/${id}`).expect(400),
      ])
      for (const { body } of answers) {
        expect(body).toMatchObject({ code: 'malformed_request', errors: [{ parameter: 'id' }] })
      }
    },
  )

  it('keeps hidden fields', async () => {
    const { id } = await aContact(api)
    const secret = { comment: 'secret', utm: { source: 'mail', campaign: 'spring' } }
    await server.call('patch', `/v1/contacts/${id}`, secret).expect(200)
    const { body } = await patch(`contacts/${id}`, { firstName: 'Pyotr', phones: [{ value: '112' }] }).expect(200)
    for (const name of ['comment', 'utm']) expect(name in body).toBe(!hidden.includes(name))
    expect(await read(server, `contacts/${id}`)).toMatchObject({
      comment: 'secret',
      utm: { source: 'mail', medium: null, campaign: 'spring', content: null, term: null },
      version: 3,
    })
  })
})
