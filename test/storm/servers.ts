import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type pg from 'pg'
import { freshDatabase } from '../database.ts'

/** Two servers with one database and one folder of files, each in its own process that also runs jobs. */
export interface Servers {
  urls: [string, string]
  key: string
  /** Returns the log lines of the servers that contain this text. */
  logged(text: string): string[]
  /** Queries the database for state that responses do not show. */
  query(statement: string): Promise<unknown[]>
  stop(): Promise<void>
}

const key = 'the-administrator-of-the-storm'

/** Starts both servers. */
export async function startServers(): Promise<Servers> {
  const database = await freshDatabase()
  const folder = await mkdtemp(join(tmpdir(), 'kartoteka-storm-'))
  const env = { DATABASE_URL: urlOf(database.connection), DATA_DIR: folder, ADMIN_KEY: key }
  const lines: string[] = []
  const started: Started[] = []
  const stop = async () => {
    await Promise.all(started.map(end))
    await database.close()
    await rm(folder, { recursive: true })
  }
  try {
    const first = await start(env, lines, started)
    return {
      urls: [first, await start(env, lines, started)],
      key,
      logged: (text) => lines.filter((line) => line.includes(text)),
      query: async (statement) => (await database.pool.query(statement)).rows,
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

type Started = ChildProcessByStdio<null, Readable, Readable>

async function start(env: Record<string, string>, lines: string[], started: Started[]): Promise<string> {
  const child = spawn(process.execPath, ['--max-semi-space-size=8', '--heap-growing-percent=50', 'src/server.ts'], {
    env: { PATH: process.env.PATH, ...env, PORT: '0', LOG_LEVEL: 'warn', RATE_LIMIT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  started.push(child)
  return await new Promise<string>((resolve, reject) => {
    const note = (chunk: Buffer) => {
      for (const line of chunk.toString().split('\n').filter(Boolean)) {
        lines.push(line)
        const url = /serves (http:\/\/\S+)/.exec(line)?.[1]
        if (url) resolve(url)
      }
    }
    child.stdout.on('data', note)
    child.stderr.on('data', note)
    child.on('exit', (code) => reject(new Error(`The server ended with ${code}: ${lines.join('\n')}`)))
  })
}

async function end(child: Started): Promise<void> {
  if (child.exitCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}

function urlOf({ connectionString, host, port, user, database }: pg.PoolConfig): string {
  if (connectionString) return connectionString
  return `postgres://${user}@localhost:${port}/${database}?host=${encodeURIComponent(host ?? '')}`
}
