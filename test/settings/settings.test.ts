import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { adminRequired, type Callers, startWithCallers } from '../people/callers.ts'

let callers: Callers
beforeAll(async () => {
  callers = await startWithCallers()
})
afterAll(() => callers.api.close())

const get = (path: string) => callers.asReader('get', path)

it('returns the settings to every caller with a key', async () => {
  const { body } = await get('/v1/settings').expect(200)
  expect(body).toEqual({
    crmEnabled: true,
    plan: 'default',
    country: 'RU',
    language: 'en',
    timeZone: 'Europe/Moscow',
    opened: true,
    requireIfMatch: false,
    recycleBinDays: 30,
    historyMonths: null,
    leadMode: 'classic',
  })
  expect((await callers.asOutsider('get', '/v1/settings').expect(200)).body).toEqual(body)
  await callers.api.as(null)('get', '/v1/settings').expect(401)
})

it('returns all faults of a settings change at once', async () => {
  const change = { timeZone: 'Mars', country: 'XX', language: 'de', opend: true }
  const { body } = await callers.api.call('patch', '/v1/settings', change).expect(422)
  expect(
    body.errors.map(({ pointer, code }: { pointer: string; code: string }) => `${pointer} ${code}`).sort(),
  ).toEqual([
    '/country invalid_country',
    '/language unknown_value',
    '/opend unknown_field',
    '/timeZone invalid_time_zone',
  ])
  await callers.api.call('patch', '/v1/settings', []).expect(422)
})

it('refuses zero and text as retention periods of the recycle bin and history', async () => {
  const { call } = callers.api
  const { body } = await call('patch', '/v1/settings', { recycleBinDays: 0, historyMonths: 'all' }).expect(422)
  expect(body.errors).toMatchObject([
    { pointer: '/recycleBinDays', code: 'out_of_range' },
    { pointer: '/historyMonths', code: 'invalid_type' },
  ])
  await call('patch', '/v1/settings', { recycleBinDays: null }).expect(422)
  const kept = await call('patch', '/v1/settings', { historyMonths: 12 }).expect(200)
  expect(kept.body.historyMonths).toBe(12)
  expect((await call('patch', '/v1/settings', { historyMonths: null }).expect(200)).body.historyMonths).toBeNull()
  expect((await get('/v1/settings')).body).toMatchObject({ recycleBinDays: 30, historyMonths: null })
})

it('has a plan in force that exists', async () => {
  const { call } = callers.api
  const { body } = await call('patch', '/v1/settings', { plan: 'defalt', crmEnabled: 'no' }).expect(422)
  expect(body.errors).toMatchObject([
    { pointer: '/crmEnabled', code: 'invalid_type' },
    { pointer: '/plan', code: 'unknown_value', allowed: ['default'], hint: 'default' },
  ])
})

it('lets only administrators switch the CRM off and on', async () => {
  const { api, asReader } = callers
  const { body } = await asReader('patch', '/v1/settings', { crmEnabled: false }).expect(403)
  expect(body).toEqual(adminRequired)
  for (const crmEnabled of [false, true]) {
    const changed = await api.call('patch', '/v1/settings', { crmEnabled }).expect(200)
    expect(changed.body).toMatchObject({ crmEnabled })
    expect((await get('/v1/settings').expect(200)).body).toMatchObject({ crmEnabled })
  }
})
