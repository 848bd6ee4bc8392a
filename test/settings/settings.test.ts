import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Callers, startWithCallers, unavailable } from '../people/callers.ts'

let callers: Callers
beforeAll(async () => {
  callers = await startWithCallers()
})
afterAll(() => callers.api.close())

const get = (path: string) => callers.asReader('get', path)

it('returns the settings to every reader', async () => {
  const { body } = await get('/v1/settings').expect(200)
  expect(body).toEqual({
    country: 'RU',
    language: 'en',
    timeZone: 'Europe/Moscow',
    opened: true,
    requireIfMatch: false,
    recycleBinDays: 30,
    historyMonths: null,
    leadMode: 'classic',
  })
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

it('refuses the settings to callers without CRM access', async () => {
  expect((await callers.asOutsider('get', '/v1/settings').expect(403)).body).toEqual(unavailable)
  await callers.api.as(null)('get', '/v1/settings').expect(401)
})
