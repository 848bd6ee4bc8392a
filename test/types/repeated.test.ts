import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Api, aUser, startApi } from '../api.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

const create = (code: string) => api.call('post', '/v1/types', { code, title: code }).expect(201)

it('the deletion of a type with an Idempotency-Key is answered again, although the type is gone', async () => {
  await create('visit')
  const remove = () => api.call('delete', '/v1/types/visit').set('idempotency-key', 'delete the visits')
  await remove().expect(204)
  const again = await remove().expect(204)
  expect(again.headers['idempotency-replayed']).toBe('true')
  // A type of that code that is created later stays.
  await create('visit')
  await remove().expect(204)
  await api.call('get', '/v1/types/visit').expect(200)
  expect((await api.call('delete', '/v1/types/gone').expect(404)).body.code).toBe('type_not_found')
})

it('the change of a type with an Idempotency-Key is not performed again after the type was deleted', async () => {
  await create('trip')
  const change = () => api.call('patch', '/v1/types/trip', { title: 'Trip' }).set('idempotency-key', 'rename the trips')
  await change().expect(200)
  await api.call('delete', '/v1/types/trip').expect(204)
  expect((await change().expect(409)).body.code).toBe('answer_outdated')
})

it('a caller without access is refused before the type is looked for', async () => {
  const { key } = await aUser(api.db)
  for (const code of ['deal', 'nothing']) {
    expect((await api.as(key)('delete', `/v1/types/${code}`).expect(403)).body.code).toBe('crm_unavailable')
    const changed = await api.as(key)('patch', `/v1/types/${code}`, { title: 'x' }).expect(403)
    expect(changed.body.code).toBe('crm_unavailable')
  }
})
