import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { buildApp } from '../../src/app.ts'
import { instanceSecret } from '../../src/database/instance-secret.ts'
import { testOptions } from '../api.ts'
import { adminRequired, type Callers, problem, startWithCallers } from '../people/callers.ts'
import { aContact, aDeal } from '../seed.ts'

let callers: Callers
beforeAll(async () => {
  callers = await startWithCallers()
})
afterAll(() => callers.api.close())

const features = ['fieldVisibility', 'export', 'roles', 'autoMerge', 'recurring', 'automation']
const unlimited = { code: 'default', name: 'Without limits', features, searchLimit: null, analyticsLimit: null }

/** Puts a plan in force. */
const use = (plan: string) => callers.api.call('patch', '/v1/settings', { plan }).expect(200)

it('has a default plan with every feature and without limits', async () => {
  const { body } = await callers.asOutsider('get', '/v1/plans').expect(200)
  expect(body).toEqual({ data: [unlimited], page: { next: null, prev: null } })
  const one = await callers.asOutsider('get', '/v1/plans/default?labels=all').expect(200)
  expect(one.body).toEqual({ ...unlimited, name: { en: 'Without limits', ru: 'Без ограничений' } })
})

it('lets administrators create and change plans', async () => {
  const { api, asReader } = callers
  const basic = { code: 'basic', name: 'Basic', features: ['export'], searchLimit: 1000 }
  expect((await asReader('post', '/v1/plans', basic).expect(403)).body).toEqual(adminRequired)
  const made = await api.call('post', '/v1/plans', basic).expect(201)
  expect(made.body).toEqual({ ...basic, analyticsLimit: null })
  expect(made.headers.location).toBe('/v1/plans/basic')
  const again = await api.call('post', '/v1/plans', basic).expect(409)
  expect(again.body).toEqual(problem(409, 'plan_exists', 'There is already a plan basic.'))
  const change = { features: ['roles', 'export'], searchLimit: null, analyticsLimit: 5 }
  const trial = await api.call('patch', '/v1/plans/basic?dryRun=true', change).expect(200)
  const changed = { code: 'basic', name: 'Basic', ...change }
  expect(trial.body).toEqual(changed)
  expect((await asReader('get', '/v1/plans/basic').expect(200)).body).toEqual(made.body)
  expect((await api.call('patch', '/v1/plans/basic', change).expect(200)).body).toEqual(changed)
  expect((await asReader('patch', '/v1/plans/basic', change).expect(403)).body).toEqual(adminRequired)
  for (const method of ['get', 'patch'] as const) {
    const { body } = await api.call(method, '/v1/plans/none', method === 'patch' ? change : undefined).expect(404)
    expect(body).toEqual(problem(404, 'plan_not_found', 'There is no plan none.'))
  }
})

it('returns all faults of a plan at once', async () => {
  const plan = { code: 'a plan', features: ['exports'], searchLimit: -1, limit: 5 }
  const { body } = await callers.api.call('post', '/v1/plans', plan).expect(422)
  expect(
    body.errors.map(({ pointer, code }: { pointer: string; code: string }) => `${pointer} ${code}`).sort(),
  ).toEqual([
    '/code wrong_characters',
    '/features/0 unknown_value',
    '/limit unknown_field',
    '/name required',
    '/searchLimit out_of_range',
  ])
  await callers.api.call('patch', '/v1/plans/default', {}).expect(422)
})

describe('A plan in force', () => {
  beforeAll(async () => {
    await callers.api.call('post', '/v1/plans', { code: 'small', name: 'Small', features: [], searchLimit: 2 })
    for (const firstName of ['Anna', 'Boris', 'Vera']) await aContact(callers.api, { firstName })
  })
  beforeEach(() => use('small'))
  afterAll(() => use('default'))

  it('refuses features that it does not include, from the next request on', async () => {
    const { api } = callers
    const { body } = await api.call('get', '/v1/contacts/export').expect(403)
    const detail = 'The plan of this instance does not include this feature: export.'
    expect(body).toEqual(problem(403, 'plan_feature_required', detail, { feature: 'export' }))
    const russian = await api.call('get', '/v1/contacts/export').set('accept-language', 'ru').expect(403)
    expect(russian.body.detail).toBe('В тариф не входит возможность: экспорт.')
    await api.call('patch', '/v1/plans/small', { features: ['export'] }).expect(200)
    await api.call('get', '/v1/contacts/export').expect(200)
  })

  it('is seen by every server with its next request', async () => {
    const { api } = callers
    const { db, pool } = api
    const other = await buildApp({ ...testOptions, db, pool, secret: await instanceSecret(db) })
    const headers = { authorization: `Bearer ${api.key}` }
    const there = async () => (await other.inject({ method: 'GET', url: '/v1/contacts/export', headers })).statusCode
    for (const [features, status] of [
      [['export'], 200],
      [['roles'], 403],
      [['export'], 200],
    ]) {
      await api.call('patch', '/v1/plans/small', { features }).expect(200)
      expect(await there()).toBe(status)
    }
    await use('default')
    expect(await there()).toBe(200)
    await other.close()
  })

  it('limits filters and search by the number of records', async () => {
    const { api } = callers
    const exceeded = problem(
      ...([403, 'search_limit_exceeded'] as const),
      'The plan allows filters and search for at most 2 records of a type. Read the list without them.',
      { limit: 2 },
    )
    const filter = { field: 'firstName', op: 'eq', value: 'Anna' }
    const searches = [
      () => api.call('get', '/v1/contacts?q=Anna'),
      () => api.call('get', '/v1/contacts?filter[firstName]=Anna'),
      () => api.call('get', '/v1/contacts/export?filter[firstName]=Anna'),
      () => api.call('get', '/v1/search?q=Anna'),
      () => api.call('post', '/v1/contacts/search', { filter }),
      () => api.call('post', '/v1/contacts/count', { filter }),
    ]
    for (const search of searches) expect((await search().expect(403)).body).toEqual(exceeded)
    await api.call('get', '/v1/contacts?count=exact').expect(200)
    for (const title of ['A', 'B', 'C']) await aDeal(api, { title })
    const board = '/v1/types/deal/pipelines/3/board'
    expect((await api.call('get', `${board}?filter[title]=A`).expect(403)).body).toEqual(exceeded)
    await api.call('get', board).expect(200)
    await api.call('get', '/v1/companies?filter[title]=x').expect(200)
    await api.call('patch', '/v1/plans/small', { searchLimit: 3 }).expect(200)
    for (const search of searches) await search().expect(200)
  })
})
