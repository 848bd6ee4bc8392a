import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { aContact, aDeal } from '../seed.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
  await api.call('post', '/v1/types/deal/fields', { code: 'tone', kind: 'string', label: 'Tone' }).expect(201)
  await aContact(api)
  for (const title of ['a', 'b', 'c', 'a, b', 'say "a"', '100%']) await aDeal(api, { title })
})
afterAll(() => api.close())

type Told = { parameter?: string; code: string; hint?: string }
const told = (body: { errors?: Told[] }) =>
  body.errors?.map(({ parameter, code, hint }) => [parameter, code, ...(hint ? [hint] : [])])

describe('A filter in the URL returns its fault at the parameter', () => {
  it.each([
    ['filter[titel]=a', 'filter[titel]', 'unknown_field', 'title'],
    ['filter[toString]=a', 'filter[toString]', 'unknown_field'],
    ['filter[title][gtt]=a', 'filter[title][gtt]', 'unknown_operator', 'gt'],
    ['filter[title][constructor]=a', 'filter[title][constructor]', 'unknown_operator'],
    ['filter[title]=a&filter[title]=b', 'filter[title]', 'duplicate_parameter', 'filter[title][in]'],
    ['filter[title][]=a&filter[title][]=b', 'filter[title]', 'duplicate_parameter', 'filter[title][in]'],
    ['filter[title][gt]=a&filter[title][gt]=b', 'filter[title][gt]', 'duplicate_parameter'],
    ['filter[title][in]=a&filter[title][in]=', 'filter[title][in]', 'empty_item'],
    ['filter[title][in]=a&filter[title][in][]=b', 'filter[title][in]', 'mixed_spellings'],
    ['filter[title][in][]=a&filter[title][in][0]=b', 'filter[title][in]', 'mixed_spellings'],
    ['filter[id][in]=1,2&filter[id][in]=3', 'filter[id][in]', 'invalid_integer'],
    ['filter[title]={"in":"a,,b"}', 'filter[title]', 'empty_item'],
    ['filter[amount]={"gte":"1"}&filter[amount][lt]=3', 'filter[amount][lt]', 'mixed_spellings'],
    ['fields=id,title&fields=amount', 'fields', 'mixed_spellings'],
    ['fields=id&fields[]=title', 'fields', 'mixed_spellings'],
    ['sort[]=id,title', 'sort', 'mixed_spellings'],
    ['cursor[]=a', 'cursor[]', 'unknown_parameter', 'cursor'],
    ['filter[title][in]=a,,b', 'filter[title][in]', 'empty_item'],
    ['filter[title][in]=,', 'filter[title][in]', 'empty_item'],
    ['filter[title][in]=a,', 'filter[title][in]', 'empty_item'],
    ['filter[title][nin]=a,%20,b', 'filter[title][nin]', 'empty_item'],
    ['filter[id][between]=,5', 'filter[id][between]', 'empty_item'],
    ['filter[title][in]="a"b', 'filter[title][in]', 'broken_quotes'],
    ['filter[title][in]=a"b', 'filter[title][in]', 'broken_quotes'],
    ['filter[title][in]=b,"a', 'filter[title][in]', 'broken_quotes'],
    ['filter[title]=%zz', 'filter[title]', 'broken_encoding'],
    ['filter[title]=100%', 'filter[title]', 'broken_encoding'],
    ['q=%E0%A4%A', 'q', 'broken_encoding'],
    ['filter%5Btitle%5D=%ED%A0%80', 'filter[title]', 'broken_encoding'],
    ['filter=a', 'filter', 'invalid_filter'],
    ['filter[]=a', 'filter[]', 'invalid_filter'],
    ['filter[title=a', 'filter[title', 'invalid_filter'],
    ['filter[a][b][c]=a', 'filter[a][b][c]', 'invalid_filter'],
    ['filters[title]=a', 'filters[title]', 'invalid_filter'],
    ['filter[title]=%00', 'filter[title]', 'invalid_characters'],
    ['filter[title]=%20%00', 'filter[title]', 'invalid_characters'],
    ['filter[title][in]=a,%00', 'filter[title][in]', 'invalid_characters'],
    ['filter[title][contains]=%00', 'filter[title][contains]', 'invalid_characters'],
    ['filter[userFields.tone]=%00', 'filter[userFields.tone]', 'invalid_characters'],
    ['filter[contacts.lastName]=%00', 'filter[contacts.lastName]', 'invalid_characters'],
    ['filter[contacts.externalIds.key]=%00', 'filter[contacts.externalIds.key]', 'invalid_characters'],
    ['filter[amount][gte]=1e3', 'filter[amount][gte]', 'invalid_decimal'],
    ['filter[id]=9007199254740993', 'filter[id]', 'invalid_integer'],
    ['filter[id]=0x10', 'filter[id]', 'invalid_integer'],
    ['filter[opened]=1', 'filter[opened]', 'invalid_type'],
    ['filter[title][isEmpty]=', 'filter[title][isEmpty]', 'invalid_type'],
    ['filter[title][isEmpty]=toString', 'filter[title][isEmpty]', 'invalid_type'],
    ['filter[createdAt]=toString', 'filter[createdAt]', 'invalid_datetime'],
    ['filter[createdAt]=', 'filter[createdAt]', 'invalid_datetime'],
    ['filter[responsibleId]=mee', 'filter[responsibleId]', 'invalid_integer', 'me'],
    ['filter[id][between]=1', 'filter[id][between]', 'two_expected'],
    ['filter[title][wrok]=a', 'filter[title][wrok]', 'unknown_operator'],
    ['filter[utm]=a', 'filter[utm]', 'only_parts'],
    ['filter[createdAt]=THISMONTH', 'filter[createdAt]', 'invalid_datetime', 'thisMonth'],
  ])('%s', async (query, parameter, code, hint = '') => {
    const { status, body } = await api.call('get', `/v1/deals?${query}`)
    expect({ status, code: body.code, errors: told(body) }).toEqual({
      ...{ status: 400, code: 'malformed_request' },
      errors: [[parameter, code, ...(hint ? [hint] : [])]],
    })
  })
})

describe('A list in the URL', () => {
  it.each<[list: string, titles: string[]]>([
    ['', []],
    ['%20', []],
    ['""', []],
    ['a , b', ['a', 'b']],
    ['"a, b" ,c', ['a, b', 'c']],
    ['"say ""a"""', ['say "a"']],
    ['%22100%25%22,a', ['100%', 'a']],
  ])('%j is read as %j', async (list, titles) => {
    const all = ['a', 'b', 'c', 'a, b', 'say "a"', '100%']
    const { body } = await api.call('get', `/v1/deals?filter[title][in]=${list}&fields=title&sort=id`).expect(200)
    expect(body.data.map(({ title }: { title: string }) => title)).toEqual(all.filter((one) => titles.includes(one)))
  })
})

describe('An unknown name returns a hint with the nearest name', () => {
  it.each<[string, string, string, string?]>([
    ['sort=address', 'only_parts', 'address has several parts. Name one of them.'],
    ['sort=utm', 'not_sortable', 'Cannot sort by utm.'],
    ['sort=tone', 'unknown_field', 'There is no field tone. Did you mean userFields.tone?', 'userFields.tone'],
    ['sort=', 'required', 'This value is required.'],
    ['sort=id,', 'required', 'This value is required.'],
    ['fields=', 'required', 'This value is required.'],
    [
      ...(['fields=title.first', 'only_whole'] as const),
      ...(['title.first is part of a field. Select the whole field. Did you mean title?', 'title'] as const),
    ],
    [
      'fields=address.ctiy',
      'unknown_field',
      'There is no field address.ctiy. Did you mean address.city?',
      'address.city',
    ],
    ['fields=userfields', 'unknown_field', 'There is no field userfields. Did you mean userFields?', 'userFields'],
    ['fields=id,titel', 'unknown_field', 'There is no field titel. Did you mean title?', 'title'],
    ['expand=', 'required', 'This value is required.'],
    ['expand=contact', 'not_expandable', 'Cannot expand contact. Did you mean contacts?', 'contacts'],
    ['filter[title][lke]=a', 'unknown_operator', 'There is no operator lke. Did you mean lte?', 'lte'],
    ['filter[title][or]=a', 'unknown_operator', 'There is no operator or.'],
    ['filter[userFields]=a', 'only_parts', 'userFields has several parts. Name one of them.'],
  ])('%s', async (query, code, message, hint = '') => {
    const plural = query.includes('address') ? 'contacts' : 'deals'
    const { body } = await api.call('get', `/v1/${plural}?${query}`).expect(400)
    const [parameter] = query.split('=')
    const hasChoices = ['only_parts', 'unknown_operator', 'not_expandable'].includes(code) || parameter === 'expand'
    const allowed = hasChoices ? { allowed: expect.any(Array) } : {}
    expect(body.errors).toEqual([{ parameter, code, message, ...allowed, ...(hint && { hint }) }])
  })

  it('also for a link named by its record type', async () => {
    const { body } = await api.call('get', '/v1/contacts?expand=company').expect(400)
    expect(told(body)).toEqual([['expand', 'not_expandable', 'companies']])
  })

  it('and blanks around names are ignored', async () => {
    const { body } = await api
      .call('get', '/v1/deals?fields=id,%20title&sort=title,%20-id&expand=company%20')
      .expect(200)
    expect(Object.keys(body.data[0]).sort()).toEqual(['expanded', 'id', 'title'])
  })
})
