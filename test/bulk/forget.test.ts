import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { failJob } from '../../src/jobs/job.ts'
import { type JobApi, startJobApi } from '../jobs.ts'
import { aContact } from '../seed.ts'

let api: JobApi
beforeAll(async () => {
  api = await startJobApi()
})
afterAll(() => api.close())

it('The request of a bulk action is deleted when its job ends, whatever the outcome', async () => {
  const contact = await aContact(api)
  const ask = async (): Promise<number> => {
    const filter = { field: 'id', op: 'eq', value: contact.id }
    const body = { filter, set: { lastName: 'Secret' } }
    return (await api.call('post', '/v1/contacts/bulk', body).expect(202)).body.id
  }
  const actionOf = async (id: number) =>
    (await api.pool.query('select action, choice from local.bulk where job_id = $1', [id])).rows[0]
  const [cancelled, failed] = [await ask(), await ask()]
  expect(await actionOf(cancelled)).toMatchObject({
    action: { set: { lastName: 'Secret' } },
    choice: { filter: { field: 'id' } },
  })
  await api.call('post', `/v1/jobs/${cancelled}/cancel`).expect(200)
  await failJob(api.db, failed, { code: 'internal_error', params: {} })
  const done = await ask()
  await api.work()
  expect((await api.call('get', `/v1/jobs/${done}`).expect(200)).body.status).toBe('completed')
  for (const id of [cancelled, failed, done]) expect(await actionOf(id)).toEqual({ action: null, choice: null })
})
