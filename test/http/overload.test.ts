import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect as connectSocket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import request from 'supertest'
import { connect } from '../../src/database/connect.ts'
import { type Api, startApi } from '../api.ts'
import { freshDatabase, type TestDatabase } from '../database.ts'
import { exampleApp } from './example-app.ts'

describe('the queue for database connections', () => {
  let database: TestDatabase
  let api: Api
  beforeAll(async () => {
    database = await freshDatabase()
    api = await startApi({
      database: { ...connect(database.connection, { poolSize: 2 }), connection: database.connection },
    })
    await api.app.listen({ port: 0, host: '127.0.0.1' })
  })
  afterAll(async () => {
    await api.close()
    await database.close()
  })

  /** Sends `count` requests at once, each on its own connection, and returns their statuses. */
  async function atOnce(count: number): Promise<Record<string, number>> {
    const { port } = api.app.server.address() as AddressInfo
    const head = `GET /v1/me HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${api.key}\r\nconnection: close\r\n\r\n`
    const heads = Array.from({ length: count }, async () => {
      const socket = connectSocket(port, '127.0.0.1', () => socket.write(head))
      let text = ''
      socket.on('data', (chunk) => (text += chunk))
      await once(socket, 'close')
      if (text.includes(' 503 ')) expect(text).toMatch(/retry-after: 1\r\n[\s\S]*"code":"overloaded"/)
      return text.slice(9, 12)
    })
    const counted = Object.groupBy(await Promise.all(heads), (status) => status)
    return Object.fromEntries(Object.entries(counted).map(([status, all = []]) => [status, all.length]))
  }

  it('is bounded: requests that would wait too long are refused, and the health check still responds', async () => {
    const held = [await api.pool.connect(), await api.pool.connect()]
    // No speed has been measured yet, so two connections count as good for two hundred requests per second.
    const answers = Array.from({ length: 610 }, async () => await api.call('get', '/v1/me'))
    const { status, headers, body } = await Promise.race(answers)
    expect({ status, code: body.code, retry: headers['retry-after'] }).toEqual({
      status: 503,
      code: 'overloaded',
      retry: '1',
    })
    await api.as(null)('get', '/health/live').expect(200)
    for (const client of held) client.release()
    const counted = Object.groupBy(await Promise.all(answers), ({ status }) => String(status))
    expect(counted[503]!.length + counted[200]!.length).toBe(610)
    // Requests that entered the queue waited and succeeded.
    expect(counted[200]!.length).toBeGreaterThan(2)
    await api.call('get', '/v1/me').expect(200)
  })

  it('serves or refuses each of five hundred concurrent requests, and refuses none afterwards', async () => {
    const { 200: answered = 0, 503: refused = 0, ...others } = await atOnce(500)
    expect(others).toEqual({})
    expect(answered + refused).toBe(500)
    expect(answered).toBeGreaterThan(100)
    expect(await atOnce(20)).toEqual({ 200: 20 })
    expect({ waiting: api.pool.waitingCount, open: api.pool.totalCount <= 2 }).toEqual({ waiting: 0, open: true })
  })
})

it('refuses requests while the event loop stays late, but not after one long turn', async () => {
  const app = await exampleApp({ eventLoopDelayMs: 50 })
  const status = async () => (await request(app.server).get('/pets')).status
  const spin = (milliseconds: number) => {
    for (const until = performance.now() + milliseconds; performance.now() < until; );
  }
  spin(600)
  expect(await status()).toBe(200)
  let isBusy = true
  const busy = (async () => {
    while (isBusy) {
      spin(80)
      await new Promise(setImmediate)
    }
  })()
  while ((await status()) !== 503);
  const { body } = await request(app.server).get('/pets').expect(503)
  expect(body.code).toBe('overloaded')
  isBusy = false
  await busy
  while ((await status()) !== 200);
  await app.close()
})
