import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, aUser, startApi } from '../api.ts'
import { createFields } from '../fields-of-every-kind.ts'
import { problem, settingsRequired } from '../people/callers.ts'
import { city, deal, type ModelType, read } from './calls.ts'

describe('the callers of a model', () => {
  let api: Api
  beforeAll(async () => {
    api = await startApi()
    await createFields(api, 'deal', [city, { code: 'margin', kind: 'integer', label: 'Margin' }])
    await api.call('put', '/v1/types/deal/fields/margin/visibility', { restricted: true }).expect(200)
  })
  afterAll(() => api.close())

  it('need the settings right, and copy only fields that they see', async () => {
    const [reader, manager] = [await aUser(api.db), await aUser(api.db)]
    const permissions = [{ type: 'deal', operations: { read: 'all' } }]
    const roles = [
      { name: 'Readers', permissions, members: { userIds: [reader.userId] } },
      { name: 'Managers', settings: true, members: { userIds: [manager.userId] } },
    ]
    for (const role of roles) await api.call('post', '/v1/roles', role).expect(201)
    for (const method of ['get', 'put'] as const) {
      const { body } = await api
        .as(reader.key)(method, '/v1/model', method === 'put' ? { format: 1 } : undefined)
        .expect(403)
      expect(body).toEqual(settingsRequired)
    }
    const asManager = api.as(manager.key)
    const { body } = await asManager('get', '/v1/model').expect(200)
    expect(body.types.find(({ code }: ModelType) => code === 'deal').fields.map(({ code }: ModelType) => code)).toEqual(
      ['city'],
    )
    const model = { format: 1, ...deal({ code: 'margin', kind: 'integer', label: 'Mine' }) }
    const refused = await asManager('put', '/v1/model', model).expect(422)
    expect(refused.body).toEqual(problem(422, 'validation_failed', expect.any(String) as never))
    expect(refused.body.errors).toMatchObject([{ pointer: '/types/0/fields/0/code', code: 'reserved_code' }])
    const unseen = await asManager('put', '/v1/model', { format: 1, delete: ['types.deal.fields.margin'] }).expect(200)
    expect(unseen.body.missing).toEqual(['types.deal.fields.margin'])
    expect((await read(api)).types.find(({ code }) => code === 'deal')!.fields).toHaveLength(2)
  })

  it('get the same answer to a repeated request, and wait for each other', async () => {
    const model = { format: 1, ...deal({ code: 'weight', kind: 'decimal', label: 'Weight' }) }
    const send = () => api.call('put', '/v1/model', model).set('idempotency-key', 'copy')
    const first = await send().expect(200)
    const again = await send().expect(200)
    expect([again.body, again.headers['idempotency-replayed']]).toEqual([first.body, 'true'])
    const other = { format: 1, ...deal({ code: 'height', kind: 'decimal', label: 'Height' }) }
    const both = await Promise.all([1, 2].map(() => api.call('put', '/v1/model', other)))
    expect(both.map(({ status, body }) => [status, body.created.length, body.unchanged]).sort()).toEqual([
      [200, 0, 1],
      [200, 1, 0],
    ])
  })
})
