import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { aContact, asCaller, callers, limitsOf, read } from '../seed.ts'

type Item = { id: number; kind: string; value: string; normalized: string }

let server: Api
beforeAll(async () => {
  server = await startApi({ limitsOf })
})
afterAll(() => server.close())

describe.each(callers)('A list of values of $name', ({ isLimited }) => {
  let api: Api
  beforeAll(async () => {
    api = isLimited ? await asCaller(server, 'Limited') : server
  })

  const change = async (id: number, body: object) =>
    (await api.call('patch', `/v1/contacts/${id}`, body).expect(200)).body
  const [office, mobile, home] = [
    { kind: 'work', value: '+7 495 123-45-67' },
    { kind: 'mobile', value: '+7 945 123-45-67' },
    { kind: 'home', value: '+7 812 123-45-67' },
  ]

  it('replaced as a whole keeps the items named by id or value, and drops the others', async () => {
    const { id, phones } = await aContact(api, { phones: [office, mobile] })
    const [first, second] = phones as Item[]
    const { phones: changed } = await change(id, {
      phones: [home, { id: second!.id, kind: 'other' }, office],
    })
    const added = { ...home, id: changed[0].id, normalized: '+78121234567' }
    expect(changed).toEqual([added, { ...second, kind: 'other' }, first])
    expect([first!.id, second!.id]).not.toContain(added.id)
    expect((await read(api, `contacts/${id}`)).phones).toEqual(changed)
  })

  it('supports add and remove', async () => {
    const { id, phones } = await aContact(api, { phones: [office, mobile] })
    const [first, second] = phones as Item[]
    const { phones: changed, version } = await change(id, { phones: { remove: [first!.id], add: [home] } })
    expect(changed).toEqual([second, { ...home, id: changed[1].id, normalized: '+78121234567' }])
    expect(version).toBe(2)
    expect(await change(id, { phones: { add: [mobile] } })).toMatchObject({ phones: changed, version: 2 })
    expect(await change(id, { phones: {} })).toMatchObject({ phones: changed, version: 2 })
    expect(await change(id, { phones: { remove: [first!.id] } })).toMatchObject({ phones: changed, version: 2 })
  })

  it('changes an added item with an id in its place', async () => {
    const { id, phones, emails } = await aContact(api, { phones: [office, mobile], emails: [{ value: 'a@b.example' }] })
    const [first, second] = phones as Item[]
    const [email] = emails as Item[]
    const changed = await change(id, {
      phones: { add: [{ id: first!.id, value: home.value }, home] },
      emails: { add: [{ id: email!.id, kind: 'home', value: 'c@d.example' }] },
    })
    const other = { id: first!.id, kind: 'work', value: home.value, normalized: '+78121234567' }
    expect(changed).toMatchObject({
      version: 2,
      phones: [other, second, home],
      emails: [{ id: email!.id, kind: 'home', value: 'c@d.example', normalized: 'c@d.example' }],
    })
    expect(await change(id, { phones: { add: [other, { id: second!.id }] } })).toMatchObject({ version: 2 })
    for (const add of [
      [{ id: first!.id, ...mobile }],
      [
        { id: first!.id, kind: 'fax' },
        { id: first!.id, kind: 'other' },
      ],
    ]) {
      const { body } = await api.call('patch', `/v1/contacts/${id}`, { phones: { add } }).expect(422)
      expect(body.errors).toMatchObject([{ pointer: `/phones/add/${add.length - 1}`, code: 'duplicate_value' }])
    }
  })

  it('updates the normalized value with the value', async () => {
    const { id, emails } = await aContact(api, { emails: [{ value: 'A@B.example' }] })
    const [email] = emails as Item[]
    const { emails: changed } = await change(id, { emails: [{ ...email, value: 'C@D.example' }] })
    expect(changed).toEqual([{ ...email, value: 'C@D.example', normalized: 'c@d.example' }])
  })

  it('keeps its order', async () => {
    const { id, phones } = await aContact(api, { phones: [office, mobile, home] })
    const turned = (phones as Item[]).toReversed()
    expect((await change(id, { phones: turned.map(({ id }) => ({ id })) })).phones).toEqual(turned)
    expect((await read(api, `contacts/${id}`)).phones).toEqual(turned)
  })

  it('refuses an item of another record', async () => {
    const [one, other] = [await aContact(api, { phones: [office] }), await aContact(api, { phones: [mobile] })]
    const [item] = one.phones as Item[]
    const body = { phones: [{ id: item!.id, value: '+7 495 765-43-21' }] }
    const refused = await api.call('patch', `/v1/contacts/${other.id}`, body).expect(422)
    expect(refused.body.errors).toMatchObject([{ pointer: '/phones/0/id', code: 'unknown_item' }])
    await change(other.id, { phones: { remove: [item!.id] } })
    expect(await read(api, `contacts/${one.id}`)).toEqual(one)
  })

  it('has each value of a kind once', async () => {
    const twice = await api.call('post', '/v1/contacts', { firstName: 'I', phones: [office, office] }).expect(422)
    expect(twice.body.errors).toMatchObject([{ pointer: '/phones/1', code: 'duplicate_value' }])
    const contact = await aContact(api, { phones: [office, { ...office, kind: 'fax' }] })
    expect(contact.phones).toMatchObject([office, { ...office, kind: 'fax' }])
    expect(await change(contact.id, { phones: contact.phones })).toEqual(contact)
  })

  it('names each of its items once', async () => {
    const { id, phones } = await aContact(api, { phones: [office] })
    const [item] = phones as Item[]
    const twice = [
      { id: item!.id, value: '112' },
      { id: item!.id, value: '113' },
    ]
    // The second one has the value of the existing item, so it would be the same item.
    const renamed = [{ id: item!.id, value: '112' }, office]
    for (const phones of [twice, renamed]) {
      const refused = await api.call('patch', `/v1/contacts/${id}`, { phones }).expect(422)
      expect(refused.body.errors).toMatchObject([{ pointer: '/phones/1', code: 'duplicate_value' }])
    }
  })

  it('of observers is a set', async () => {
    const { id } = await aContact(api, { observers: [api.userId] })
    const observers = [api.userId, server.userId].filter((user, index, all) => all.indexOf(user) === index)
    expect((await change(id, { observers: { add: [server.userId] } })).observers).toEqual(observers)
    expect((await change(id, { observers: { remove: [api.userId, 5_000_001] } })).observers).toEqual(observers.slice(1))
    const twice = await api.call('patch', `/v1/contacts/${id}`, { observers: [api.userId, api.userId] }).expect(422)
    expect(twice.body.errors).toMatchObject([{ pointer: '/observers/1', code: 'duplicate_value' }])
  })

  it('of external keys is edited by key, in any member order', async () => {
    const key = (name: string) => ({ source: `list-${api.userId}`, key: name })
    const { id } = await aContact(api, { externalIds: [key('1'), key('2')] })
    const { externalIds } = await change(id, {
      externalIds: { remove: [{ key: '1', source: `list-${api.userId}` }], add: [key('3')] },
    })
    expect(externalIds).toEqual([key('2'), key('3')])
    expect((await change(id, { externalIds: [key('3')] })).externalIds).toEqual([key('3')])
    const other = await aContact(api, { externalIds: [key('1'), key('2')] })
    expect(other.externalIds).toEqual([key('1'), key('2')])
  })

  it('has at most a hundred contact details', async () => {
    const many = (count: number) => Array.from({ length: count }, (_, n) => ({ value: `+7495123${1000 + n}` }))
    expect((await aContact(api, { phones: many(100) })).phones).toHaveLength(100)
    const refused = await api.call('post', '/v1/contacts', { firstName: 'I', phones: many(101) }).expect(422)
    expect(refused.body.errors).toMatchObject([{ pointer: '/phones', code: 'too_many' }])
  })
})
