import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, aUser, startApi } from '../api.ts'
import { aCompany, aContact, aDeal, asCaller, limitsOf, read, type Saved } from '../seed.ts'

let api: Api
/** Another user, named Test Seller. */
let seller: Api
/** A record changed by both users, in five versions after its creation. */
let deal: Saved
beforeAll(async () => {
  api = await startApi({ limitsOf })
  const { userId, key } = await aUser(api.db, { isAdmin: true, lastName: 'Seller' })
  seller = { ...api, userId, key, call: api.as(key) }
  await api.call('post', '/v1/types/deal/fields', { code: 'city', kind: 'string', label: { en: 'City', ru: 'Город' } })
  deal = await aDeal(api, { title: 'History' })
  const path = `/v1/deals/${deal.id}`
  await api.call('patch', path, { amount: '10', comment: 'a' }).expect(200)
  await seller.call('patch', path, { amount: '20.50' }).expect(200)
  await seller.call('patch', path, { userFields: { city: 'Omsk' } }).expect(200)
  await api.call('patch', path, { comment: 'b' }).expect(200)
  await api.call('patch', path, { stageId: 'WON', opened: false }).expect(200)
})
afterAll(() => api.close())

type Entry = { id: number; version: number; kind: string; changes: { field: string }[] }
const list = async (query = '', as: Pick<Api, 'call'> = api, record: Saved = deal) =>
  (await as.call('get', `/v1/deals/${record.id}/history?${query}`).expect(200)).body
const versions = async (query: string, as?: Pick<Api, 'call'>) =>
  ((await list(query, as)).data as Entry[]).map(({ version }) => version)

describe('The history of a record', () => {
  it('returns who changed which fields when, latest first', async () => {
    const { data, ...rest } = await list('count=exact')
    expect(rest).toEqual({ page: { next: null, prev: null }, total: 6, totalKind: 'exact' })
    const entry = { id: expect.any(Number), at: expect.any(String), via: 'api', kind: 'changed' }
    expect(data.slice(2)).toEqual([
      { ...entry, actorId: seller.userId, version: 4, changes: [{ field: 'userFields.city', old: null, new: 'Omsk' }] },
      { ...entry, actorId: seller.userId, version: 3, changes: [{ field: 'amount', old: '10', new: '20.50' }] },
      {
        ...entry,
        ...{ actorId: api.userId, version: 2 },
        changes: [
          { field: 'amount', old: '0', new: '10' },
          { field: 'comment', old: null, new: 'a' },
        ],
      },
      { ...entry, actorId: api.userId, version: 1, kind: 'created', changes: [] },
    ])
  })

  it.each([
    ['filter[field]=amount', [3, 2]],
    ['filter[field][in]=userFields.city,stageId', [6, 4]],
    ['filter[field][nin]=userFields.city,amount', [6, 5, 1]],
    ['filter[field][isEmpty]=true', [1]],
    ['filter[actorId]=me', [6, 5, 2, 1]],
    ['filter[kind]=created', [1]],
    ['filter[via]=import', []],
    ['filter[via][in]=api,import&filter[version][gt]=4', [6, 5]],
    ['filter[at]=today&filter[version][between]=2,3', [3, 2]],
    ['filter[at][lt]=today', []],
    ['filter[at][gte]=last7Days&timeZone=Asia/Omsk&filter[field]=comment', [5, 2]],
  ])('is filtered by %s', async (query, found) => {
    expect(await versions(query)).toEqual(found)
  })

  it('is filtered by a period', async () => {
    const { data } = await list()
    const [from, to] = [data[3].at, data[1].at]
    expect(await versions(`filter[at][gte]=${from}&filter[at][lt]=${to}`)).toEqual([4, 3])
  })

  it('is paged in both directions within its filter', async () => {
    for (const filter of ['', 'filter[actorId]=me&']) {
      const whole = (await list(filter)).data
      const pages = [await list(`${filter}limit=2`)]
      while (pages.at(-1).page.next) pages.push(await list(`limit=2&cursor=${pages.at(-1).page.next}`))
      expect(pages.flatMap(({ data }) => data)).toEqual(whole)
      const back = [await list(`limit=2&cursor=${pages.at(-1).page.prev}`)]
      while (back[0].page.prev) back.unshift(await list(`limit=2&cursor=${back[0].page.prev}`))
      expect([...back, pages.at(-1)].flatMap(({ data }) => data)).toEqual(whole)
    }
  })

  it('refuses unknown parameters and the cursor of another record', async () => {
    const query = 'filter[fields]=amount&filter[field]=amout&filter[kind]=change&filter[via]=apis&mode=words'
    const { body } = await api.call('get', `/v1/deals/${deal.id}/history?${query}`).expect(400)
    expect(body.errors).toMatchObject([{ parameter: 'mode', code: 'unknown_value' }])
    const again = await api.call('get', `/v1/deals/${deal.id}/history?${query.replace('&mode=words', '')}`).expect(400)
    expect(again.body.errors).toMatchObject([
      { parameter: 'filter[fields]', code: 'unknown_field', hint: 'field' },
      { parameter: 'filter[field]', code: 'unknown_value', hint: 'amount' },
      { parameter: 'filter[kind]', code: 'unknown_value', hint: 'changed' },
      { parameter: 'filter[via]', code: 'unknown_value', hint: 'api' },
    ])
    const other = await aDeal(api)
    const { page } = await list('limit=1')
    const foreign = await api.call('get', `/v1/deals/${other.id}/history?cursor=${page.next}`).expect(400)
    expect(foreign.body.code).toBe('invalid_cursor')
  })

  it('hides changes of fields that the caller may not see, and entries without other changes', async () => {
    const limited = await asCaller(api, 'Limited')
    await api.call('patch', `/v1/deals/${deal.id}`, { responsibleId: limited.userId }).expect(200)
    const { data, total } = await list('count=exact', limited)
    expect(data.map(({ version }: Entry) => version)).toEqual([7, 6, 4, 3, 2, 1])
    expect(total).toBe(6)
    expect(data[4].changes).toEqual([{ field: 'amount', old: '0', new: '10' }])
    expect(JSON.stringify(data)).not.toContain('comment')
    expect(await versions('limit=3&filter[version][lte]=6', limited)).toEqual([6, 4, 3])
    const { body } = await limited.call('get', `/v1/deals/${deal.id}/history?filter[field]=comment`).expect(400)
    expect(body.errors).toMatchObject([{ parameter: 'filter[field]', code: 'unknown_value' }])
    expect(JSON.stringify(body)).not.toContain('"comment"')
    await api.call('patch', `/v1/deals/${deal.id}`, { responsibleId: api.userId }).expect(200)
    await limited.call('get', `/v1/deals/${deal.id}/history`).expect(404)
  })
})

describe('History in words', () => {
  const told = async (record: Saved, plural: string, as: Pick<Api, 'call'> = api, language = 'en') => {
    const path = `/v1/${plural}/${record.id}/history?mode=people&timeZone=Asia/Omsk`
    const { body } = await as.call('get', path).set('accept-language', language).expect(200)
    return (body.data as { actorName: string; changes: Record<string, unknown>[] }[]).map(({ actorName, changes }) => ({
      actorName,
      changes: changes.map(({ label, oldText, newText }) => [label, oldText, newText]),
    }))
  }

  it('returns labels, names and formatted times beside the raw values', async () => {
    const [company, contact] = [await aCompany(api, { title: 'Vector' }), await aContact(api, { lastName: 'Petrov' })]
    const one = await aDeal(api, { dealType: 'SALE' })
    await seller
      .call('patch', `/v1/deals/${one.id}`, {
        ...{ dealType: 'GOODS', companyId: company.id, contacts: [{ id: contact.id }], opened: false },
        ...{ responsibleId: seller.userId, observers: [api.userId, seller.userId], beginDate: '2026-01-31' },
      })
      .expect(200)
    const raw = (await list('', api, one)).data[0]
    const { body } = await api.call('get', `/v1/deals/${one.id}/history?mode=people`).expect(200)
    expect(body.data[0]).toMatchObject(raw)
    expect(body.data[0].changes.every((change: object) => 'oldText' in change && 'label' in change)).toBe(true)
    const [english] = await told(one, 'deals')
    expect(english).toEqual({
      actorName: 'Test Seller',
      changes: expect.arrayContaining([
        ['Company', null, 'Vector'],
        ['Contacts', null, 'Ivan Petrov'],
        ['Deal type', 'Sale', 'Goods'],
        ['Start date', expect.any(String), '2026-01-31'],
        ['Responsible', 'Test User', 'Test Seller'],
        ['Available to everyone', 'Yes', 'No'],
        ['Observers', null, 'Test User, Test Seller'],
      ]),
    })
    const [russian] = await told(one, 'deals', api, 'ru')
    expect(russian?.changes).toEqual(
      expect.arrayContaining([
        ['Тип сделки', 'Продажа', 'Продажа товара'],
        ['Дата начала', expect.any(String), '31.01.2026'],
        ['Доступен для всех', 'Да', 'Нет'],
      ]),
    )
  })

  it('returns a value with several parts as one text', async () => {
    const contact = await aContact(api)
    const body = {
      phones: [{ value: '8 (495) 123-45-67' }, { kind: 'mobile', value: '+7 945 765-43-21' }],
      address: { city: 'Omsk', lines: ['Lenina 1', 'office 5'] },
      externalIds: [{ source: 'erp', key: '17' }],
    }
    await api.call('patch', `/v1/contacts/${contact.id}`, body).expect(200)
    await api.call('patch', `/v1/contacts/${contact.id}`, { phones: [], address: null }).expect(200)
    const [cleared, filled] = await told(contact, 'contacts')
    const [address, phones] = [
      'Lenina 1, office 5, Omsk',
      '8 (495) 123-45-67 (Work phone), +7 945 765-43-21 (Mobile phone)',
    ]
    expect(filled?.changes).toEqual([
      ['Address', null, address],
      ['Phones', null, phones],
      ['External ids', null, 'erp:17'],
    ])
    expect(cleared?.changes).toEqual([
      ['Address', address, null],
      ['Phones', phones, null],
    ])
  })

  it('names the primary value and the use of each value', async () => {
    const [first, second] = [await aContact(api, { lastName: 'One' }), await aContact(api, { lastName: 'Two' })]
    const one = await aCompany(api, {
      contacts: [{ id: first.id }, { id: second.id }],
      phones: [{ kind: 'work', value: '+7 945 765-43-21' }],
    })
    const [phone] = one.phones as { id: number }[]
    const body = {
      contacts: [{ id: first.id }, { id: second.id, primary: true }],
      phones: [{ ...phone, kind: 'mobile' }],
    }
    await api.call('patch', `/v1/companies/${one.id}`, body).expect(200)
    expect((await told(one, 'companies'))[0]?.changes).toEqual([
      ['Phones', '+7 945 765-43-21 (Work phone)', '+7 945 765-43-21 (Mobile phone)'],
      ['Contacts', 'Ivan One (main), Ivan Two', 'Ivan One, Ivan Two (main)'],
    ])
    const { body: russian } = await api
      .call('get', `/v1/companies/${one.id}/history?mode=people&limit=1`)
      .set('accept-language', 'ru')
      .expect(200)
    expect(russian.data[0].changes.map(({ newText }: { newText: string }) => newText)).toEqual([
      '+7 945 765-43-21 (Мобильный телефон)',
      'Ivan One, Ivan Two (основной)',
    ])
  })

  it('names a stage by the pipeline that the record had at that time', async () => {
    const { rows } = await api.pool.query(
      `with one as (insert into pipeline (type_id, name, sort) values (2, '{"en": "Second", "ru": "Вторая"}', 20) returning id)
      insert into stage (pipeline_id, code, name, semantic, color, sort)
      select id, code, jsonb_build_object('en', en, 'ru', en), 'process', '#000000', 10
      from one, (values ('NEW', 'Fresh'), ('PREPARATION', 'Cooking')) as s (code, en) returning pipeline_id as id`,
    )
    const one = await aDeal(api)
    for (const body of [
      { stageId: 'PREPARATION' },
      { pipelineId: rows[0].id, stageId: 'NEW' },
      { stageId: 'PREPARATION' },
    ]) {
      await api.call('patch', `/v1/deals/${one.id}`, body).expect(200)
    }
    const stages = (await told(one, 'deals')).map(({ changes }) =>
      changes.find(([label]) => label === 'Stage')?.slice(1),
    )
    expect(stages).toEqual([
      ['Fresh', 'Cooking'],
      ['Preparing documents', 'Fresh'],
      ['New', 'Preparing documents'],
      undefined,
    ])
  })

  it('does not name records and users that the caller may not see', async () => {
    const limited = await asCaller(api, 'Limited')
    const [hidden, shown] = [
      await aContact(api, { lastName: 'Hidden' }),
      await aContact(limited, { lastName: 'Shown' }),
    ]
    const one = await aDeal(limited)
    await api.call('patch', `/v1/deals/${one.id}`, { contacts: [{ id: hidden.id }, { id: shown.id }] }).expect(200)
    await api.pool.query('update history set actor_id = null where type_id = 2 and record_id = $1 and version = 1', [
      one.id,
    ])
    const [changed, created] = await told(one, 'deals', limited)
    expect(changed?.changes).toEqual([['Contacts', null, `#${hidden.id} (main), Ivan Shown`]])
    expect(created).toEqual({ actorName: null, changes: [] })
    expect((await told(one, 'deals'))[0]?.changes).toEqual([['Contacts', null, 'Ivan Hidden (main), Ivan Shown']])
    expect(await read(limited, `deals/${one.id}`)).toMatchObject({ version: 2 })
  })
})
