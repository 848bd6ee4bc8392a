import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type JobApi, startJobApi } from '../jobs.ts'

let api: JobApi
beforeAll(async () => {
  api = await startJobApi()
})
afterAll(() => api.close())

it('Q11: can activities be imported and exported? Not yet, and the answer says so', async () => {
  const imported = await api
    .call('post', '/v1/activities/import')
    .set('content-type', 'text/csv')
    .send('title\nCall back')
    .expect(422)
  expect(imported.body).toMatchObject({ status: 422, code: 'activities_not_transferable' })
  const exported = await api.call('get', '/v1/activities/export').expect(422)
  expect(exported.body).toMatchObject({ status: 422, code: 'activities_not_transferable' })
  const { body: russian } = await api.call('get', '/v1/activities/export').set('accept-language', 'ru').expect(422)
  expect(russian.detail).toMatch(/[а-я]/)
})
