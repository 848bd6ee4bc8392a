import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { aContact } from '../seed.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
  await api.app.listen({ port: 0, host: '127.0.0.1' })
})
afterAll(() => api.close())

const sendText = (method: 'post' | 'patch', path: string, text: string) =>
  api.call(method, path).set('content-type', 'application/json').send(text)

describe('A duplicate key in a JSON object', () => {
  it('is refused with its pointer, also when it is escaped differently', async () => {
    const body =
      '{"firstName": "Anna", "firstName": "Olga", "comment": "\\"comment\\": {", "phones": [{"value": "1"}, {"value": "+7 495 123-45-67", "va\\u006cue": "2"}], "lastName" : "Orlova", "lastName"\n                       \t  :"Orlova"}'
    const { body: problem } = await sendText('post', '/v1/contacts', body).expect(422)
    expect(problem).toMatchObject({ code: 'validation_failed' })
    expect(problem.errors).toEqual([
      { pointer: '/firstName', code: 'duplicate_field', message: 'firstName appears twice.' },
      { pointer: '/phones/1/value', code: 'duplicate_field', message: 'value appears twice.' },
      { pointer: '/lastName', code: 'duplicate_field', message: 'lastName appears twice.' },
    ])
  })

  it('is allowed in different objects', async () => {
    const body = '{"lastName": "Orlova", "phones": [{"value": "+7 495 123-45-67"}, {"value": "+7 495 123-45-68"}]}'
    await sendText('post', '/v1/contacts', body).expect(201)
  })
})

describe('Text that the database cannot store', () => {
  const broken = ['a\\u0000b', 'a\\ud800b', '\\udc00']

  it('is refused in any position', async () => {
    const field = (text: string) => ({
      [`{"code": "a_field", "kind": "string", "label": "${text}"}`]: '/label',
      [`{"code": "a_field", "kind": "string", "label": {"en": "a", "ru": "${text}"}}`]: '/label/ru',
      [`{"code": "a_field", "kind": "string", "label": "a", "help": "${text}"}`]: '/help',
      [`{"code": "a_field", "kind": "string", "label": "a", "settings": {"pattern": "${text}"}}`]: '/settings/pattern',
      [`{"code": "a_field", "kind": "enumeration", "label": "a", "options": [{"code": "b", "label": "${text}"}]}`]:
        '/options/0/label',
    })
    for (const text of broken) {
      for (const [body, pointer] of Object.entries(field(text))) {
        const answer = await sendText('post', '/v1/types/contact/fields', body).expect(422)
        expect(answer.body.errors).toMatchObject([{ pointer, code: 'invalid_characters' }])
      }
      const user = await sendText('post', '/v1/users', `{"lastName": "${text}"}`).expect(422)
      expect(user.body.errors).toMatchObject([{ pointer: '/lastName', code: 'invalid_characters' }])
      const key = await sendText('post', '/v1/api-keys', `{"name": "${text}"}`).expect(422)
      expect(key.body.errors).toMatchObject([{ pointer: '/name', code: 'invalid_characters' }])
    }
  })
})

it('normalizes text to composed Unicode (NFC)', async () => {
  const [decomposed, composed] = ['Андреи\u0306 Семе\u0308нов Rene\u0301', 'Андрей Семёнов René']
  expect(decomposed.normalize('NFC')).toBe(composed)
  const contact = await aContact(api, { lastName: decomposed, comment: `${decomposed}\n\\n\u0301` })
  expect(contact).toMatchObject({ lastName: composed, comment: `${composed}\n\\n\u0301`.normalize('NFC') })
  const escaped = '{"lastName": "Андре\\u0438\\u0306"}'
  expect((await sendText('post', '/v1/contacts', escaped).expect(201)).body.lastName).toBe('Андрей')
})

it('refuses very long runs of combining marks, which would take minutes to normalize', async () => {
  const marks = (count: number) => `a${'\u0301\u0316'.repeat(count / 2)}`
  await aContact(api, { lastName: marks(30) })
  for (const text of [
    JSON.stringify(marks(200_000)),
    `"a${'\\u0301\\u0316'.repeat(100_000)}"`,
    `"a${'\u{1d165}'.repeat(31)}"`,
  ]) {
    const { body } = await sendText('post', '/v1/contacts', `{"lastName": ${text}}`).expect(422)
    expect(body.errors).toMatchObject([{ pointer: '/lastName', code: 'invalid_characters' }])
  }
})

describe('A body with too many values', () => {
  it('is refused before it is parsed', async () => {
    const faultsOf = async (text: string) =>
      (await sendText('post', '/v1/contacts', text).expect(422)).body.errors as unknown[]
    expect(await faultsOf(`{${Array.from({ length: 400_000 }, (_, n) => `"k${n}":1`).join()}}`)).toEqual([
      { pointer: '', code: 'too_many_keys', message: 'An object can have at most 2000 keys.' },
    ])
    expect(await faultsOf(`{"phones": [${Array.from({ length: 80_001 }).join('1,')}1]}`)).toEqual([
      {
        pointer: '',
        code: 'too_many_values',
        message: 'The body can have at most 80000 values. Send several requests.',
      },
    ])
    const { body: limits } = await api.call('get', '/v1/limits').expect(200)
    expect(limits.sizes).toMatchObject({ bodyValues: 80_000, bodyKeys: 2000 })
  })

  it('returns only the first hundred faults', async () => {
    for (const body of [
      Object.fromEntries(Array.from({ length: 1900 }, (_, n) => [`key${n}`, n])),
      { userFields: Object.fromEntries(Array.from({ length: 1900 }, (_, n) => [`key${n}`, n])) },
    ]) {
      const answer = await api.call('post', '/v1/contacts', body).expect(422)
      expect(answer.body.errors).toHaveLength(100)
    }
  })
})

describe('A body over the size limit', () => {
  /** Returns the response to a client that reads nothing before it has sent the whole body. */
  async function answerTo(path: string, type: string, size: number): Promise<string> {
    const { port } = api.app.server.address() as AddressInfo
    const socket = connect(port, '127.0.0.1')
    socket.pause()
    const head = [
      `POST ${path} HTTP/1.1`,
      'Host: localhost',
      `Authorization: Bearer ${api.key}`,
      `Content-Type: ${type}`,
    ]
    socket.write(`${[...head, `Content-Length: ${size}`, '', ''].join('\r\n')}`)
    const chunk = Buffer.alloc(1_000_000, 'a')
    for (let sent = 0; sent < size; sent += chunk.length) {
      if (!socket.write(chunk)) await once(socket, 'drain')
    }
    let text = ''
    socket.setEncoding('utf8').on('data', (part) => {
      text += part
      if (text.includes('}')) socket.end()
    })
    socket.resume()
    await once(socket, 'close')
    return text
  }

  it.each([
    ['/v1/contacts', 'application/json'],
    ['/v1/contacts/import', 'text/csv'],
    ['/v1/files?name=a.txt', 'text/plain'],
  ])('returns 413 from %s, also to a client that sends the whole body before it reads', async (path, type) => {
    const answer = await answerTo(path, type, 60_000_000)
    expect(answer).toMatch(/^HTTP\/1\.1 413 /)
    expect(answer).toContain('"code":"payload_too_large"')
  })
})

it('sends Vary for the language', async () => {
  for (const path of ['/v1/contacts', '/v1/types/contact/fields', '/v1/nothing']) {
    expect((await api.call('get', path)).headers.vary).toMatch(/\baccept-language\b/i)
  }
})

it('accepts a JSON filter in the URL and a list as the sort order in a body', async () => {
  await aContact(api, { lastName: 'Воробьёва', firstName: 'Анна' })
  await aContact(api, { lastName: 'Воробьёва', firstName: 'Яна' })
  const list = async (query: Record<string, string>) =>
    (
      await api
        .call('get', `/v1/contacts?${new URLSearchParams({ fields: 'firstName', sort: 'firstName', ...query })}`)
        .expect(200)
    ).body.data.map(({ firstName }: { firstName: string }) => firstName)
  expect(await list({ 'filter[lastName]': '{"contains":"робьё"}' })).toEqual(['Анна', 'Яна'])
  expect(
    await list({
      'filter[lastName]': '{"startsWith":"Вор","ne":"Воронов"}',
      'filter[firstName]': '{"in":["Яна","a"]}',
    }),
  ).toEqual(['Яна'])
  expect(await list({ 'filter[lastName]': '{Воробьёва' })).toEqual([])
  const broken = await api
    .call('get', `/v1/contacts?${new URLSearchParams({ 'filter[lastName]': '{"contains": орл}' })}`)
    .expect(400)
  expect(broken.body.errors).toMatchObject([{ parameter: 'filter[lastName]', code: 'invalid_filter' }])
  const mistyped = await api
    .call('get', `/v1/contacts?${new URLSearchParams({ 'filter[lastName]': '{"contain": "a"}' })}`)
    .expect(400)
  expect(mistyped.body.errors).toMatchObject([
    { parameter: 'filter[lastName]', code: 'unknown_operator', hint: 'contains' },
  ])

  const filter = { field: 'lastName', value: 'Воробьёва' }
  const search = async (sort: unknown) =>
    (await api.call('post', '/v1/contacts/search', { filter, sort, fields: ['firstName'] }).expect(200)).body.data.map(
      ({ firstName }: { firstName: string }) => firstName,
    )
  expect(await search(['lastName', '-firstName'])).toEqual(['Яна', 'Анна'])
  expect(await search('lastName,firstName')).toEqual(['Анна', 'Яна'])
})
