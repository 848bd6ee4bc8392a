import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import type { Readable } from 'node:stream'
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals'
import { freshDatabase, raiseDiskFull, type TestDatabase } from './database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await freshDatabase()
})
afterAll(() => database.close())

let started: ChildProcessByStdio<null, Readable, Readable>
afterEach(() => {
  try {
    // Kills any processes that are left.
    process.kill(-started.pid!, 'SIGKILL')
  } catch {}
})

/** Starts the server on the test's database, in its own process group. */
function start(command: string, args: string[], env: Record<string, string>) {
  const { connectionString, host, port, user, database: name } = database.connection
  const url = connectionString ?? `postgres:///${name}?host=${host}&port=${port}&user=${user}`
  started = spawn(command, args, {
    env: { ...process.env, DATABASE_URL: url, ...env },
    ...{ detached: true, stdio: ['ignore', 'pipe', 'pipe'] },
  })
  return started
}

async function failure(env: Record<string, string>): Promise<{ code: number | null; said: string }> {
  const child = start(process.execPath, ['src/server.ts'], env)
  const said: string[] = []
  child.stderr.on('data', (text) => said.push(String(text)))
  const [code] = await once(child, 'close')
  return { code, said: said.join('') }
}

it('reports in one sentence that its port is taken', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  expect(await failure({ PORT: String(port) })).toEqual({
    code: 1,
    said: `The server cannot listen: listen EADDRINUSE: address already in use 127.0.0.1:${port}. Set HOST or PORT.\n`,
  })
  other.close()
})

it('reports in one sentence that its address belongs to another machine', async () => {
  expect(await failure({ HOST: '192.0.2.1', PORT: '0' })).toEqual({
    code: 1,
    said: 'The server cannot listen: listen EADDRNOTAVAIL: address not available 192.0.2.1. Set HOST or PORT.\n',
  })
})

it.each([
  ['/proc/x', "ENOENT: no such file or directory, mkdir '/proc/x'"],
  ['/dev/null', 'it is not a folder'],
  ['/dev/null/data', "ENOTDIR: not a directory, mkdir '/dev/null/data'"],
])(
  'reports in one sentence that its data folder cannot be %s',
  async (path, reason) => {
    const refusal = { code: 1, said: `The data folder ${path} cannot be used: ${reason}. Set DATA_DIR.\n` }
    expect(await failure({ DATA_DIR: path, DATABASE_URL: '' })).toEqual(refusal)
    expect(await failure({ DATA_DIR: path })).toEqual(refusal)
  },
  20_000,
)

it('reports in one sentence that the disk is full', async () => {
  const { pool } = database
  await pool.query(raiseDiskFull)
  await pool.query('create trigger full_disk before insert on api_key execute function full_disk()')
  expect(await failure({ ADMIN_KEY: 'a-key-that-is-not-there-yet' })).toEqual({
    code: 1,
    said: 'The disk of the database is full. Free some space and start again.\n',
  })
  await pool.query('drop trigger full_disk on api_key')
})

it('ends with the npm process that started it', async () => {
  const child = start('npm', ['start'], { PORT: '0', LOG_LEVEL: 'silent' })
  for await (const text of child.stdout.iterator({ destroyOnReturn: false })) {
    if (String(text).includes('Kartoteka serves')) break
  }
  child.kill('SIGTERM')
  // Any process that is still alive keeps its outputs open.
  child.stdout.resume()
  child.stderr.resume()
  await once(child, 'close', { signal: AbortSignal.timeout(10_000) })
})
