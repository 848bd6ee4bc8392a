import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

const create = (code: string, rest: object = {}) => api.call('post', '/v1/types', { code, title: code, ...rest })
const inRussian = (path: string) => api.call('get', path).set('accept-language', 'ru')

it('the records of a system type have another path, which the response says', async () => {
  const { body } = await api.call('get', '/v1/types/contact/items').expect(404)
  expect(body).toMatchObject({
    ...{ code: 'records_elsewhere', hint: '/v1/contacts' },
    detail: 'The records of the type contact are at /v1/contacts.',
  })
  expect((await inRussian('/v1/types/deal/items/5').expect(404)).body.detail).toBe(
    'Записи типа deal находятся по адресу /v1/deals.',
  )
})

it('a plural that the request did not write is refused as such', async () => {
  await create('visit', { plural: 'calls' }).expect(201)
  const taken = await create('call').expect(409)
  expect(taken.body).toMatchObject({
    ...{ code: 'default_plural_taken', property: 'plural', value: 'calls' },
    detail: 'Without `plural`, the plural of the type is calls, which another type has. Pass another `plural`.',
  })
  expect((await create('call', { plural: 'calls' }).expect(409)).body.code).toBe('type_exists')
  expect((await create('contact1', { plural: 'contacts' }).expect(409)).body.code).toBe('type_exists')
  expect((await api.call('patch', '/v1/types/visit', { plural: 'contacts' }).expect(409)).body.code).toBe('type_exists')
})

it('counts are written so that they are right for one and for many', async () => {
  await create('one').expect(201)
  await api.call('post', '/v1/types/one/items', { title: 'x' }).expect(201)
  const { body } = await api.call('delete', '/v1/types/one').expect(409)
  expect(body.detail).toBe('The type one has records: 1. Pass `force=true` to delete them.')
})

describe('a value that does not match the pattern of its code gets the rule', () => {
  const message = async (path: string, body: object, language = 'en') => {
    const response = await api.call('post', path, body).set('accept-language', language).expect(422)
    return response.body.errors.map(({ pointer, code, message }: Record<string, string>) => [pointer, code, message])
  }

  it('of a first character and others', async () => {
    expect(await message('/v1/types', { code: 'Доставка', plural: '1s', title: 'x' })).toEqual([
      ['/code', 'invalid_code', 'Use 1–50 characters: first a–z, then A–Z, a–z, 0–9.'],
      ['/plural', 'invalid_code', 'Use 1–60 characters: first a–z, then A–Z, a–z, 0–9.'],
    ])
    expect(await message('/v1/types', { code: 'x'.repeat(51), title: 'x' }, 'ru')).toEqual([
      ['/code', 'invalid_code', 'Количество символов: 1–50. Первый символ: a–z, остальные: A–Z, a–z, 0–9.'],
    ])
    expect(await message('/v1/types/deal/fields', { code: 'Bad Code', kind: 'string', label: 'x' })).toEqual([
      ['/code', 'invalid_code', 'Use 1–50 characters: first a–z, then a–z, 0–9, _.'],
    ])
  })

  it('of allowed characters', async () => {
    const stages = [
      { id: 'no spaces', name: 'x' },
      { id: 'WON', name: 'x', semantic: 'success' },
    ]
    expect(await message('/v1/types/deal/pipelines', { name: 'x', stages })).toEqual([
      ['/stages/0/id', 'wrong_characters', 'Use 1–50 of these characters: A–Z, a–z, 0–9, _, -.'],
    ])
    const { body } = await api.call('post', '/v1/contacts/import?country=rus&dryRun=true', '').expect(400)
    expect(body.errors).toMatchObject([
      { parameter: 'country', code: 'wrong_characters', message: 'Use 2 of these characters: A–Z.' },
    ])
  })
})
