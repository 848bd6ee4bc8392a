import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { systemTypes } from '../../src/entities/types.ts'
import { aUser } from '../api.ts'
import { type JobApi, startJobApi } from '../jobs.ts'

let api: JobApi
beforeAll(async () => {
  api = await startJobApi({ limitsOf: ({ isAdmin }) => (isAdmin ? {} : { rows: { import: false } }) })
  // A user field whose label is that of another column.
  const label = { en: 'City', ru: 'Город' }
  for (const type of ['contact', 'deal']) {
    await api.call('post', `/v1/types/${type}/fields`, { code: 'delivery_city', kind: 'string', label }).expect(201)
  }
})
afterAll(() => api.close())

const template = (path: string, language = 'en') =>
  api.call('get', `/v1/${path}/import/template`).set('accept-language', language).responseType('blob')

describe('the template for imports', () => {
  it.each(
    systemTypes.flatMap(({ plural }) => [
      [plural, 'en'],
      [plural, 'ru'],
    ]),
  )('of %s (%s) has columns that an import knows', async (plural, language) => {
    const { body: bytes } = await template(plural, language).expect(200)
    const { body } = await api
      .call('post', `/v1/${plural}/import/preview`)
      .set('content-type', 'text/csv')
      .send(bytes)
      .expect(200)
    expect(body.header.length).toBeGreaterThan(10)
    expect(body.columns).toEqual(
      body.header.map((column: string, index: number) =>
        expect.objectContaining({ column, index, field: expect.any(String) }),
      ),
    )
    expect(body.columns.every(({ proposal }: { proposal: { confidence: number } }) => proposal.confidence === 1)).toBe(
      true,
    )
    const fields = body.columns.map(({ field }: { field: string }) => field)
    expect(new Set(fields).size).toBe(fields.length)
  })

  it('is a file in the language of the caller, as spreadsheets expect it', async () => {
    const english = await template('contacts')
    expect(english.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="contacts-template.csv"',
    })
    expect(english.body.toString()).toMatch(
      /^\uFEFFHonorific,First name,Middle name,Last name,.*,City \(userFields.delivery_city\)\r\n$/,
    )
    expect(english.body.toString()).not.toMatch(/ID|Photo|Created/)
    const russian = await template('contacts', 'ru')
    expect(russian.body.toString()).toMatch(/^\uFEFFОбращение;Имя;Отчество;Фамилия;/)
  })

  it('can have another format', async () => {
    const query = 'language=ru&encoding=windows-1251&delimiter=%2C'
    const { body, headers } = await api
      .call('get', `/v1/companies/import/template?${query}`)
      .responseType('blob')
      .expect(200)
    expect(headers['content-type']).toBe('text/csv; charset=windows-1251')
    expect(new TextDecoder('windows-1251').decode(body)).toMatch(/^Название компании,/)
    await api.call('get', '/v1/companies/import/template?quote=x').expect(400)
  })

  it('requires the right to import', async () => {
    const { key } = await aUser(api.db, { lastName: 'Limited' })
    const { body } = await api.as(key)('get', '/v1/contacts/import/template').expect(403)
    expect(body).toMatchObject({ code: 'forbidden' })
  })
})
