import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type JobApi, startJobApi } from '../jobs.ts'
import { aContact } from '../seed.ts'

let api: JobApi
beforeAll(async () => {
  api = await startJobApi()
})
afterAll(() => api.close())

/** Returns the text with decomposed letters (NFD), as macOS stores names. */
const decomposed = (text: string) => encodeURIComponent(text.normalize('NFD'))
const found = async (query: string) => {
  const { body } = await api.call('get', `/v1/contacts?${query}&sort=id&fields=id`).expect(200)
  return body.data.map(({ id }: { id: number }) => id)
}

it.each(['Зайцев', 'Королёв', 'Renée'])('finds %s with a filter in decomposed Unicode', async (lastName) => {
  const { id } = await aContact(api, { lastName })
  const part = lastName.slice(1, -1)
  expect(await found(`filter[lastName]=${decomposed(lastName)}`)).toEqual([id])
  expect(await found(`filter[lastName][in]=Nobody,${decomposed(lastName)}`)).toEqual([id])
  expect(await found(`filter[lastName][contains]=${decomposed(part)}`)).toEqual([id])
  expect(await found(`filter[lastName][startsWith]=${decomposed(lastName.slice(0, 5))}`)).toEqual([id])
})

it('treats composed and decomposed external keys as equal', async () => {
  const put = (key: string) => api.call('put', `/v1/contacts/external/${key}`, { firstName: 'Ivan' })
  const { body } = await put(`${encodeURIComponent('Почтовый')}/${encodeURIComponent('ёж')}`).expect(201)
  const again = await put(`${decomposed('Почтовый')}/${decomposed('ёж')}`).expect(200)
  expect(again.body.id).toBe(body.id)
  const read = await api.call('get', `/v1/contacts/external/${decomposed('Почтовый')}/${decomposed('ёж')}`).expect(200)
  expect(read.body.externalIds).toEqual([{ source: 'Почтовый', key: 'ёж' }])
})

it('imports decomposed letters and keys as composed ones', async () => {
  const file = 'firstName,lastName,externalIds\nИлья,Йолкин,"[{""source"":""Йога"",""key"":""ё""}]"'.normalize('NFD')
  const call = api.call('post', '/v1/contacts/import').set('content-type', 'text/csv')
  const job = await call.send(file).expect(202)
  await api.work()
  const { body } = await api.call('get', job.body.links.self).expect(200)
  expect(body).toMatchObject({ status: 'completed', result: { created: 1 } })
  const read = await api.call('get', `/v1/contacts/external/${encodeURIComponent('Йога')}/${encodeURIComponent('ё')}`)
  expect(read.body).toMatchObject({ lastName: 'Йолкин', externalIds: [{ source: 'Йога', key: 'ё' }] })
})

it.each([
  ['Müller', 'muller'],
  ['Nuñez', 'NUNEZ'],
  ['Dvořák', 'dvorak'],
  ['Łukasz', 'luka'],
  ['Sørensen', 'soren'],
  ['Weiß', 'weiss'],
  ['Nguyễn', 'nguyen'],
  ['Фёдоров', 'федо'],
  ['Федотов', 'ФЁДОТ'],
  ['Соло́ха', 'солоха'],
])('finds %s by contains and startsWith %s', async (lastName, part) => {
  const { id } = await aContact(api, { lastName })
  for (const op of ['contains', 'startsWith']) {
    expect(await found(`filter[lastName][${op}]=${encodeURIComponent(part)}`)).toEqual([id])
  }
  expect(await found(`filter[lastName]=${encodeURIComponent(part)}`)).toEqual([])
})

it('keeps й and ї as distinct letters', async () => {
  const { id } = await aContact(api, { lastName: 'Бойко' })
  expect(await found(`filter[lastName][contains]=${encodeURIComponent('бой')}`)).toEqual([id])
  expect(await found(`filter[lastName][contains]=${encodeURIComponent('бои')}`)).toEqual([])
})

it('ignores ё and accents in parts of e-mails, websites and messengers, and compares exactly with eq', async () => {
  const { id } = await aContact(api, {
    emails: [{ value: 'Фёкла@почта.example' }],
    websites: [{ value: 'https://café.example/ёлка' }],
    messengers: [{ value: '@rené_ёж' }],
  })
  const by = (condition: string, value: string) => found(`filter[${condition}=${encodeURIComponent(value)}`)
  expect(await by('emails][contains]', 'ФЕКЛА@')).toEqual([id])
  expect(await by('emails][startsWith]', 'фёк')).toEqual([id])
  expect(await by('emails]', 'фекла@почта.example')).toEqual([])
  expect(await by('emails]', 'ФЁКЛА@почта.example')).toEqual([id])
  expect(await by('websites][contains]', 'cafe.example/елк')).toEqual([id])
  expect(await by('messengers][startsWith]', '@rene_еж')).toEqual([id])
  expect(await found(`q=${encodeURIComponent('фекла@почта.example')}`)).toEqual([id])
})

it('refuses a lone accent, which every text would match', async () => {
  const { body } = await api.call('get', '/v1/contacts?filter[lastName][contains]=%CC%81').expect(400)
  expect(body.errors).toEqual([expect.objectContaining({ code: 'empty_fragment' })])
})

it.each([
  ['zero-width spaces', '\u200b\u200b'],
  ['a byte order mark and a word joiner', '\ufeff\u2060'],
  ['a soft hyphen and marks of direction', '\u00ad\u200e\u202e\u2069'],
  ['fillers', '\u3164\u115f\uffa0\u2800'],
  ['control characters', '\u0001\u0085'],
])('refuses %s as a name', async (_, name) => {
  const { body } = await api.call('post', '/v1/contacts', { firstName: 'Ivan', lastName: name }).expect(201)
  expect(body.lastName).toBeNull()
  const { body: refused } = await api.call('post', '/v1/companies', { title: name }).expect(422)
  expect(refused.errors).toEqual([expect.objectContaining({ pointer: '/title', code: 'required' })])
})

it('trims invisible characters at the ends of a name and keeps those inside', async () => {
  const lastName = '\u200b \u2066Anna\u200dMaria\u2069\u200b'
  const { body } = await api.call('post', '/v1/contacts', { lastName, firstName: '\ufeffI ❤️\u200b' }).expect(201)
  expect([body.lastName, body.firstName]).toEqual(['Anna\u200dMaria', 'I ❤️'])
})
