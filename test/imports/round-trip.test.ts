import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { systemTypes } from '../../src/entities/types.ts'
import { type JobApi, startJobApi } from '../jobs.ts'
import { addUserFields, aNamed, aRichRecord } from '../records/rich.ts'

let api: JobApi
beforeAll(async () => {
  api = await startJobApi()
  await addUserFields(api)
})
afterAll(() => api.close())

it.each(systemTypes)('$plural are unchanged after a raw export and import', async (type) => {
  const ids = [(await aRichRecord(api, type)).id, (await aNamed(api, type)).id, (await aRichRecord(api, type)).id]
  // Files are left out: they are deleted with the records that hold them.
  const fields = type.fields.filter(({ readOnly, kind }) => !readOnly && kind !== 'file').map(({ code }) => code)
  const query = `fields=${[...fields, 'userFields'].join(',')}&sort=id&mode=raw`
  const exported = async (which: string) => {
    const { text } = await api.call('get', `/v1/${type.plural}/export?${query}&filter[id]${which}`).expect(200)
    return text
  }
  const before = await exported(`[in]=${ids.join(',')}`)
  for (const id of ids) await api.call('delete', `/v1/${type.plural}/${id}`).expect(204)
  await api.call('delete', '/v1/recycle-bin').expect(202)
  await api.work()
  const started = await api
    .call('post', `/v1/${type.plural}/import`)
    .set('content-type', 'text/csv')
    .send(before as never)
    .expect(202)
  await api.work()
  const job = (await api.call('get', started.body.links.self)).body
  const errors = (await api.call('get', job.links.errors)).body.data
  expect({ ...job.result, status: job.status, errors }).toMatchObject({ created: 3, status: 'completed', errors: [] })
  expect(await exported(`[gt]=${Math.max(...ids)}`)).toBe(before)
})
