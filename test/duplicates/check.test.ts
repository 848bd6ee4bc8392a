import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { aCompany, aContact, aLead, asCaller, limitsByName, limitsOf, own } from '../seed.ts'

let api: Api
beforeAll(async () => {
  api = await startApi({ limitsOf })
})
afterAll(() => api.close())
beforeEach(async () => {
  await api.pool.query(
    'delete from communication; delete from link; delete from contact; delete from company; delete from lead',
  )
})

const ivanov = {
  firstName: 'Александр',
  lastName: 'Иванов',
  phones: [{ value: '8 945 123-45-67' }],
  address: { city: 'Омск' },
}

const check = (body: object, { call }: Pick<Api, 'call'> = api, path = 'contacts') =>
  call('post', `/v1/${path}/duplicates/check`, body)
const idsIn = (body: { data: { id: number }[] }) => body.data.map(({ id }) => id)
const codesIn = (body: { data: { reasons: { code: string }[] }[] }) => body.data[0]?.reasons.map(({ code }) => code)

describe('a check', () => {
  it('finds a person whose name is written in another way, and says why', async () => {
    const { id } = await aContact(api, ivanov)
    await aContact(api, { firstName: 'Пётр', lastName: 'Сидоров', phones: [{ value: '8 945 765-43-21' }] })
    const data = {
      firstName: 'Aleksandr',
      lastName: 'Ivanov',
      phones: [{ value: '+7 945 123 45 67' }],
      address: { city: 'Тюмень' },
    }
    const { body } = await check({ data }).expect(200)
    expect(body).toEqual({
      data: [
        {
          id,
          score: expect.any(Number),
          reasons: [
            { field: 'phones', code: 'phone_same', message: 'same phone' },
            {
              field: 'lastName',
              code: 'lastName_transliterated',
              message: 'last name transliterated',
            },
            { field: 'address.city', code: 'city_different', message: 'other city' },
            {
              field: 'firstName',
              code: 'firstName_transliterated',
              message: 'first name transliterated',
            },
          ],
        },
      ],
    })
    expect(body.data[0].score).toBeGreaterThan(0.9)
  })

  it('says it in Russian', async () => {
    await aContact(api, ivanov)
    const { body } = await check({ data: ivanov }).set('accept-language', 'ru').expect(200)
    expect(body.data[0].reasons[0]).toEqual({
      field: 'phones',
      code: 'phone_same',
      message: 'тот же телефон',
    })
  })

  it('finds the duplicates of a record, without the record itself', async () => {
    const { id } = await aContact(api, ivanov)
    const { id: other } = await aContact(api, ivanov)
    expect(idsIn((await check({ id }).expect(200)).body)).toEqual([other])
    expect(idsIn((await api.call('get', `/v1/contacts/${other}/duplicates`).expect(200)).body)).toEqual([id])
  })

  it('does not take people for one who only share a phone', async () => {
    await aContact(api, ivanov)
    const { body } = await check({ data: { firstName: 'Ольга', lastName: 'Кузнецова', phones: ivanov.phones } }).expect(
      200,
    )
    expect(body.data.every(({ score }: { score: number }) => score < 0.9)).toBe(true)
  })

  it('compares companies by title, phone and website', async () => {
    const { id } = await aCompany(api, {
      title: 'ООО «Вектор-Телеком»',
      websites: [{ value: 'https://vector.example' }],
    })
    const { body } = await check(
      { data: { title: 'Вектор Телеком', websites: [{ value: 'vector.example' }] } },
      api,
      'companies',
    ).expect(200)
    expect(idsIn(body)).toEqual([id])
    expect(codesIn(body)).toEqual(['website_same', 'title_equal'])
  })

  it('compares the companies that people are linked to', async () => {
    const { id: company } = await aCompany(api, { title: 'Вектор-Телеком' })
    const { id } = await aContact(api, { ...ivanov, companies: [{ id: company }] })
    const { id: same } = await aCompany(api, { title: 'ООО Вектор-Телеком' })
    const { body } = await check({ data: { ...ivanov, companies: [{ id: same }] } }).expect(200)
    expect(idsIn(body)).toEqual([id])
    expect(codesIn(body)).toContain('company_equal')
  })

  it('compares leads by the person, not by their names', async () => {
    const { id } = await aLead(api, { ...ivanov, title: 'Заявка с сайта', companyTitle: 'Вектор' })
    const { body } = await check(
      { data: { ...ivanov, title: 'Звонок', companyTitle: 'ООО «Вектор»' } },
      api,
      'leads',
    ).expect(200)
    expect(idsIn(body)).toEqual([id])
    expect(codesIn(body)).toEqual(['phone_same', 'company_equal', 'lastName_equal', 'firstName_equal', 'city_same'])
  })

  it('leaves deleted records out', async () => {
    const { id } = await aContact(api, ivanov)
    await api.call('delete', `/v1/contacts/${id}`).expect(204)
    expect((await check({ data: ivanov }).expect(200)).body).toEqual({ data: [] })
  })

  it('refuses faulty requests', async () => {
    const faults = async (body: object) => {
      const { body: problem } = await check(body).expect(422)
      return problem.errors.map(({ pointer, code }: { pointer: string; code: string }) => [pointer, code])
    }
    expect(await faults({})).toEqual([['', 'draft_or_id']])
    expect(await faults({ id: 1, data: {} })).toEqual([['', 'draft_or_id']])
    expect(await faults({ data: { lastNam: 'X' }, x: 1 })).toEqual([['/x', 'unknown_field']])
    expect(await faults({ data: { lastNam: 'X', birthDate: 'soon' } })).toEqual([
      ['/data/lastNam', 'unknown_field'],
      ['/data/birthDate', 'invalid_date'],
    ])
    expect(await faults({ id: 1e300 })).toEqual([['/id', 'out_of_range']])
    await check({ id: 99_999 }).expect(404)
    const { body } = await api.call('post', '/v1/deals/duplicates/check', { data: { title: 'X' } }).expect(422)
    expect(body).toMatchObject({ code: 'duplicates_not_supported' })
    await api.call('get', '/v1/deals/1/duplicates').expect(422)
  })
})

describe('a restricted caller', () => {
  it('finds readable records only, by readable fields only', async () => {
    limitsByName.Mole = (caller) => ({ rows: { read: own(caller) }, hidden: ['phones', 'companies'] })
    const mole = await asCaller(api, 'Mole')
    await aContact(api, ivanov)
    const mine = await aContact(api, { ...ivanov, responsibleId: mole.userId })
    await aContact(api, { lastName: 'Орлова', phones: ivanov.phones, responsibleId: mole.userId })
    const { phones: _, ...seen } = { ...ivanov, birthDate: '1980-02-03' }
    await api.call('patch', `/v1/contacts/${mine.id}`, { birthDate: '1980-02-03' }).expect(200)
    const { body } = await check({ data: seen }, mole).expect(200)
    expect(idsIn(body)).toEqual([mine.id])
    expect(codesIn(body)).toEqual(['birthDate_same', 'lastName_equal', 'firstName_equal', 'city_same'])
    const { body: ofRecord } = await mole.call('get', `/v1/contacts/${mine.id}/duplicates`).expect(200)
    expect(ofRecord).toEqual({ data: [] })
    const { body: refused } = await check({ data: { phones: ivanov.phones } }, mole).expect(422)
    expect(refused.errors).toMatchObject([{ pointer: '/data/phones', code: 'unknown_field' }])
  })

  it('gets the same score whatever is hidden', async () => {
    limitsByName.Fox = (caller) => ({ rows: { read: own(caller) }, hidden: ['phones'] })
    const fox = await asCaller(api, 'Fox')
    const data = { ...ivanov, phones: undefined, birthDate: '1980-02-03' }
    const mine = await aContact(api, { ...data, phones: ivanov.phones, responsibleId: fox.userId })
    const before = (await check({ data }, fox).expect(200)).body
    for (let at = 0; at < 5; at++) await aContact(api, data)
    await api.call('patch', `/v1/contacts/${mine.id}`, { phones: [] }).expect(200)
    expect((await check({ data }, fox).expect(200)).body).toEqual(before)
  })
})
