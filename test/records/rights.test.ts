import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { aCompany, aContact, aDeal, asCaller, limitsByName, limitsOf, own, read } from '../seed.ts'

let admin: Api
let mine: Api
beforeAll(async () => {
  admin = await startApi({ limitsOf })
  mine = await asCaller(admin, 'Limited')
})
afterAll(() => admin.close())

const forbidden = (operation: string, type: string) => ({
  code: 'forbidden',
  detail: `You need the permission "${operation}" for "${type}".`,
})

describe('A record without read access', () => {
  it('returns the same response as an unknown record', async () => {
    const [hidden, gone] = [await aDeal(admin), await aDeal(admin)]
    await admin.call('delete', `/v1/deals/${gone.id}`).expect(204)
    for (const [method, body] of [['get'], ['patch', { title: 'a' }], ['delete']] as const) {
      const [there, nowhere] = await Promise.all(
        [hidden, gone].map(({ id }) => mine.call(method, `/v1/deals/${id}`, body).expect(404)),
      )
      const told = (answer: typeof there, id: number) => ({
        ...answer?.body,
        traceId: null,
        instance: answer?.body.instance.replace(`/${id}`, '/:id'),
        detail: answer?.body.detail.replace(` ${id}`, ' :id'),
      })
      expect(told(there, hidden.id)).toEqual(told(nowhere, gone.id))
      expect(told(there, hidden.id)).toMatchObject({
        code: 'record_not_found',
        detail: 'There is no deal :id.',
      })
    }
    expect(await read(admin, `deals/${hidden.id}`)).toEqual(hidden)
  })

  it('is in no list, search or count', async () => {
    const [theirs, ours] = [await aDeal(admin, { title: 'Sight' }), await aDeal(mine, { title: 'Sight' })]
    const filter = { field: 'title', value: 'Sight' }
    const list = await mine.call('get', '/v1/deals?filter[title]=Sight&count=exact').expect(200)
    expect(list.body).toMatchObject({ data: [{ id: ours.id }], total: 1 })
    const search = await mine.call('post', '/v1/deals/search', { filter: { not: { not: filter } } }).expect(200)
    expect(search.body.data).toEqual([ours])
    for (const count of ['exact', 'estimated']) {
      const counted = await mine.call('post', '/v1/deals/count', { filter, count }).expect(200)
      expect(counted.body).toEqual({ total: 1, totalKind: 'exact' })
    }
    expect((await admin.call('post', '/v1/deals/count', { filter }).expect(200)).body.total).toBe(2)
    expect(theirs.id).not.toBe(ours.id)
  })

  it('cannot be linked, keeps its existing links, and loses a link once it is removed', async () => {
    const [theirs, ours] = [await aContact(admin), await aContact(mine)]
    const refused = await mine.call('post', '/v1/deals', { contacts: [{ id: theirs.id }] }).expect(422)
    expect(refused.body.errors).toEqual([
      { pointer: '/contacts/0/id', code: 'not_found_reference', message: `There is no contact ${theirs.id}.` },
    ])
    const deal = await aDeal(mine)
    await admin.call('patch', `/v1/deals/${deal.id}`, { contacts: [{ id: theirs.id }] }).expect(200)
    const list = [{ id: theirs.id }, { id: ours.id }]
    const kept = await mine.call('patch', `/v1/deals/${deal.id}`, { contacts: list }).expect(200)
    expect(kept.body.contacts).toEqual([
      { id: theirs.id, primary: true },
      { id: ours.id, primary: false },
    ])
    const body = { contacts: { remove: [theirs.id] } }
    const left = await mine.call('patch', `/v1/deals/${deal.id}`, body).expect(200)
    expect(left.body.contacts).toEqual([{ id: ours.id, primary: true }])
  })

  it('gets a new version if a link from a record with write access is removed', async () => {
    const [a, b] = [await aContact(mine), await aContact(mine)]
    const company = await aCompany(admin, { contacts: [{ id: a.id }, { id: b.id }] })
    await mine.call('patch', `/v1/contacts/${a.id}`, { companies: [] }).expect(200)
    expect(await read(admin, `companies/${company.id}`)).toMatchObject({
      contacts: [{ id: b.id, primary: true }],
      version: 2,
      updatedBy: mine.userId,
    })
  })
})

describe('A record with read access', () => {
  beforeAll(() => {
    limitsByName.Reader = (caller) => ({ rows: { update: own(caller), delete: false, move: false, add: own(caller) } })
  })

  it('may be protected from changes, deletion and moves', async () => {
    const reader = await asCaller(admin, 'Reader')
    const theirs = await aDeal(admin)
    expect(await read(reader, `deals/${theirs.id}`)).toEqual(theirs)
    const answer = await reader.call('patch', `/v1/deals/${theirs.id}`, { title: 'a' }).expect(403)
    expect(answer.body).toMatchObject(forbidden('update', 'deal'))
    // A caller without write access gets no faults of the body.
    await reader.call('patch', `/v1/deals/${theirs.id}`, { nonsense: 1 }).expect(403)
    const deleted = await reader.call('delete', `/v1/deals/${theirs.id}`).expect(403)
    expect(deleted.body).toMatchObject(forbidden('delete', 'deal'))
    const ours = await aDeal(reader)
    const moved = await reader.call('patch', `/v1/deals/${ours.id}`, { stageId: 'WON', title: 'a' }).expect(403)
    expect(moved.body).toMatchObject(forbidden('move', 'deal'))
    expect(await read(admin, `deals/${ours.id}`)).toEqual(ours)
    expect(await read(admin, `deals/${theirs.id}`)).toEqual(theirs)
    const titled = await reader.call('patch', `/v1/deals/${ours.id}`, { stageId: 'NEW', title: 'a' }).expect(200)
    expect(titled.body).toMatchObject({ title: 'a', version: 2 })
  })

  it('may only be created for oneself', async () => {
    const { body } = await mine.call('post', '/v1/deals', { responsibleId: admin.userId, title: 'Theft' }).expect(403)
    expect(body).toMatchObject(forbidden('add', 'deal'))
    const { rows } = await admin.pool.query(`select count(*)::int as n from deal where title = 'Theft'`)
    expect(rows).toEqual([{ n: 0 }])
    await aDeal(mine, { responsibleId: mine.userId })
  })

  it('may be given away out of sight, and the response still shows it as saved', async () => {
    const deal = await aDeal(mine)
    const handover = { responsibleId: admin.userId, stageId: 'WON' }
    const moved = await mine.call('patch', `/v1/deals/${deal.id}`, handover).expect(403)
    expect(moved.body).toMatchObject(forbidden('move', 'deal'))
    const { body } = await mine.call('patch', `/v1/deals/${deal.id}`, { responsibleId: admin.userId }).expect(200)
    expect(body).toEqual({ ...deal, responsibleId: admin.userId, version: 2, updatedAt: body.updatedAt })
    await mine.call('get', `/v1/deals/${deal.id}`).expect(404)
  })
})

describe('A hidden field', () => {
  it.each(['comment', 'utm', 'utm.source'])('%s is unknown in filters, sort orders and field lists', async (name) => {
    const [filtered, sorted, chosen] = await Promise.all([
      mine.call('get', `/v1/deals?filter[${name}]=a`).expect(400),
      mine.call('get', `/v1/deals?sort=${name}`).expect(400),
      mine.call('get', `/v1/deals?fields=${name}`).expect(400),
    ])
    const message = `There is no field ${name}.`
    const fault = (parameter: string) => [{ parameter, code: 'unknown_field', message }]
    expect(filtered.body.errors).toEqual(fault(`filter[${name}]`))
    expect(sorted.body.errors).toEqual(fault('sort'))
    expect(chosen.body.errors).toEqual(fault('fields'))
    const body = { filter: { field: name, op: 'isEmpty', value: true } }
    const searched = await mine.call('post', '/v1/deals/search', body).expect(422)
    expect(searched.body.errors).toEqual([{ pointer: '/filter/field', code: 'unknown_field', message }])
  })

  it('is in no response, and its changes do not affect the response', async () => {
    const { id, ...deal } = await aDeal(mine)
    await admin.call('patch', `/v1/deals/${id}`, { comment: 'secret', utm: { source: 'secret' } }).expect(200)
    for (const path of [`deals/${id}`, `deals?filter[id]=${id}`, `deals/${id}/history`]) {
      expect(JSON.stringify(await read(mine, path))).not.toMatch(/secret|comment|utm/)
    }
    const change = await mine.call('patch', `/v1/deals/${id}`, { title: 'a' }).expect(200)
    expect(Object.keys(change.body).sort()).toEqual(['id', ...Object.keys(deal)].sort())
  })
})
