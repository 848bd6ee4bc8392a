import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from '@jest/globals'
import { connect } from '../../src/database/connect.ts'
import { startEmbedded } from '../../src/database/embedded/start.ts'
import { migrate } from '../../src/database/migrate.ts'
import { startApi } from '../api.ts'

const folder = mkdtempSync(join(tmpdir(), 'kartoteka-away-'))
const closing: (() => Promise<void>)[] = []
afterAll(async () => {
  for (const close of closing.reverse()) await close()
  rmSync(folder, { recursive: true, force: true })
})

const start = () => startEmbedded(folder, { log: () => {}, fast: true })

it('returns 503 while Postgres is unavailable, and recovers without a restart', async () => {
  const first = await start()
  const connection = connect(first.connection)
  await migrate(connection.db)
  const api = await startApi({ database: { ...connection, connection: first.connection } })
  closing.push(api.close)
  const { body: contact } = await api.call('post', '/v1/contacts', { lastName: 'Stays' }).expect(201)

  await first.stop()
  for (const call of [
    api.call('get', `/v1/contacts/${contact.id}`),
    api.call('post', '/v1/contacts', { lastName: 'Lost' }),
    api.as(null)('get', '/health/ready'),
  ]) {
    const { status, headers, body } = await call
    expect({ status, code: body.code, retry: Number(headers['retry-after']) > 0 }).toEqual({
      status: 503,
      code: 'database_unavailable',
      retry: true,
    })
  }
  await api.as(null)('get', '/health/live').expect(200, { status: 'ok' })

  const second = await start()
  closing.unshift(() => second.stop())
  expect((await api.call('get', `/v1/contacts/${contact.id}`).expect(200)).body).toEqual(contact)
}, 60_000)
