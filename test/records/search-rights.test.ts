import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { aCompany, aContact, aDeal, asCaller, limitsByName, limitsFor, type Saved } from '../seed.ts'

let admin: Api
let mine: Api
let blind: Api
beforeAll(async () => {
  Object.assign(limitsByName, { Blind: () => ({ hidden: ['lastName', 'phones', 'title', 'stageId'] }) })
  admin = await startApi({
    limitsOf: (caller, type) => (caller.lastName === 'Nobody' && type.code !== 'deal' ? null : limitsFor(caller)),
  })
  mine = await asCaller(admin, 'Limited')
  blind = await asCaller(admin, 'Blind')
})
afterAll(() => admin.close())

const ids = async (api: Api, path: string, q: string): Promise<number[]> => {
  const { body } = await api.call('get', `/v1/${path}?q=${encodeURIComponent(q)}`).expect(200)
  return body.data.map(({ id }: Saved) => id)
}

describe('A record without read access', () => {
  it('is not found in lists, counts, facets and the search over all types', async () => {
    const person = {
      lastName: 'Невидимкин',
      phones: [{ value: '+7 495 555-01-02' }],
      emails: [{ value: 'n@nevid.example' }],
    }
    const theirs = await aContact(admin, person)
    const ours = await aContact(mine, { lastName: 'Невидимкин', phones: [{ value: '+7 495 555-01-03' }] })
    for (const q of ['невидимкин', 'Nevidimkin', 'Невидымкин', '555-01'])
      expect(await ids(mine, 'contacts', q)).toEqual([ours.id])
    for (const q of ['nevid.example', '5550102', `#${theirs.id}`]) expect(await ids(mine, 'contacts', q)).toEqual([])
    for (const count of ['exact', 'estimated']) {
      const { body } = await mine.call('post', '/v1/contacts/count', { q: 'невидимкин', count }).expect(200)
      expect(body).toEqual({ total: 1, totalKind: 'exact' })
    }
    const faceted = await mine
      .call('post', '/v1/contacts/search', { q: 'невидимкин', facets: ['responsibleId'] })
      .expect(200)
    expect(faceted.body.facets).toEqual({ responsibleId: [{ value: mine.userId, count: 1 }] })
    const { body } = await mine.call('get', `/v1/search?q=${encodeURIComponent('невидимкин')}`).expect(200)
    expect(body.data.map(({ id }: Saved) => id)).toEqual([ours.id])
    expect(await ids(admin, 'contacts', 'невидимкин')).toEqual([ours.id, theirs.id])
  })

  it('does not count among the newest records that are scanned, nor toward common words', async () => {
    const ours = await aCompany(mine, { title: 'Повсюдово' })
    await admin.pool.query(
      `insert into company (responsible_id, created_by, created_at, updated_by, updated_at, opened, observers, is_my_company, title)
       select 1, 1, now(), 1, now(), true, '{}', false, 'Повсюдово' from generate_series(1, 2500)`,
    )
    expect(await ids(mine, 'companies', 'повсюдово')).toEqual([ours.id])
    expect(await ids(admin, 'companies', 'повсюдово')).not.toContain(ours.id)
  })
})

describe('A hidden field', () => {
  it('is not searched: it gives no hit, no rank and no match', async () => {
    const hidden = await aContact(admin, {
      firstName: 'Тихон',
      lastName: 'Скрытнев',
      phones: [{ value: '+7 495 666-01-02' }],
    })
    const shown = await aContact(admin, {
      firstName: 'Скрытнев',
      lastName: 'Тихон',
      emails: [{ value: 'tihon@open.example' }],
    })
    for (const q of ['666-01-02', '6660102', 'Тихон Скрытнев']) expect(await ids(blind, 'contacts', q)).toEqual([])
    expect(await ids(blind, 'contacts', 'скрытнев')).toEqual([shown.id])
    expect(await ids(blind, 'contacts', 'Скрытнёф')).toEqual([shown.id])
    expect(await ids(blind, 'contacts', 'Тихон')).toEqual([hidden.id])
    expect(await ids(blind, 'contacts', 'open.example')).toEqual([shown.id])
    expect(await ids(blind, 'contacts', 'Скрытнев open.example')).toEqual([shown.id])
    const { body } = await blind.call('get', `/v1/search?q=${encodeURIComponent('скрытнев')}`).expect(200)
    expect(body.data).toEqual([
      {
        type: 'contact',
        id: shown.id,
        name: 'Скрытнев',
        score: 1,
        matched: [{ field: 'firstName', value: 'Скрытнев' }],
      },
    ])
  })

  it('leaves a type without searchable fields with no hits', async () => {
    await aDeal(admin, { title: 'Скрытая сделка' })
    expect(await ids(blind, 'deals', 'скрытая')).toEqual([])
    expect((await blind.call('post', '/v1/deals/count', { q: 'скрытая' }).expect(200)).body.total).toBe(0)
  })

  it('cannot be a facet', async () => {
    const { body } = await blind.call('post', '/v1/deals/search', { facets: ['stageId', 'source'] }).expect(422)
    expect(body.errors).toEqual([expect.objectContaining({ pointer: '/facets/0', code: 'unknown_field' })])
  })
})

it('A search over all types omits types that the caller may not read', async () => {
  const nobody = await asCaller(admin, 'Nobody')
  const deal = await aDeal(admin, { title: 'Закрытово' })
  await aCompany(admin, { title: 'Закрытово' })
  const { body } = await nobody.call('get', `/v1/search?q=${encodeURIComponent('закрытово')}`).expect(200)
  expect(body.data.map(({ type, id }: { type: string; id: number }) => [type, id])).toEqual([['deal', deal.id]])
})
