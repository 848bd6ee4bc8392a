import { mkdtempSync, rmSync } from 'node:fs'
import { connect as dial } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { buildApp } from '../../src/app.ts'
import { connect } from '../../src/database/connect.ts'
import { instanceSecret } from '../../src/database/instance-secret.ts'
import { cleanAnswersTask } from '../../src/idempotency/clean-answers.ts'
import { type Api, aUser, startApi, testOptions } from '../api.ts'
import { aContact, read } from '../seed.ts'
import { onlyReads } from './only-reads.ts'

let api: Api
/** URLs of two servers with one database. */
let servers: [string, string]
let stop: () => Promise<void>
const dataDir = mkdtempSync(join(tmpdir(), 'kartoteka-once-'))

beforeAll(async () => {
  api = await startApi({ dataDir })
  const { db, pool, close } = connect(api.connection)
  const second = await buildApp({ ...testOptions, dataDir, db, pool, secret: await instanceSecret(db) })
  const here = { port: 0, host: '127.0.0.1' }
  servers = [await api.app.listen(here), await second.listen(here)]
  stop = async () => {
    await second.close()
    await close()
  }
})
afterAll(async () => {
  await stop()
  await api.close()
  rmSync(dataDir, { recursive: true })
})

const count = async (what: string) => Number((await api.pool.query(`select count(*) from ${what}`)).rows[0].count)

function post(key: string, body: object, server = 0): Promise<Response> {
  return fetch(`${servers[server]}/v1/contacts`, {
    method: 'POST',
    headers: { authorization: `Bearer ${api.key}`, 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(body),
  })
}

describe('A write with an Idempotency-Key', () => {
  it('runs once and returns the same response, byte for byte', async () => {
    const first = await post('order-1', { lastName: 'Once' })
    const text = await first.text()
    await api.call('patch', `/v1/contacts/${JSON.parse(text).id}`, { lastName: 'Changed since' }).expect(200)
    const second = await post('order-1', { lastName: 'Once' }, 1)
    expect([first.status, second.status]).toEqual([201, 201])
    expect(await second.text()).toBe(text)
    for (const name of ['etag', 'location', 'content-type']) {
      expect(second.headers.get(name)).toBe(first.headers.get(name))
    }
    expect(first.headers.get('idempotency-replayed')).toBeNull()
    expect(second.headers.get('idempotency-replayed')).toBe('true')
    expect(await count(`contact where last_name in ('Once', 'Changed since')`)).toBe(1)
  })

  it('creates one record for twenty concurrent requests on two servers', async () => {
    const send = async (n: number) => {
      for (;;) {
        const answer = await post('race', { lastName: 'Racer' }, n % 2)
        if (answer.status !== 409) return answer
        expect(((await answer.json()) as { code: string }).code).toBe('idempotency_in_progress')
      }
    }
    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => send(n)))
    const bodies = await Promise.all(answers.map((answer) => answer.text()))
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201))
    expect(new Set(bodies).size).toBe(1)
    expect(await count(`contact where last_name = 'Racer'`)).toBe(1)
  })

  it('runs once even if the connection of the first request was interrupted', async () => {
    const body = JSON.stringify({ lastName: 'Cut' })
    const { hostname, port } = new URL(servers[0])
    const socket = dial(Number(port), hostname)
    const head = [
      'POST /v1/contacts HTTP/1.1',
      'Host: localhost',
      `Authorization: Bearer ${api.key}`,
      'Content-Type: application/json',
      'Idempotency-Key: cut',
      `Content-Length: ${body.length}`,
    ]
    await new Promise<void>((resolve) => {
      socket.write(`${head.join('\r\n')}\r\n\r\n${body}`, () => {
        socket.destroy()
        resolve()
      })
    })
    const answers = await Promise.all(Array.from({ length: 5 }, () => post('cut', { lastName: 'Cut' })))
    expect(answers.filter(({ status }) => ![201, 409].includes(status))).toEqual([])
    let last = await post('cut', { lastName: 'Cut' })
    while (last.status === 409) last = await post('cut', { lastName: 'Cut' })
    expect(last.status).toBe(201)
    expect(await count(`contact where last_name = 'Cut'`)).toBe(1)
  })

  it('is refused with another body, another URL or an invalid key', async () => {
    const { id } = await aContact(api)
    const key = (call: ReturnType<Api['call']>, value: string) => call.set('idempotency-key', value)
    await key(api.call('patch', `/v1/contacts/${id}`, { lastName: 'A' }), 'mine').expect(200)
    const other = await key(api.call('patch', `/v1/contacts/${id}`, { lastName: 'B' }), 'mine').expect(422)
    expect(other.body.code).toBe('idempotency_key_reused')
    await key(api.call('delete', `/v1/contacts/${id}`), 'mine').expect(422)
    const bad = await key(api.call('delete', `/v1/contacts/${id}`), 'x'.repeat(256)).expect(400)
    expect(bad.body.errors).toMatchObject([{ parameter: 'idempotency-key' }])
    await key(api.call('delete', `/v1/contacts/${id}`), 'gone').expect(204)
    const again = await key(api.call('delete', `/v1/contacts/${id}`), 'gone').expect(204)
    expect(again.headers['idempotency-replayed']).toBe('true')
  })

  it('is separate per caller, and not stored for refused requests and dry runs', async () => {
    const other = await aUser(api.db, { isAdmin: true })
    const call = (as: Api['call'], path: string, body: object) =>
      as('post', path, body).set('idempotency-key', 'shared')
    const refused = await call(api.call, '/v1/contacts', { lastNam: 'typo' }).expect(422)
    expect(refused.body.code).toBe('validation_failed')
    await call(api.call, '/v1/contacts?dryRun=true', { lastName: 'Tried' }).expect(201)
    const first = await call(api.call, '/v1/contacts', { lastName: 'Mine' }).expect(201)
    const second = await call(api.as(other.key), '/v1/contacts', { lastName: 'Theirs' }).expect(201)
    expect(second.body.id).not.toBe(first.body.id)
  })

  it('runs once for a batch, a field, a setting, a user and an import', async () => {
    const twice = async (method: 'post' | 'patch' | 'delete', path: string, body: object | string, status: number) => {
      const send = () => {
        const call = api.call(method, path).set('idempotency-key', `${method} ${path}`)
        if (typeof body === 'string') call.set('content-type', 'text/csv')
        return call.send(body).expect(status)
      }
      const [first, second] = [await send(), await send()]
      expect(second.headers['idempotency-replayed']).toBe('true')
      expect(second.text).toBe(first.text)
      return first
    }
    await twice('post', '/v1/contacts/batch', { operations: [{ op: 'create', data: { lastName: 'Batched' } }] }, 200)
    expect(await count(`contact where last_name = 'Batched'`)).toBe(1)
    const label = { en: 'Shelf', ru: 'Полка' }
    await twice('post', '/v1/types/contact/fields', { code: 'shelf', kind: 'string', label }, 201)
    await twice('patch', '/v1/types/contact/fields/shelf', { required: false }, 200)
    await twice('delete', '/v1/types/contact/fields/shelf', {}, 204)
    await twice('patch', '/v1/settings', { country: 'RU' }, 200)
    await twice('post', '/v1/users', { firstName: 'One', lastName: 'Only' }, 201)
    expect(await count(`"user" where last_name = 'Only'`)).toBe(1)
    await twice('post', '/v1/contacts/import', 'Имя,Фамилия\nИван,Петров\n', 202)
    expect([await count('local.job'), await count('file')]).toEqual([1, 1])
  })

  it('stores a new API key so that only its caller can read it again', async () => {
    const send = (key: string) =>
      api.as(key)('post', '/v1/api-keys', { name: 'robot' }).set('idempotency-key', 'robot').expect(201)
    const first = await send(api.key)
    expect((await send(api.key)).text).toBe(first.text)
    const { rows } = await api.pool.query(`select body from local.idempotency where key = 'robot'`)
    expect(rows[0].body).not.toContain('kt_')
    const foreign = await api
      .as(first.body.key)('post', '/v1/api-keys', { name: 'robot' })
      .set('idempotency-key', 'robot')
    expect([foreign.status, foreign.body.code]).toEqual([422, 'idempotency_key_reused'])
  })

  it('runs again after a day, and the cleanup deletes the stored response', async () => {
    const first = await (await post('old', { lastName: 'Old' })).json()
    const age = `update local.idempotency set created_at = now() - interval '25 hours' where key = 'old'`
    await api.pool.query(age)
    const second = await (await post('old', { lastName: 'Old' })).json()
    expect((second as { id: number }).id).not.toBe((first as { id: number }).id)
    await api.pool.query(age)
    const others = (await count('local.idempotency')) - 1
    await cleanAnswersTask.run({ db: api.db }, {}, new AbortController().signal)
    expect([await count(`local.idempotency where key = 'old'`), await count('local.idempotency')]).toEqual([0, others])
  })

  it('does not change the record if the same change is sent again', async () => {
    const contact = await aContact(api)
    const step = () =>
      api.call('patch', `/v1/contacts/${contact.id}`, { phones: { add: [{ value: '+7 495 123-45-67' }] } })
    await step().set('idempotency-key', 'add').expect(200)
    await step().set('idempotency-key', 'add').expect(200)
    expect((await read(api, `contacts/${contact.id}`)).version).toBe(2)
  })
})

it('is a parameter of every write operation', () => {
  const paths = api.app.swagger().paths as Record<
    string,
    Record<string, { operationId: string; parameters?: { name: string }[] }>
  >
  const without = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations)
      .filter(([method]) => ['post', 'put', 'patch', 'delete'].includes(method))
      .filter(([, { parameters = [] }]) => !parameters.some(({ name }) => name === 'idempotency-key'))
      .map(([method]) => `${method} ${path}`),
  )
  expect(without.filter((name) => !onlyReads(name))).toEqual([])
})
