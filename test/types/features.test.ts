import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { CatalogueCache } from '../../src/entities/catalogue.ts'
import { systemTypes } from '../../src/entities/types.ts'
import { purgeTask } from '../../src/recycle-bin/tasks.ts'
import { AccessMaker } from '../../src/rights/access.ts'
import { type Api, startApi } from '../api.ts'
import { until } from '../until.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

/** The connections that wait for a lock of this one. */
const blockedBy = 'select from pg_stat_activity where $1 = any(pg_blocking_pids(pid))'
const create = (code: string, features: string[]) =>
  api.call('post', '/v1/types', { code, title: code, features }).expect(201)
const item = async (code: string, rest: object): Promise<number> =>
  (await api.call('post', `/v1/types/${code}/items`, { title: 'x', ...rest }).expect(201)).body.id

it('that is off is named when a filter or a sort order needs it', async () => {
  await api.call('post', '/v1/types', { code: 'bare', title: 'Bare', features: [] }).expect(201)
  const child = { code: 'detail', title: 'Detail', features: ['source'], relations: { parents: ['bare'] } }
  await api.call('post', '/v1/types', child).expect(201)
  const fault = (parameter: string, name: string, feature: string) => ({
    ...{ parameter, code: 'feature_off' },
    message: `There is no field ${name}, because the feature ${feature} of the type is off.`,
  })
  const wrong = async (path: string) => (await api.call('get', `/v1/types/${path}`).expect(400)).body.errors
  expect(await wrong('bare/items?filter[source]=WEB&filter[amount][gt]=5&sort=-stageId')).toEqual([
    fault('filter[source]', 'source', 'source'),
    fault('filter[amount][gt]', 'amount', 'money'),
    fault('sort', 'stageId', 'stages'),
  ])
  expect(await wrong('detail/items?filter[bare.source]=WEB')).toEqual([
    fault('filter[bare.source]', 'bare.source', 'source'),
  ])
  expect(await wrong('detail/items?filter[sorce]=WEB')).toMatchObject([{ code: 'unknown_field', hint: 'source' }])
})

it('without the recycle bin, deleted records cannot be restored and are removed at night', async () => {
  const { body: type } = await create('note', [])
  const id = await item('note', { externalIds: [{ source: 'erp', key: '1' }] })
  await api.call('delete', `/v1/types/note/items/${id}`).expect(204)
  await api.call('get', `/v1/types/note/items/${id}`).expect(404)
  expect((await api.call('get', '/v1/recycle-bin').expect(200)).body.data).toEqual([])
  await api.call('post', `/v1/recycle-bin/${type.prefix}_${id}/restore`).expect(404)
  const access = new AccessMaker(api.db, new CatalogueCache(api.db, systemTypes))
  await purgeTask.run({ db: api.db, access }, {}, new AbortController().signal)
  const { rows } = await api.pool.query(`select id from t_${type.number} union all
    select record_id from external_id where type_id = ${type.number}`)
  expect(rows).toEqual([])
})

it('that was the recycle bin leaves records there that can be restored', async () => {
  const { body: type } = await create('draft', ['recycleBin'])
  const id = await item('draft', {})
  await api.call('delete', `/v1/types/draft/items/${id}`).expect(204)
  await api.call('patch', '/v1/types/draft', { features: [] }).expect(200)
  const entry = `${type.prefix}_${id}`
  expect((await api.call('get', '/v1/recycle-bin').expect(200)).body.data).toMatchObject([{ id: entry }])
  await api.call('post', `/v1/recycle-bin/${entry}/restore`).expect(200)
  await api.call('get', `/v1/types/draft/items/${id}`).expect(200)
})

it('are shown as they can be sent again', async () => {
  await create('echo', ['stages', 'source'])
  const { body } = await api.call('get', '/v1/types/echo').expect(200)
  expect(body.features).toEqual(['stages', 'source'])
  const again = await api.call('patch', '/v1/types/echo', { features: body.features }).expect(200)
  expect(again.body).toEqual(body)
})

it('of stages that comes later enters the records at a time with milliseconds', async () => {
  const { body: type } = await create('later', [])
  const id = await item('later', {})
  await api.call('patch', '/v1/types/later', { features: ['stages'] }).expect(200)
  const { body } = await api.call('get', `/v1/types/later/items/${id}?fields=movedAt`).expect(200)
  const { rows } = await api.pool.query(
    `select moved_at = date_trunc('milliseconds', moved_at) as exact from t_${type.number}`,
  )
  expect(rows).toEqual([{ exact: true }])
  const same = `/v1/types/later/items?filter[movedAt]=${body.movedAt}&fields=id`
  expect((await api.call('get', same).expect(200)).body.data).toEqual([{ id }])
})

it('without observers, those of before do not read the records', async () => {
  const { body: type } = await create('memo', ['observers'])
  const user = await api.call('post', '/v1/users', { lastName: 'Orlova' }).expect(201)
  const permissions = [{ type: 'memo', operations: { read: 'own' } }]
  await api
    .call('post', '/v1/roles', { name: 'Own memos', permissions, members: { userIds: [user.body.id] } })
    .expect(201)
  const { body: key } = await api.call('post', '/v1/api-keys', { name: 'Orlova', userId: user.body.id }).expect(201)
  const call = api.as(key.key)
  const id = await item('memo', { observers: [user.body.id] })
  await call('get', `/v1/types/memo/items/${id}`).expect(200)
  await api.call('patch', '/v1/types/memo', { features: [] }).expect(200)
  await call('get', `/v1/types/memo/items/${id}`).expect(404)
  expect((await call('get', '/v1/types/memo/items').expect(200)).body.data).toEqual([])
  expect(type.features).toEqual(['observers'])
})

const stages = [
  { id: 'NEW', name: 'New' },
  { id: 'WON', name: 'Won', semantic: 'success' },
]
const change = (code: string, features: string[]) => api.call('patch', `/v1/types/${code}`, { features })

describe('pipelines', () => {
  const pipelines = '/v1/types/route/pipelines'
  let second: number
  beforeAll(async () => {
    await create('route', ['stages', 'pipelines'])
    second = (await api.call('post', pipelines, { name: 'Second', stages }).expect(201)).body.id
  })

  it('cannot be switched off while the type has several', async () => {
    const refused = await change('route', ['stages']).expect(409)
    expect(refused.body).toMatchObject({
      ...{ code: 'type_has_pipelines', pipelines: 2 },
      detail:
        'The type route has several pipelines: 2. Keep the feature `pipelines`, or delete the other pipelines first.',
    })
    const model = { format: 1, types: [{ code: 'route', features: ['stages'] }] }
    expect((await api.call('put', '/v1/model?dryRun=true', model).expect(200)).body.refused).toMatchObject([
      { pointer: '/types/0/features', code: 'several_pipelines' },
    ])
  })

  it('are not left out when stages are switched on again', async () => {
    await change('route', []).expect(200)
    expect((await change('route', ['stages']).expect(409)).body.code).toBe('type_has_pipelines')
    const model = { format: 1, types: [{ code: 'route', features: ['stages'] }] }
    expect((await api.call('put', '/v1/model', model).expect(409)).body.code).toBe('type_has_pipelines')
    await change('route', ['stages', 'pipelines']).expect(200)
    expect((await api.call('get', pipelines).expect(200)).body.data).toHaveLength(2)
  })

  it('are switched off when only one is left', async () => {
    await api.call('delete', `${pipelines}/${second}`).expect(204)
    await change('route', ['stages']).expect(200)
    expect((await api.call('post', pipelines, { name: 'Third', stages }).expect(422)).body).toMatchObject({
      ...{ code: 'pipelines_not_supported', detail: 'Pipelines cannot be added to the type route.' },
    })
  })

  it('cannot be added by a request that waited until they were switched off', async () => {
    const { body: type } = await create('path', ['stages', 'pipelines'])
    const other = await api.pool.connect()
    try {
      await other.query('begin')
      await other.query('select from record_type where id = $1 for no key update', [type.number])
      const [{ pid }] = (await other.query('select pg_backend_pid() as pid')).rows
      const added = api.call('post', '/v1/types/path/pipelines', { name: 'Second', stages }).expect(422)
      const response = added.then(({ body }) => body)
      await until(async () => (await api.pool.query(blockedBy, [pid])).rows.length > 0)
      await other.query(`update record_type set traits = '{title,stages}' where id = $1`, [type.number])
      await other.query('commit')
      expect((await response).code).toBe('pipelines_not_supported')
    } finally {
      other.release()
    }
  })
})

it('without stages, the type has no board, no stage history and no rights of stages', async () => {
  await create('plain', [])
  const id = await item('plain', {})
  expect((await api.call('get', '/v1/types/plain/pipelines').expect(200)).body.data).toEqual([])
  expect((await api.call('get', `/v1/types/plain/items/${id}/stage-history`).expect(200)).body.data).toEqual([])
  await create('staged', ['stages'])
  const more = await api.call('post', '/v1/types/staged/pipelines', { name: 'Second', stages }).expect(422)
  expect(more.body.code).toBe('pipelines_not_supported')
})

it('ends the jobs of a type that is deleted, so that no other job waits for them', async () => {
  await create('gone', [])
  await item('gone', {})
  const bulk = { all: true, set: { title: 'y' } }
  const { body: job } = await api.call('post', '/v1/types/gone/items/bulk', bulk).expect(202)
  await api.call('delete', '/v1/types/gone?force=true').expect(204)
  const { body } = await api.call('get', `/v1/jobs/${job.id}`).expect(200)
  expect(body).toMatchObject({ status: 'failed', error: 'There is no type gone.' })
})

it('ends the paused jobs of a type that is deleted, which could not be resumed', async () => {
  await create('paused', [])
  await item('paused', {})
  const bulk = { all: true, set: { title: 'y' } }
  const { body: job } = await api.call('post', '/v1/types/paused/items/bulk', bulk).expect(202)
  await api.call('post', `/v1/jobs/${job.id}/pause`).expect(200)
  await api.call('delete', '/v1/types/paused?force=true').expect(204)
  const { body } = await api.call('get', `/v1/jobs/${job.id}`).expect(200)
  expect(body).toMatchObject({ status: 'failed', error: 'There is no type paused.' })
  await api.call('post', `/v1/jobs/${job.id}/resume`).expect(409)
})
