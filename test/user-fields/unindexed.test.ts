import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, aUser, startApi } from '../api.ts'
import { aCompany, aContact } from '../seed.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
  await field('contact', 'plain', { filterable: false, sortable: false })
  await field('contact', 'indexed')
  await field('contact', 'number', { kind: 'integer', filterable: false, sortable: true })
  await field('contact', 'flag', { kind: 'boolean', filterable: false })
  const options = [{ code: 'a', label: 'A' }]
  await field('contact', 'option', { kind: 'enumeration', options, filterable: false })
  await field('contact', 'choice', { kind: 'enumeration', options, filterable: false, sortable: false })
  await field('company', 'branch', { filterable: false, sortable: false })
  const company = await aCompany(api, { userFields: { branch: 'Omsk' } })
  await aContact(api, { userFields: { plain: 'a', indexed: 'b', number: 7 }, companies: [{ id: company.id }] })
})
afterAll(() => api.close())

async function field(type: string, code: string, more: object = {}): Promise<void> {
  await api.call('post', `/v1/types/${type}/fields`, { code, kind: 'string', label: code, ...more }).expect(201)
}

const told = async (path: string, body?: object) => {
  const answer = await api.call(body ? 'post' : 'get', path, body)
  return [answer.status, answer.headers['unindexed-fields'] ?? null]
}

describe('a response names the fields that have no index', () => {
  it.each([
    ['filter[userFields.plain]=a', 'userFields.plain'],
    ['filter[userFields.plain][contains]=a&sort=-userFields.plain', 'userFields.plain'],
    ['sort=userFields.plain', 'userFields.plain'],
    ['filter[userFields.plain]=a&filter[userFields.number][gt]=1', 'userFields.plain, userFields.number'],
    ['filter[companies.userFields.branch]=Omsk', 'companies.userFields.branch'],
    ['filter[userFields.indexed]=b&sort=userFields.indexed', null],
    // The index for sorting finds values as well, but `filterable` is a promise for every operator.
    ['sort=userFields.number', null],
    // No index would find a flag faster.
    ['filter[userFields.flag]=true', null],
    ['filter[lastName]=x&sort=lastName', null],
    ['sort=responsibleId,lastName', 'responsibleId'],
    ['sort=-responsibleId', null],
    ['sort=source,-id', null],
    ['sort=honorific', 'honorific'],
    ['sort=userFields.option', null],
    ['sort=userFields.choice&filter[userFields.choice]=a', 'userFields.choice'],
    ['sort=-userFields.flag&filter[userFields.plain]=a', 'userFields.plain, userFields.flag'],
  ])('of GET ?%s', async (query, names) => {
    expect(await told(`/v1/contacts?${query}`)).toEqual([200, names])
    expect(await told(`/v1/contacts/export?${query}`)).toEqual([200, names])
  })

  it('of a search, a count and a board', async () => {
    const filter = { or: [{ field: 'lastName', value: 'x' }, { not: { field: 'userFields.plain', value: 'x' } }] }
    expect(await told('/v1/contacts/search', { filter })).toEqual([200, 'userFields.plain'])
    expect(await told('/v1/contacts/count', { filter })).toEqual([200, 'userFields.plain'])
    await field('deal', 'plain', { filterable: false, sortable: false })
    const board = '/v1/types/deal/pipelines/3/board'
    expect(await told(`${board}?filter[userFields.plain]=x`)).toEqual([200, 'userFields.plain'])
    expect(await told(board)).toEqual([200, null])
  })

  it('of a list whose other conditions have a time limit of their own', async () => {
    const linked = 'filter[companies.title][contains]=Vector'
    for (const more of ['filter[userFields.plain]=a', 'sort=userFields.plain']) {
      const answer = await api.call('get', `/v1/contacts?${linked}&${more}&fields=id`).expect(200)
      expect(answer.headers['unindexed-fields']).toBe('userFields.plain')
      expect(answer.body.data).toHaveLength(1)
    }
  })

  it('also on the next pages', async () => {
    await aContact(api, { userFields: { plain: 'b' } })
    const { body } = await api.call('get', '/v1/contacts?sort=userFields.plain&limit=1').expect(200)
    expect(await told(`/v1/contacts?cursor=${body.page.next}`)).toEqual([200, 'userFields.plain'])
  })
})

it('ends a list that takes too long without an index', async () => {
  const hasty = await startApi({ unindexedTime: 20 })
  const plain = { code: 'plain', kind: 'string', label: 'plain', filterable: false, sortable: false }
  await hasty.call('post', '/v1/types/contact/fields', plain).expect(201)
  // Nobody can read the contacts in time.
  const holder = await hasty.pool.connect()
  await holder.query('begin; lock table contact in access exclusive mode')
  const faultsOf = (body: { errors: { parameter?: string; pointer?: string; code: string }[] }) =>
    body.errors.map(({ parameter, pointer, code }) => `${parameter ?? pointer} ${code}`)
  const inUrl = await hasty.call('get', '/v1/contacts?filter[userFields.plain][contains]=zz&sort=userFields.plain')
  expect(inUrl.status).toBe(400)
  expect(faultsOf(inUrl.body)).toEqual(['filter too_slow_without_index', 'sort too_slow_without_index'])
  expect(inUrl.body.errors[0].message).toBe(
    'Reading the list took longer than 0.02 s, because userFields.plain has no index. Make the field filterable or sortable, or add conditions on other fields.',
  )
  const inBody = await hasty.call('post', '/v1/contacts/search', {
    filter: { field: 'userFields.plain', op: 'contains', value: 'zz' },
  })
  expect(inBody.status).toBe(422)
  expect(faultsOf(inBody.body)).toEqual(['/filter too_slow_without_index'])
  const sorted = await hasty.call('get', '/v1/contacts?sort=honorific')
  expect(faultsOf(sorted.body)).toEqual(['sort too_slow_to_sort'])
  expect(sorted.body.errors[0].message).toBe(
    'Sorting by honorific took longer than 0.02 s. Add conditions, or sort by another field.',
  )
  await holder.query('rollback')
  holder.release()
  // The connections keep their usual limit.
  await hasty.call('get', '/v1/contacts?filter[lastName][contains]=zz').expect(200)
  await hasty.close()
})

describe('administrators see which fields need an index', () => {
  const advice = async (type: string) => (await api.call('get', `/v1/types/${type}/index-advice`).expect(200)).body.data

  it('with the number of uses', async () => {
    await field('lead', 'asked', { filterable: false, sortable: false })
    await field('lead', 'sorted', { filterable: false, sortable: false })
    await field('lead', 'quiet', { filterable: false, sortable: false })
    const ask = (query: string) => api.call('get', `/v1/leads?${query}`).expect(200)
    // The first request after a change of fields may run twice.
    await ask('limit=1')
    for (let n = 0; n < 3; n++) await ask('filter[userFields.asked]=a')
    await ask('filter[userFields.asked]=a&filter[userFields.asked][ne]=b&sort=userFields.sorted')
    const at = expect.stringMatching(/^20.*Z$/)
    const times = { firstAt: at, lastAt: at }
    const asked = { code: 'asked', path: 'userFields.asked', filters: 4, sorts: 0, advice: ['filterable'], ...times }
    const sorted = { code: 'sorted', path: 'userFields.sorted', filters: 0, sorts: 1, advice: ['sortable'], ...times }
    expect(await advice('lead')).toEqual([asked, sorted])
    await ask('sort=userFields.asked')
    expect((await advice('lead'))[0]).toMatchObject({ filters: 4, sorts: 1, advice: ['filterable', 'sortable'] })
    await api.call('patch', '/v1/types/lead/fields/asked', { filterable: true }).expect(200)
    expect(await advice('lead')).toEqual([sorted])
    await api.call('delete', '/v1/types/lead/fields/sorted').expect(204)
    expect(await advice('lead')).toEqual([])
  })

  it('counts conditions over links with the linked type', async () => {
    expect(await advice('company')).toEqual([expect.objectContaining({ code: 'branch', filters: 2 })])
  })

  it('and nobody else does', async () => {
    const { key } = await aUser(api.db)
    await api.as(key)('get', '/v1/types/lead/index-advice').expect(403)
  })
})
