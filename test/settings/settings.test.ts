import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { adminRequired, type Callers, startWithCallers } from '../people/callers.ts'
import { aContact } from '../seed.ts'

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
    fiscalYearStart: 1,
    opened: true,
    requireIfMatch: false,
    recycleBinDays: 30,
    historyMonths: null,
    leadMode: 'classic',
    baseCurrency: 'RUB',
    reportCurrency: null,
    invoiceCurrency: null,
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

it('refuses a month of 13, and zero and text as retention periods of the recycle bin and history', async () => {
  const { call } = callers.api
  const { body: month } = await call('patch', '/v1/settings', { fiscalYearStart: 13 }).expect(422)
  expect(month.errors).toMatchObject([{ pointer: '/fiscalYearStart', code: 'out_of_range' }])
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

it('lets holders of the settings right change other settings, but neither the switch nor the plan', async () => {
  const { api, asOutsider, outsider } = callers
  await api.pool.query('insert into role_member (role_id, user_id) select id, $1 from role where settings', [
    outsider.userId,
  ])
  await asOutsider('patch', '/v1/settings', { recycleBinDays: 45 }).expect(200)
  for (const change of [{ crmEnabled: false }, { plan: 'default' }, { recycleBinDays: 46, crmEnabled: true }])
    expect((await asOutsider('patch', '/v1/settings', change).expect(403)).body).toEqual(adminRequired)
  expect((await get('/v1/settings')).body).toMatchObject({ crmEnabled: true, recycleBinDays: 45 })
})

it('closes records to everybody while the CRM is off, and people to nobody', async () => {
  const { api, asReader } = callers
  const contact = await aContact(api)
  const switchTo = (crmEnabled: boolean) => api.call('patch', '/v1/settings', { crmEnabled }).expect(200)
  await switchTo(false)
  for (const call of [api.call, asReader]) {
    for (const [method, path, body] of [
      ['get', '/v1/contacts'],
      ['get', `/v1/contacts/${contact.id}`],
      ['get', '/v1/contacts/export'],
      ['patch', `/v1/contacts/${contact.id}`, { lastName: 'Closed' }],
      ['post', '/v1/batch', { operations: [{ op: 'delete', type: 'contact', id: contact.id }] }],
      ['get', '/v1/contacts/none'],
    ] as const) {
      const { status, body: answer } = await call(method, path, body)
      const expected = path.endsWith('none')
        ? [400, 'malformed_request', undefined]
        : [403, 'crm_unavailable', 'switched_off']
      expect([path, status, answer.code, answer.reason]).toEqual([path, ...expected])
    }
    for (const path of [
      '/v1/me',
      '/v1/settings',
      '/v1/users',
      '/v1/departments',
      '/v1/groups',
      '/v1/api-keys',
      '/v1/plans',
      '/v1/limits',
    ])
      await call('get', path).expect(200)
  }
  // The switch itself still works.
  await switchTo(true)
  await asReader('get', `/v1/contacts/${contact.id}`).expect(200)
})
