import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

it.each([
  '/v1/settings',
  '/v1/types/contact/fields/lastName',
  '/v1/me',
  '/v1/users/1',
  '/v1/dictionaries/SOURCE/entries',
])('%s has a strong ETag and returns 304 when the client has it already', async (path) => {
  const first = await api.call('get', path).expect(200)
  expect(first.headers.etag).toMatch(/^"[\w-]{12}"$/)
  const again = await api.call('get', path).set('if-none-match', `"other", ${first.headers.etag}`).expect(304)
  expect([again.text, again.headers.etag]).toEqual(['', first.headers.etag])
  await api.call('get', path).set('if-none-match', '"other"').expect(200)
})

it('changes the ETag when the content changes', async () => {
  const before = (await api.call('get', '/v1/settings').expect(200)).headers.etag
  await api.call('patch', '/v1/settings', { opened: false }).expect(200)
  expect((await api.call('get', '/v1/settings').expect(200)).headers.etag).not.toBe(before)
})
