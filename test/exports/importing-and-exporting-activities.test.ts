import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

const refusal = { code: 'activities_not_transferable', status: 422 }

it('is not possible for an import', async () => {
  const { body } = await api
    .call('post', '/v1/activities/import')
    .set('content-type', 'text/csv')
    .set('accept-language', 'ru')
    .send('subject\nCall' as never)
    .expect(422)
  expect(body).toMatchObject({ ...refusal, detail: 'Дела нельзя ни импортировать, ни экспортировать.' })
})

it('is not possible for an export, neither as a stream nor as a job', async () => {
  expect((await api.call('get', '/v1/activities/export').expect(422)).body).toMatchObject(refusal)
  expect((await api.call('post', '/v1/activities/export', { mode: 'raw' }).expect(422)).body).toMatchObject(refusal)
})
