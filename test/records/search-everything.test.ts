import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { aCompany, aContact, aDeal, aLead } from '../seed.ts'
import { sentBy } from '../statements.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

const search = async (q: string, more = '') => {
  const { body } = await api.call('get', `/v1/search?q=${encodeURIComponent(q)}${more}`).expect(200)
  return body
}

it('finds records of all types, best first, then newest, with the matched fields', async () => {
  const company = await aCompany(api, { title: 'Ласточка', phones: [{ value: '+7 495 321-00-00' }] })
  const deal = await aDeal(api, { title: 'Гнездо для ласточки' })
  const contact = await aContact(api, {
    firstName: 'Ирина',
    lastName: 'Ласточка',
    emails: [{ value: 'lastochka@nest.example' }],
  })
  const lead = await aLead(api, { title: 'Заявка', companyTitle: 'Ласточкин дом' })
  expect(await search('Ласточка')).toEqual({
    data: [
      {
        type: 'contact',
        id: contact.id,
        name: 'Ирина Ласточка',
        score: 1,
        matched: [{ field: 'lastName', value: 'Ласточка' }],
      },
      { type: 'company', id: company.id, name: 'Ласточка', score: 1, matched: [{ field: 'title', value: 'Ласточка' }] },
    ],
    page: { next: null, prev: null },
  })
  expect(await search('lastochk', '&types=deal,lead')).toEqual({
    data: [
      {
        type: 'lead',
        id: lead.id,
        name: 'Заявка',
        score: 0.8,
        matched: [{ field: 'companyTitle', value: 'Ласточкин дом' }],
      },
      {
        type: 'deal',
        id: deal.id,
        name: 'Гнездо для ласточки',
        score: 0.8,
        matched: [{ field: 'title', value: 'Гнездо для ласточки' }],
      },
    ],
    page: { next: null, prev: null },
  })
  expect((await search('nest.example ирина ласточка')).data).toEqual([
    {
      ...{ type: 'contact', id: contact.id, name: 'Ирина Ласточка', score: 0.97 },
      matched: [
        { field: 'emails', value: 'lastochka@nest.example' },
        { field: 'firstName', value: 'Ирина' },
        { field: 'lastName', value: 'Ласточка' },
      ],
    },
  ])
  expect((await search('321-00-00')).data).toEqual([
    {
      type: 'company',
      id: company.id,
      name: 'Ласточка',
      score: 0.9,
      matched: [{ field: 'phones', value: '+7 495 321-00-00' }],
    },
  ])
  expect((await search(`#${contact.id}`, '&types=contact')).data).toMatchObject([
    { id: contact.id, score: 1, matched: [{ field: 'id', value: String(contact.id) }] },
  ])
  expect((await search('ластчока')).data.map(({ score }: { score: number }) => score)).toEqual([0.4, 0.4])
  expect((await search('ласточк', '&limit=1')).data).toMatchObject([{ type: 'lead' }])
})

it('refuses unknown record types', async () => {
  const { body } = await api.call('get', '/v1/search?q=a&types=contact,companyy').expect(400)
  expect(body.errors).toEqual([
    {
      parameter: 'types',
      code: 'unknown_type',
      message: 'There is no type companyy. Did you mean company?',
      hint: 'company',
    },
  ])
})

it('searches three types at a time, however many there are', async () => {
  const { connections } = await sentBy(async () => {
    await search('Ласточка')
    await search('Ластачка')
  })
  expect(connections).toBe(3)
})
