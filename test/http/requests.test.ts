import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import request from 'supertest'
import type { App } from '../../src/http/foundation.ts'
import { exampleApp } from './example-app.ts'

let app: App

beforeAll(async () => {
  app = await exampleApp()
})

afterAll(() => app.close())

const post = (body: unknown) =>
  request(app.server)
    .post('/pets')
    .send(body as object)

const postText = (type: string, text: string | Buffer) =>
  request(app.server)
    .post('/pets')
    .set('content-type', type)
    .serialize((x) => x)
    .send(text as string)

describe('a request body', () => {
  it('is taken literally: null stays null', () =>
    post({ name: 'Rex', birthday: null, legs: null, mother: null }).expect(200, {
      name: 'Rex',
      birthday: null,
      legs: null,
      mother: null,
    }))

  it('returns all faults at once', async () => {
    const answer = await post({
      nmae: 'Rex',
      kind: 'dgo',
      birthday: '31.01.2026',
      weight: 2.5,
      legs: '4',
      toys: ['a', 'a', 'b'],
      mother: { name: 'Lada', age: 7 },
    }).expect(422)
    expect(answer.body).toMatchObject({ code: 'validation_failed', status: 422 })
    expect(new Set(answer.body.errors)).toEqual(
      new Set([
        { pointer: '/name', code: 'required', message: 'This value is required.' },
        {
          pointer: '/nmae',
          code: 'unknown_field',
          hint: 'name',
          message: 'There is no field nmae. Did you mean name?',
        },
        {
          pointer: '/kind',
          code: 'unknown_value',
          message: 'Must be one of the allowed values. Did you mean dog?',
          allowed: ['cat', 'dog', 'parrot'],
          hint: 'dog',
        },
        { pointer: '/birthday', code: 'invalid_date', message: 'Must be a date such as 2026-01-31.' },
        {
          pointer: '/weight',
          code: 'decimal_as_number',
          message: 'Send decimals as strings, for example "2.50", so that they stay exact.',
        },
        { pointer: '/legs', code: 'invalid_type', message: 'Must be a whole number or null.' },
        { pointer: '/toys', code: 'too_many', message: 'At most 2 are allowed.' },
        { pointer: '/toys', code: 'duplicate_value', message: 'The same value appears twice.' },
        { pointer: '/mother/age', code: 'unknown_field', message: 'There is no field age.' },
      ]),
    )
  })

  it('suggests the nearest known name for a typo', async () => {
    const answer = await post({ name: 'Rex', birth_day: null }).expect(422)
    expect(answer.body.errors).toEqual([
      {
        pointer: '/birth_day',
        code: 'unknown_field',
        message: 'There is no field birth_day. Did you mean birthday?',
        hint: 'birthday',
      },
    ])
  })

  it('returns faults in Russian on request', async () => {
    const answer = await post({ name: 5, kindd: 'cat' }).set('accept-language', 'ru').expect(422)
    expect(answer.body.errors.map((fault: { message: string }) => fault.message).sort()).toEqual([
      'Неизвестное поле kindd. Возможно, имелось в виду kind?',
      'Ожидается: строка.',
    ])
  })

  it.each([
    [
      { name: 'R', legs: 9 },
      { pointer: '/legs', code: 'out_of_range', message: 'Must be between 0 and 8.' },
    ],
    [
      { name: 'R', legs: 1.5 },
      { pointer: '/legs', code: 'invalid_integer' },
    ],
    [{ name: '' }, { pointer: '/name', code: 'too_short', message: 'Must have at least 1 characters.' }],
    [{ name: 'x'.repeat(21) }, { pointer: '/name', code: 'too_long' }],
    [
      { name: 'R', 'a/b~c': 1 },
      { pointer: '/a~1b~0c', code: 'unknown_field', message: 'There is no field a/b~c.' },
    ],
    [
      { name: 'R', phones: 5 },
      { pointer: '/phones', code: 'invalid_type', message: 'Must be an array or an object.' },
    ],
    [
      { name: 'R', phones: [{ value: 5 }] },
      { pointer: '/phones/0/value', code: 'invalid_type' },
    ],
    [
      { name: 'R', phones: { addd: [] } },
      { pointer: '/phones/addd', code: 'unknown_field', hint: 'add' },
    ],
    [[], { pointer: '', code: 'invalid_type', message: 'Must be an object.' }],
  ])('%j returns its fault', async (body, fault) => {
    const answer = await post(body).expect(422)
    expect(answer.body.errors).toContainEqual(expect.objectContaining(fault))
  })

  it('with a thousand unknown names returns a hundred faults', async () => {
    const answer = await post(Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`k${i}`, 1]))).expect(422)
    expect(answer.body.errors).toHaveLength(100)
  })

  it('is required', async () => {
    const answer = await request(app.server).post('/pets').expect(422)
    expect(answer.body.errors).toEqual([{ pointer: '', code: 'required', message: 'This value is required.' }])
  })

  it.each([
    ['cut off', '{"name":'],
    ['empty', ''],
    ['in another encoding', Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xcf, 0xf0, 0x22, 0x7d])],
    ['reaching for the prototype', '{"name":"R","__proto__":{}}'],
  ])('is malformed if it is %s JSON', async (_, text) => {
    const answer = await postText('application/json', text).expect(400)
    expect(answer.body.code).toBe('malformed_json')
  })

  it('may begin with a byte order mark', () =>
    postText('application/json', '\uFEFF{"name":"Rex"}').expect(200, { name: 'Rex' }))

  it.each(['text/plain', 'application/xml', 'nonsense'])('is refused with the content type %s', async (type) => {
    const answer = await postText(type, 'x').expect(415)
    expect(answer.body.code).toBe('unsupported_media_type')
  })

  it.each([
    ['content-encoding', 'gzip', 'gzip'],
    ['content-encoding', 'br, gzip', 'br, gzip'],
    ['content-type', 'application/json; charset=utf-16', 'utf-16'],
    ['content-type', 'application/json;charset="ISO-8859-1"', 'iso-8859-1'],
  ])('is refused with the %s %s', async (header, value, encoding) => {
    const sent = request(app.server).post('/pets').set('content-type', 'application/json').set(header, value)
    const answer = await sent.send('{"name":"Rex"}').expect(415)
    expect(answer.body).toMatchObject({ code: 'unsupported_encoding' })
    expect(answer.body.detail).toContain(` ${encoding} is not supported.`)
  })

  it.each([
    ['content-encoding', 'identity'],
    ['content-type', 'application/json; charset=UTF-8'],
    ['content-type', 'application/json; charset=us-ascii'],
  ])('is accepted with the %s %s', async (header, value) => {
    const sent = request(app.server).post('/pets').set('content-type', 'application/json').set(header, value)
    await sent.send('{"name":"Rex"}').expect(200)
  })

  it('is refused where none is expected, unless it is empty', async () => {
    const erase = (body: object) => request(app.server).delete('/pets/7').send(body)
    const answer = await erase({ name: 'Rex' }).expect(400)
    expect(answer.body).toMatchObject({ errors: [{ parameter: 'content-length', code: 'not_allowed_here' }] })
    await erase({}).expect(204)
    const feed = request(app.server).post('/pets/7/feed').set('content-type', 'application/json')
    await feed.send('[1]').expect(400)
  })

  it('returns the size limit if it is too large', async () => {
    const answer = await post({ name: 'x'.repeat(20_000) }).expect(413)
    expect(answer.body).toMatchObject({
      code: 'payload_too_large',
      detail: 'The body must not be larger than 10000 bytes.',
    })
  })

  it('may be empty where none is expected', () =>
    request(app.server).post('/pets/7/feed').set('content-type', 'application/json').expect(200, { body: null }))
})

describe('a query parameter', () => {
  it('is converted to its type and gets its default', async () => {
    await request(app.server)
      .get('/pets?limit=7&old=true&ids=5')
      .expect(200, { limit: 7, old: true, ids: [5] })
    await request(app.server)
      .get('/pets?ids=1&ids=2')
      .expect(200, { limit: 50, ids: [1, 2] })
  })

  it.each([
    ['limit=ten', { parameter: 'limit', code: 'invalid_integer', message: 'Must be a whole number.' }],
    ['limit=', { parameter: 'limit', code: 'invalid_integer' }],
    ['limit=0', { parameter: 'limit', code: 'out_of_range', message: 'Must be between 1 and 500.' }],
    ['limit=07', { parameter: 'limit', code: 'invalid_format', message: 'Invalid format. Expected 7.' }],
    ['limit=7.0', { parameter: 'limit', code: 'invalid_format' }],
    ['limit=0x10', { parameter: 'limit', code: 'not_a_number' }],
    ['limit=1&limit=2', { parameter: 'limit', code: 'duplicate_parameter' }],
    ['big=9007199254740993', { parameter: 'big', code: 'out_of_range' }],
    ['ids=1&ids=x', { parameter: 'ids', code: 'invalid_integer' }],
    ['old=yes', { parameter: 'old', code: 'unknown_value', allowed: ['true', 'false'] }],
    ['order=nam', { parameter: 'order', code: 'unknown_value', allowed: ['name', 'birthday'], hint: 'name' }],
    ['limmit=5', { parameter: 'limmit', code: 'unknown_parameter', hint: 'limit' }],
  ])('returns 400 for %s', async (query, fault) => {
    const answer = await request(app.server).get(`/pets?${query}`).expect(400)
    expect(answer.body).toMatchObject({ code: 'malformed_request', instance: '/pets', errors: [fault] })
  })

  it('is refused on a route without parameters', async () => {
    const answer = await request(app.server).delete('/pets/7?force=true').expect(400)
    expect(answer.body.errors).toMatchObject([{ parameter: 'force', code: 'unknown_parameter' }])
  })

  it('is also checked in the path', async () => {
    const answer = await request(app.server).get('/pets/seven').expect(400)
    expect(answer.body.errors).toMatchObject([{ parameter: 'id', code: 'invalid_integer' }])
    for (const id of ['07', '7.0']) {
      const { body } = await request(app.server).get(`/pets/${id}`).expect(400)
      expect(body.errors).toMatchObject([{ parameter: 'id', code: 'invalid_format' }])
    }
  })
})

describe('a URL', () => {
  it('returns 404 if it is unknown, whatever the body', async () => {
    const answer = await request(app.server)
      .post('/nowhere?x=1')
      .set('content-type', 'application/json')
      .send('{')
      .expect(404)
    expect(answer.body).toMatchObject({ code: 'not_found', instance: '/nowhere' })
  })

  it('returns 405 with the allowed methods', async () => {
    const answer = await request(app.server).put('/pets/7').expect(405)
    expect(answer.headers.allow).toBe('DELETE, GET, HEAD, OPTIONS')
    expect(answer.body).toMatchObject({
      code: 'method_not_allowed',
      detail: 'PUT is not allowed here. Use DELETE, GET, HEAD, OPTIONS.',
    })
  })

  it('returns its methods for OPTIONS', async () => {
    const answer = await request(app.server).options('/pets').expect(204)
    expect(answer.headers.allow).toBe('GET, HEAD, OPTIONS, POST')
    await request(app.server).options('/nowhere').expect(404)
  })

  it('is malformed if it is badly encoded', async () => {
    const answer = await request(app.server).get('/pets/%zz').set('accept-language', 'ru').expect(400)
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8')
    expect(answer.body).toMatchObject({ code: 'malformed_request', title: 'Неверный запрос' })
  })

  it('is too long if one segment is', async () => {
    const answer = await request(app.server)
      .get(`/pets/${'7'.repeat(2000)}`)
      .expect(414)
    expect(answer.body.code).toBe('uri_too_long')
  })
})
