import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { LimitsOf } from '../../src/rights/limits.ts'
import { type Api, aUser, startApi } from '../api.ts'
import { aCompany, aContact, aDeal, aLead, asCaller, limitsFor } from '../seed.ts'

let api: Api
/** A caller who is not an administrator. */
let seller: Api
/** Entries in the order of the list. */
let entries: { id: string; type: string; recordId: number; name: string; deletedBy: number }[]

const limitsOf: LimitsOf = (caller, { code }) => {
  const { lastName, isAdmin } = caller
  if (lastName === 'Nobody' || (lastName === 'Contacts only' && code !== 'contact')) return null
  if (lastName === 'Nameless') return { hidden: ['lastName', 'title'] }
  return isAdmin ? limitsFor(caller) : {}
}

beforeAll(async () => {
  api = await startApi({ limitsOf })
  seller = await callerNamed('Seller')
  entries = []
  const put = async (who: Api, type: [string, string, string], record: { id: number }, name: string) => {
    await who.call('delete', `/v1/${type[2]}/${record.id}`).expect(204)
    const [code, prefix] = type
    entries.unshift({ id: `${prefix}_${record.id}`, type: code, recordId: record.id, name, deletedBy: who.userId })
  }
  const [contacts, deals] = [
    ['contact', 'C', 'contacts'],
    ['deal', 'D', 'deals'],
  ] as [string, string, string][]
  await put(api, contacts!, await aContact(api, { firstName: 'Иван', lastName: 'Петров' }), 'Иван Петров')
  await put(seller, deals!, await aDeal(api, { title: 'Станки для Омска' }), 'Станки для Омска')
  await put(api, ['company', 'CO', 'companies'], await aCompany(api, { title: 'ОМСК-Ёлка' }), 'ОМСК-Ёлка')
  await put(seller, contacts!, await aContact(api, { firstName: null, lastName: 'Орлова' }), 'Орлова')
  await put(api, ['lead', 'L', 'leads'], await aLead(api, { title: 'Web', firstName: 'Anna' }), 'Anna')
  await put(api, deals!, await aDeal(api, { title: 'Second' }), 'Second')
  await aDeal(api, { title: 'Not deleted' })
})
afterAll(() => api.close())

/** A caller who is not an administrator. */
async function callerNamed(lastName: string): Promise<Api> {
  const { userId, key } = await aUser(api.db, { lastName })
  return { ...api, userId, key, call: api.as(key) }
}

const list = async (query = '', as: Pick<Api, 'call'> = api) =>
  (await as.call('get', `/v1/recycle-bin?${query}`).expect(200)).body
const names = async (query: string, as?: Pick<Api, 'call'>) =>
  (await list(query, as)).data.map(({ name }: { name: string }) => name)

describe('The recycle bin', () => {
  it('lists deleted records of all types, latest deletion first', async () => {
    const { data, ...rest } = await list('count=exact')
    expect(data).toEqual(
      entries.map((entry) => ({ ...entry, deletedAt: expect.any(String), expiresAt: expect.any(String) })),
    )
    expect(rest).toEqual({ page: { next: null, prev: null }, total: 6, totalKind: 'exact' })
    for (const { deletedAt, expiresAt } of data) {
      expect(Date.parse(expiresAt) - Date.parse(deletedAt)).toBe(30 * 86_400_000)
    }
    expect((await list('count=estimated')).totalKind).toBe('exact')
  })

  it('is paged in both directions, also among deletions at the same time', async () => {
    await api.pool.query(
      `update contact set deleted_at = (select max(deleted_at) from deal) where deleted_at is not null`,
    )
    const whole = (await list()).data
    for (const limit of [1, 2, 4]) {
      const pages = [await list(`limit=${limit}`)]
      while (pages.at(-1).page.next) pages.push(await list(`limit=${limit}&cursor=${pages.at(-1).page.next}`))
      expect(pages.flatMap(({ data }) => data)).toEqual(whole)
      const back = [await list(`limit=${limit}&cursor=${pages.at(-1).page.prev}`)]
      while (back[0].page.prev) back.unshift(await list(`limit=${limit}&cursor=${back[0].page.prev}`))
      expect([...back, pages.at(-1)].flatMap(({ data }) => data)).toEqual(whole)
    }
    const { headers } = await api.call('get', '/v1/recycle-bin?limit=5&filter[type]=deal').expect(200)
    expect(headers.link).toBeUndefined()
  })

  it.each([
    ['filter[type]=deal', ['Second', 'Станки для Омска']],
    ['filter[type][in]=lead,company', ['Anna', 'ОМСК-Ёлка']],
    ['filter[type][nin]=lead,company,deal&filter[name][ne]=Орлова', ['Иван Петров']],
    ['filter[name][contains]=омск', ['ОМСК-Ёлка', 'Станки для Омска']],
    ['filter[name][startsWith]=омск-елка', ['ОМСК-Ёлка']],
    ['filter[deletedAt]=today&filter[type]=lead', ['Anna']],
    ['filter[deletedAt][lt]=today', []],
    ['filter[deletedAt][gte]=last7Days&timeZone=Asia/Omsk&filter[name]=Second', ['Second']],
  ])('is filtered by %s', async (query, found) => {
    expect((await names(encodeURI(query))).sort()).toEqual(found.sort())
  })

  it('is filtered by the user who deleted, and by the record', async () => {
    expect((await names(`filter[deletedBy]=${seller.userId}`)).sort()).toEqual(['Орлова', 'Станки для Омска'])
    expect(await names('filter[deletedBy]=me&filter[type]=deal')).toEqual(['Second'])
    const { id, recordId } = entries[0]!
    expect(await names(`filter[recordId]=${recordId}&filter[type]=deal`)).toEqual(['Second'])
    expect(await names(`filter[id]=${id}`)).toEqual(['Second'])
  })

  it('keeps the filter and its relative dates in the cursor', async () => {
    const first = await list('filter[deletedBy]=me&limit=2')
    expect((await list(`cursor=${first.page.next}`)).data).toHaveLength(2)
    const { body } = await api.call('get', `/v1/recycle-bin?filter[type]=deal&cursor=${first.page.next}`).expect(400)
    expect(body).toMatchObject({ code: 'cursor_mismatch' })
    await seller.call('get', `/v1/recycle-bin?cursor=${first.page.next}`).expect(400)
    await api.call('get', `/v1/deals?cursor=${first.page.next}`).expect(400)
  })

  it('refuses unknown parameters and suggests the nearest name', async () => {
    const query = 'filter[nam]=a&filter[type]=contakt&filter[deletedAt]=yesterdy&filter[name][gt]=1'
    const { body } = await api.call('get', `/v1/recycle-bin?${query}`).expect(400)
    expect(body.errors).toMatchObject([
      { parameter: 'filter[nam]', code: 'unknown_field', hint: 'name' },
      { parameter: 'filter[type]', code: 'unknown_value', hint: 'contact' },
      { parameter: 'filter[deletedAt]', code: 'invalid_datetime' },
      { parameter: 'filter[name][gt]', code: 'operator_not_supported' },
    ])
    await api.call('get', '/v1/recycle-bin?sort=deleted').expect(400)
  })
})

describe('A caller', () => {
  it('who is not an administrator sees their own deletions', async () => {
    expect((await names('count=exact', seller)).sort()).toEqual(['Орлова', 'Станки для Омска'])
    expect((await list('count=exact&limit=1', seller)).total).toBe(2)
    expect(await names(`filter[deletedBy]=${api.userId}`, seller)).toEqual([])
  })

  it('with limited rights finds no other records, and cannot filter by other fields', async () => {
    const limited = await asCaller(api, 'Limited')
    expect(await names('', limited)).toEqual([])
    const nameless = await callerNamed('Nameless')
    const contact = await aContact(api, { firstName: 'Пётр', lastName: 'Secret' })
    await nameless.call('delete', `/v1/contacts/${contact.id}`).expect(204)
    const deal = await aDeal(api, { title: 'Secret' })
    await nameless.call('delete', `/v1/deals/${deal.id}`).expect(204)
    expect(await names('', nameless)).toEqual([`#${deal.id}`, 'Пётр'])
    expect(await names('filter[name][contains]=secret', nameless)).toEqual([])
    expect(await names('filter[name][contains]=secret')).toEqual(['Secret', 'Пётр Secret'])
  })

  it('sees no records of a type that is closed to them, and has no bin if all are closed', async () => {
    const some = await callerNamed('Contacts only')
    const contact = await aContact(api, { firstName: 'Only' })
    await some.call('delete', `/v1/contacts/${contact.id}`).expect(204)
    expect(await names('', some)).toEqual(['Only'])
    await some.call('get', '/v1/recycle-bin?filter[type]=deal').expect(400)
    const { body } = await (await callerNamed('Nobody')).call('get', '/v1/recycle-bin').expect(403)
    expect(body.code).toBe('crm_unavailable')
    await api.as(null)('get', '/v1/recycle-bin').expect(401)
  })

  it('who has an entry already gets 304', async () => {
    const path = `/v1/recycle-bin/${entries[0]!.id}`
    const { headers, body } = await api.call('get', path).expect(200)
    expect(body).toMatchObject({ ...entries[0], record: { title: 'Second' } })
    const known = await api.call('get', path).set('if-none-match', headers.etag!).expect(304)
    expect(known.text).toBe('')
  })
})

it('has an index for each sort order in the table of every type', async () => {
  const { rows } = await api.pool.query(`select code, array(select indexname::text from pg_indexes
    where tablename = code and indexname = any(array[code || '_deleted', code || '_deleted_by', code || '_live']) order by 1) as found
    from record_type`)
  for (const { code, found } of rows) expect(found).toEqual([`${code}_deleted`, `${code}_deleted_by`, `${code}_live`])
})
