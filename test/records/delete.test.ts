import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { aCompany, aContact, aDeal, aLead, asCaller, callers, limitsOf, read } from '../seed.ts'

let server: Api
beforeAll(async () => {
  server = await startApi({ limitsOf })
})
afterAll(() => server.close())

describe.each(callers)('A record deleted by $name', ({ isLimited }) => {
  let api: Api
  beforeAll(async () => {
    api = isLimited ? await asCaller(server, 'Limited') : server
  })

  it('returns 404 for every request', async () => {
    const made = { contacts: aContact(api), companies: aCompany(api), deals: aDeal(api), leads: aLead(api) }
    for (const [plural, making] of Object.entries(made)) {
      const { id } = await making
      const path = `/v1/${plural}/${id}`
      const gone = await api.call('delete', path).expect(204)
      expect(gone.text).toBe('')
      for (const answer of await Promise.all([
        api.call('get', path).expect(404),
        api.call('patch', path, { comment: 'a' }).expect(404),
        api.call('delete', path).expect(404),
      ])) {
        expect(answer.body).toMatchObject({ code: 'record_not_found' })
      }
      const list = await api.call('get', `/v1/${plural}?filter[id]=${id}&count=exact`).expect(200)
      expect(list.body).toEqual({ data: [], page: { next: null, prev: null }, total: 0, totalKind: 'exact' })
    }
  })

  it('releases its external key', async () => {
    const externalIds = [{ source: 'crm', key: `Ключ ${api.userId}` }]
    const first = await aContact(api, { externalIds })
    const taken = await api.call('post', '/v1/contacts', { firstName: 'P', externalIds }).expect(409)
    expect(taken.body).toEqual({
      type: '/docs/errors#external_id_taken',
      title: 'External key already in use',
      status: 409,
      code: 'external_id_taken',
      detail: `The external key crm/Ключ ${api.userId} belongs to another record.`,
      instance: '/v1/contacts',
      traceId: taken.body.traceId,
      id: first.id,
    })
    await api.call('delete', `/v1/contacts/${first.id}`).expect(204)
    const second = await aContact(api, { externalIds })
    expect(second.externalIds).toEqual(externalIds)
    expect(await read(api, `contacts/${second.id}`)).toEqual(second)
  })
})

describe('An external key', () => {
  const key = (name: string) => [{ source: 'b24', key: name }]

  it('belongs to one record of its type, and is free again once that record drops it', async () => {
    const [one, other] = [await aContact(server, { externalIds: key('1') }), await aContact(server)]
    await aCompany(server, { externalIds: key('1') })
    const taken = await server.call('patch', `/v1/contacts/${other.id}`, { externalIds: key('1') }).expect(409)
    expect(taken.body).toMatchObject({ code: 'external_id_taken' })
    await server.call('patch', `/v1/contacts/${one.id}`, { externalIds: [] }).expect(200)
    await server.call('patch', `/v1/contacts/${other.id}`, { externalIds: key('1') }).expect(200)
  })

  it('returns a conflict if it is taken, also beside other keys and other faults', async () => {
    await aContact(server, { externalIds: [...key('2'), ...key('3')] })
    const externalIds = [...key('2'), ...key('3')]
    await server.call('post', '/v1/contacts', { firstName: 'P', externalIds }).expect(409)
    const body = { firstName: 'P', externalIds: key('2'), observers: [7_000_001] }
    const both = await server.call('post', '/v1/contacts', body).expect(422)
    expect(both.body.errors).toMatchObject([{ code: 'not_found_reference' }, { code: 'duplicate_external_id' }])
  })

  it('does not reveal a holder that the caller may not see', async () => {
    await aContact(server, { externalIds: key('4') })
    const limited = await asCaller(server, 'Limited')
    const taken = await limited.call('post', '/v1/contacts', { firstName: 'P', externalIds: key('4') }).expect(409)
    expect(taken.body).toMatchObject({ code: 'external_id_taken', detail: expect.not.stringMatching(/contact \d/) })
    expect(taken.body).not.toHaveProperty('id')
  })

  it('is case-sensitive', async () => {
    await aContact(server, { externalIds: key('a') })
    await aContact(server, { externalIds: key('A') })
    await aContact(server, { externalIds: [{ source: 'B24', key: 'a' }] })
  })
})
