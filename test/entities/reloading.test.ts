import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { CatalogueCache } from '../../src/entities/catalogue.ts'
import { systemTypes } from '../../src/entities/types.ts'
import { type Api, startApi } from '../api.ts'

let api: Api
let cache: CatalogueCache
beforeAll(async () => {
  api = await startApi()
  cache = new CatalogueCache(api.db, systemTypes)
})
afterAll(() => api.close())

/** Returns the types that a change made the cache read again. */
async function readAgain(change: () => PromiseLike<unknown>): Promise<string[]> {
  const before = await cache.latest()
  await change()
  const after = await cache.latest()
  expect(after.version).toBeGreaterThan(before.version)
  return [...after.types].flatMap(([code, type]) => (before.types.get(code) === type ? [] : [code]))
}

const options = [{ code: 'a', label: 'A' }]

it('reads only the types that changed', async () => {
  const fields = '/v1/types/contact/fields'
  const field = { code: 'size', kind: 'enumeration', label: 'Size', options }
  expect(await readAgain(() => api.call('post', fields, field).expect(201))).toEqual(['contact'])
  expect(await readAgain(() => api.call('patch', `${fields}/size`, { label: 'Height' }).expect(200))).toEqual([
    'contact',
  ])
  const more = { options: [...options, { code: 'b', label: 'B' }] }
  expect(await readAgain(() => api.call('patch', `${fields}/size`, more).expect(200))).toEqual(['contact'])
  expect(await readAgain(() => api.call('delete', `${fields}/size`).expect(204))).toEqual(['contact'])
})

it('reads the children of a type whose names change', async () => {
  const visit = { code: 'visit', title: 'Visit', relations: { children: ['deal'] } }
  expect(await readAgain(() => api.call('post', '/v1/types', visit).expect(201))).toEqual(['deal', 'visit'])
  expect(await readAgain(() => api.call('patch', '/v1/types/visit', { title: 'Call' }).expect(200))).toEqual([
    'deal',
    'visit',
  ])
  expect((await cache.latest()).types.get('deal')?.fields.find(({ code }) => code === 'visitId')?.label.en).toBe('Call')
  expect(await readAgain(() => api.call('delete', '/v1/types/visit').expect(204))).toEqual(['deal'])
})

it('reads no type when a setting changes', async () => {
  expect(await readAgain(() => api.call('patch', '/v1/settings', { recycleBinDays: 20 }).expect(200))).toEqual([])
})
