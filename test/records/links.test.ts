import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { aCompany, aContact, aDeal, asCaller, callers, limitsOf, read, type Saved } from '../seed.ts'

let server: Api
beforeAll(async () => {
  server = await startApi({ limitsOf })
})
afterAll(() => server.close())

describe.each(callers)('Links of $name', ({ isLimited }) => {
  let api: Api
  beforeAll(async () => {
    api = isLimited ? await asCaller(server, 'Limited') : server
  })

  const change = async (path: string, body: object): Promise<Saved> =>
    (await api.call('patch', `/v1/${path}`, body).expect(200)).body
  const links = (...records: Saved[]) => records.map(({ id }, index) => ({ id, primary: index === 0 }))
  const several = (count: number, make: typeof aContact) =>
    Promise.all(Array.from({ length: count }, () => make(api))) as Promise<[Saved, Saved, Saved]>

  it('are the same from both sides, and change both versions', async () => {
    const company = await aCompany(api)
    const contact = await aContact(api, { companies: [{ id: company.id }] })
    expect(contact).toMatchObject({ companies: [{ id: company.id, primary: true }], version: 1 })
    const linked = await read(api, `companies/${company.id}`)
    expect(linked).toEqual({ ...company, ...{ contacts: links(contact), version: 2, updatedAt: linked.updatedAt } })
    const alone = await change(`companies/${company.id}`, { contacts: [] })
    expect(alone).toMatchObject({ contacts: [], version: 3 })
    const left = await read(api, `contacts/${contact.id}`)
    expect(left).toEqual({ ...contact, companies: [], version: 2, updatedAt: alone.updatedAt })
  })

  it('have one primary on each side: the first one by default', async () => {
    const [a, b, c] = await several(3, aContact)
    const company = await aCompany(api, { contacts: [{ id: b.id }, { id: a.id }, { id: c.id }] })
    expect(company.contacts).toEqual(links(b, a, c))
    const other = await aCompany(api, { contacts: [{ id: a.id }, { id: c.id, primary: true }] })
    expect(other.contacts).toEqual([
      { id: a.id, primary: false },
      { id: c.id, primary: true },
    ])
    for (const { id } of [a, c]) {
      // The first linked company stays the primary one.
      expect((await read(api, `contacts/${id}`)).companies).toEqual(links(company, other))
    }
  })

  it('are refused with two primaries', async () => {
    const [a, b] = await several(2, aContact)
    const two = [a, b].map(({ id }) => ({ id, primary: true }))
    for (const contacts of [two, { add: two }]) {
      const { body } = await api.call('post', '/v1/companies', { title: 'V', contacts }).expect(422)
      expect(body.errors).toEqual([
        { pointer: '/contacts', code: 'two_primaries', message: 'Only one value can be primary.' },
      ])
    }
  })

  it('promote the next link if the primary is removed on either side', async () => {
    const [a, b, c] = await several(3, aContact)
    const company = await aCompany(api, { contacts: [a, b, c].map(({ id }) => ({ id })) })
    const { contacts } = await change(`companies/${company.id}`, { contacts: { remove: [a.id] } })
    expect(contacts).toEqual(links(b, c))
    await change(`contacts/${b.id}`, { companies: [] })
    expect((await read(api, `companies/${company.id}`)).contacts).toEqual(links(c))
    await change(`contacts/${c.id}`, { companies: { remove: [company.id] } })
    expect((await read(api, `companies/${company.id}`)).contacts).toEqual([])
  })

  it('replace the primary with an added primary', async () => {
    const [a, b, c] = await several(3, aContact)
    const deal = await aDeal(api, { contacts: [{ id: a.id }] })
    const path = `deals/${deal.id}`
    const two = await change(path, { contacts: { add: [{ id: b.id, primary: true }] } })
    expect(two.contacts).toEqual([
      { id: a.id, primary: false },
      { id: b.id, primary: true },
    ])
    const three = await change(path, { contacts: { add: [{ id: c.id }] } })
    expect(three.contacts).toEqual([...(two.contacts as object[]), { id: c.id, primary: false }])
    // A link that exists already can become the primary, too.
    const again = await change(path, { contacts: { add: [{ id: a.id, primary: true }] } })
    expect(again.contacts).toEqual([
      { id: a.id, primary: true },
      { id: b.id, primary: false },
      { id: c.id, primary: false },
    ])
    expect(await change(path, { contacts: { add: [{ id: b.id }] } })).toEqual(again)
  })

  it('are replaced as a whole, in the given order', async () => {
    const [a, b, c] = await several(3, aContact)
    const deal = await aDeal(api, { contacts: [{ id: a.id }, { id: b.id }] })
    const body = await change(`deals/${deal.id}`, { contacts: [{ id: c.id }, { id: b.id, primary: true }] })
    expect(body.contacts).toEqual([
      { id: c.id, primary: false },
      { id: b.id, primary: true },
    ])
    expect(await change(`deals/${deal.id}`, { contacts: body.contacts })).toEqual(body)
    expect(await read(api, `deals/${deal.id}`)).toEqual(body)
  })

  it('of a deal do not change its contacts and company', async () => {
    const [company, [a, b]] = await Promise.all([aCompany(api), several(2, aContact)])
    const deal = await aDeal(api, { companyId: company.id, contacts: [{ id: a.id }, { id: b.id }] })
    expect(deal).toMatchObject({ companyId: company.id, contacts: links(a, b), version: 1 })
    expect(await read(api, `contacts/${a.id}`)).toEqual(a)
    expect(await read(api, `companies/${company.id}`)).toEqual(company)
    const moved = await change(`deals/${deal.id}`, { companyId: null })
    expect(moved).toEqual({ ...deal, companyId: null, version: 2, updatedAt: moved.updatedAt })
  })

  it('to deleted records are hidden, and the visible ones have a primary', async () => {
    const [a, b, c] = await several(3, aContact)
    const company = await aCompany(api, { contacts: [a, b].map(({ id }) => ({ id })) })
    const deal = await aDeal(api, { contacts: [a, b].map(({ id }) => ({ id })) })
    await api.call('delete', `/v1/contacts/${a.id}`).expect(204)
    expect((await read(api, `companies/${company.id}`)).contacts).toEqual(links(b))
    expect((await read(api, `deals/${deal.id}`)).contacts).toEqual(links(b))
    const { body } = await api.call('get', `/v1/companies?filter[contacts]=${a.id}`).expect(200)
    expect(body.data).toEqual([])
    const refused = await api.call('patch', `/v1/deals/${deal.id}`, { contacts: { add: [{ id: a.id }] } }).expect(422)
    expect(refused.body.errors).toEqual([
      { pointer: '/contacts/add/0/id', code: 'not_found_reference', message: `There is no contact ${a.id}.` },
    ])
    const { contacts } = await change(`deals/${deal.id}`, { contacts: { add: [{ id: c.id }] } })
    expect(contacts).toEqual(links(b, c))
  })

  it('to a deleted company are refused', async () => {
    const company = await aCompany(api)
    await api.call('delete', `/v1/companies/${company.id}`).expect(204)
    const refused = await api.call('post', '/v1/deals', { companyId: company.id }).expect(422)
    expect(refused.body.errors).toEqual([
      { pointer: '/companyId', code: 'not_found_reference', message: `There is no company ${company.id}.` },
    ])
  })

  it('return a fault for every unknown record', async () => {
    const { body } = await api.call('post', '/v1/deals', {
      companyId: 8_000_001,
      leadId: 8_000_003,
      contacts: [{ id: 8_000_005 }, { id: 8_000_007 }],
      responsibleId: 8_000_009,
      observers: [8_000_011],
    })
    const faults = (body.errors as { pointer: string; message: string }[]).map(
      ({ pointer, message }) => `${pointer}: ${message}`,
    )
    // For a limited caller, deals of others are unknown as well.
    expect(new Set(faults)).toEqual(
      new Set([
        '/companyId: There is no company 8000001.',
        '/leadId: There is no lead 8000003.',
        '/contacts/0/id: There is no contact 8000005.',
        '/contacts/1/id: There is no contact 8000007.',
        '/responsibleId: There is no user 8000009.',
        '/observers/0: There is no user 8000011.',
      ]),
    )
  })
})
