import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { freshDatabase, type TestDatabase } from './database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await freshDatabase()
})
afterAll(() => database.close())

/** Runs the server as `npm start` does, until it ends. */
async function start(env: Record<string, string>): Promise<{ code: number | null; said: string }> {
  const { connectionString, host, port, user, database: name } = database.connection
  const url = connectionString ?? `postgres:///${name}?host=${host}&port=${port}&user=${user}`
  const child = execFile(process.execPath, ['src/server.ts'], { env: { ...process.env, DATABASE_URL: url, ...env } })
  const said: string[] = []
  child.stderr?.on('data', (text: string) => said.push(text))
  const [code] = await once(child, 'close')
  return { code, said: said.join('') }
}

it('says in one sentence that its port is taken', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  const { code, said } = await start({ PORT: String(port) })
  other.close()
  expect({ code, said }).toEqual({
    code: 1,
    said: `The server cannot listen: listen EADDRINUSE: address already in use 127.0.0.1:${port}. Set HOST or PORT.\n`,
  })
})

it('says in one sentence that its address is of another machine', async () => {
  const { code, said } = await start({ HOST: '192.0.2.1', PORT: '0' })
  expect({ code, said }).toEqual({
    code: 1,
    said: 'The server cannot listen: listen EADDRNOTAVAIL: address not available 192.0.2.1. Set HOST or PORT.\n',
  })
})
