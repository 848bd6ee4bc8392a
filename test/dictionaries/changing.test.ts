import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, aUser, startApi } from '../api.ts'
import { problem, settingsRequired } from '../people/callers.ts'
import { aContact } from '../seed.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

const aField = (code: string, dictionary: string) =>
  api.call('post', '/v1/types/deal/fields', { code, kind: 'dictionary', label: code, settings: { dictionary } })
const codesOf = async (dictionary: string): Promise<string[]> => {
  const { body } = await api.call('get', `/v1/dictionaries/${dictionary}/entries`).expect(200)
  return body.data.map(({ code }: { code: string }) => code)
}

it('creates, renames and deletes a dictionary', async () => {
  const entries = [
    { code: 'NORTH', label: { en: 'North', ru: 'Север' } },
    { code: 'SOUTH', label: 'South', sort: 5 },
  ]
  const created = await api.call('post', '/v1/dictionaries', { code: 'REGION', name: { ru: 'Регион' }, entries })
  expect([created.status, created.body, created.headers.location]).toEqual([
    201,
    { code: 'REGION', name: 'Регион' },
    '/v1/dictionaries/REGION',
  ])
  expect((await api.call('get', '/v1/dictionaries/REGION/entries?labels=all').expect(200)).body.data).toEqual([
    { code: 'SOUTH', label: { en: 'South', ru: 'South' }, sort: 5, system: false },
    { code: 'NORTH', label: { en: 'North', ru: 'Север' }, sort: 10, system: false },
  ])
  const again = await api.call('post', '/v1/dictionaries', { code: 'REGION', name: 'Region' }).expect(409)
  expect(again.body).toEqual(problem(409, 'dictionary_exists', 'There is already a dictionary REGION.'))
  await api.call('patch', '/v1/dictionaries/REGION', { name: { en: 'Region' } }).expect(200)
  const renamed = await api.call('get', '/v1/dictionaries/REGION?labels=all').expect(200)
  expect(renamed.body).toEqual({ code: 'REGION', name: { en: 'Region', ru: 'Регион' } })
  await api.call('delete', '/v1/dictionaries/REGION').expect(204)
  await api.call('get', '/v1/dictionaries/REGION').expect(404)
  await api.call('delete', '/v1/dictionaries/REGION').expect(404)
})

it('keeps a dictionary that fields use, and names the fields', async () => {
  const { body } = await api.call('delete', '/v1/dictionaries/INDUSTRY').expect(409)
  const detail = 'Fields use the dictionary INDUSTRY. Delete these fields first.'
  const uses = [{ type: 'company', field: 'industry' }]
  expect(body).toEqual(problem(409, 'dictionary_in_use', detail, { uses }))
  await api.call('post', '/v1/dictionaries', { code: 'COLOUR', name: 'Colour' }).expect(201)
  await aField('colour', 'COLOUR').expect(201)
  const kept = await api.call('delete', '/v1/dictionaries/COLOUR').expect(409)
  expect(kept.body.uses).toEqual([{ type: 'deal', field: 'userFields.colour' }])
  await api.call('delete', '/v1/types/deal/fields/colour').expect(204)
  await api.call('delete', '/v1/dictionaries/COLOUR').expect(204)
})

it('never leaves a field without its dictionary, when both change at once', async () => {
  for (let round = 0; round < 10; round++) {
    const code = `RACE${round}`
    await api.call('post', '/v1/dictionaries', { code, name: code }).expect(201)
    const [added, deleted] = await Promise.all([
      aField(`race${round}`, code),
      api.call('delete', `/v1/dictionaries/${code}`),
    ])
    const fault = added.body.errors?.[0].pointer
    expect(['201 409', '422/settings/dictionary 204']).toContain(`${added.status}${fault ?? ''} ${deleted.status}`)
  }
})

describe('The entries of a dictionary', () => {
  const path = '/v1/dictionaries/SOURCE/entries'

  it('are created at the end, and can be changed', async () => {
    const podcast = { code: 'PODCAST', label: { en: 'Podcast', ru: 'Подкаст' } }
    const created = await api.call('post', path, podcast).set('accept-language', 'ru').expect(201)
    expect(created.body).toEqual({ code: 'PODCAST', label: 'Подкаст', sort: 130, system: false })
    expect(created.headers.location).toBe(`${path}/PODCAST`)
    expect((await aContact(api, { source: 'PODCAST' })).source).toBe('PODCAST')
    const again = await api.call('post', path, podcast).expect(409)
    expect(again.body).toEqual(problem(409, 'entry_exists', 'The dictionary SOURCE already has an entry PODCAST.'))
    const changed = await api.call('patch', `${path}/PODCAST`, { label: { ru: 'Подкасты' }, sort: 1 }).expect(200)
    expect(changed.body).toEqual({ code: 'PODCAST', label: 'Podcast', sort: 1, system: false })
    expect((await api.call('get', `${path}/PODCAST?labels=all`).expect(200)).body.label).toEqual({
      en: 'Podcast',
      ru: 'Подкасты',
    })
    expect((await codesOf('SOURCE'))[0]).toBe('PODCAST')
    const typo = await api.call('get', `${path}/PODCASTS`).expect(404)
    const detail = 'There is no entry PODCASTS in the dictionary SOURCE.'
    expect(typo.body).toEqual(problem(404, 'entry_not_found', detail, { hint: 'PODCAST' }))
  })

  it('are renamed but not deleted if they belong to the system', async () => {
    const renamed = await api.call('patch', `${path}/WEB`, { label: 'Our site' }).expect(200)
    expect(renamed.body).toMatchObject({ code: 'WEB', label: 'Our site', system: true })
    for (const query of ['', '?replaceWith=OTHER', '?dryRun=true']) {
      const { body } = await api.call('delete', `${path}/WEB${query}`).expect(409)
      const detail = 'The entry WEB belongs to the system. You can rename it, but not delete it.'
      expect(body).toEqual(problem(409, 'system_entry', detail))
    }
  })

  it('are put in another order as a whole', async () => {
    const order = '/v1/dictionaries/COMPANY_TYPE/entries/order'
    const codes = ['OTHER', 'CUSTOMER', 'SUPPLIER', 'PARTNER', 'COMPETITOR']
    const { body } = await api.call('put', order, { codes }).expect(200)
    expect(body.data.map(({ code, sort }: { code: string; sort: number }) => [code, sort])).toEqual(
      codes.map((code, index) => [code, (index + 1) * 10]),
    )
    expect(await codesOf('COMPANY_TYPE')).toEqual(codes)
    const wrong = await api.call('put', order, { codes: ['OTHER', 'CUSTOMERS', 'OTHER'] }).expect(422)
    expect(wrong.body.errors).toEqual([
      {
        pointer: '/codes/1',
        code: 'unknown_value',
        message: 'Must be one of the allowed values. Did you mean CUSTOMER?',
        allowed: codes,
        hint: 'CUSTOMER',
      },
      expect.objectContaining({ pointer: '/codes/2', code: 'duplicate_value' }),
      {
        pointer: '/codes',
        code: 'missing_entries',
        message: 'Name all entries of the dictionary.',
        allowed: ['CUSTOMER', 'SUPPLIER', 'PARTNER', 'COMPETITOR'],
      },
    ])
  })
})

it('is changed only by callers with the settings right, in an instance with a CRM', async () => {
  const { userId, key } = await aUser(api.db, { lastName: 'Losev' })
  const permissions = [{ type: 'contact', operations: { read: 'all' } }]
  await api.call('post', '/v1/roles', { name: 'Readers', permissions, members: { userIds: [userId] } }).expect(201)
  const asReader = api.as(key)
  const entry = { code: 'A', label: 'A' }
  const requests = [
    asReader('post', '/v1/dictionaries', { code: 'A', name: 'A' }),
    asReader('patch', '/v1/dictionaries/NOSUCH', { name: 'A' }),
    asReader('delete', '/v1/dictionaries/NOSUCH'),
    asReader('post', '/v1/dictionaries/SOURCE/entries', entry),
    asReader('patch', '/v1/dictionaries/SOURCE/entries/NOSUCH', { sort: 1 }),
    asReader('put', '/v1/dictionaries/SOURCE/entries/order', { codes: [] }),
    asReader('delete', '/v1/dictionaries/SOURCE/entries/NOSUCH'),
  ]
  for (const request of requests) expect((await request.expect(403)).body).toEqual(settingsRequired)
})

it('reports every fault of a new dictionary', async () => {
  const entries = [
    { code: 'A', label: 'A' },
    { code: 'A', label: 'B' },
  ]
  const { body } = await api.call('post', '/v1/dictionaries', { code: 'TWICE', name: 'Twice', entries }).expect(422)
  expect(body.errors).toMatchObject([{ pointer: '/entries/1/code', code: 'duplicate_value' }])
  const wrong = await api.call('post', '/v1/dictionaries', { code: 'with space', nam: 'A' }).expect(422)
  expect(wrong.body.errors.map(({ pointer, code }: { pointer: string; code: string }) => [pointer, code])).toEqual([
    ['/name', 'required'],
    ['/nam', 'unknown_field'],
    ['/code', 'wrong_characters'],
  ])
})
