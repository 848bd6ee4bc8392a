import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type pg from 'pg'
import type { Sequences } from './capture.ts'

/** Statements by operation, and whether each run can be sent only once. */
export type PreparedSequences = Record<string, Sequences & { isNewEachTime: boolean }>

/** A process that serves HTTP on the loopback interface. */
export interface ServerProcess {
  url: string
  pid: number
  stop(): Promise<void>
}

/** The memory flags of `npm start`. */
export const memoryFlags = ['--max-semi-space-size=8', '--heap-growing-percent=35', '--no-allocation-site-pretenuring']

/** Starts Kartoteka like `npm start`, on an existing database. */
export async function startKartoteka(databaseUrl: string, folder: string, key: string): Promise<ServerProcess> {
  const child = spawn(process.execPath, [...memoryFlags, 'src/server.ts'], {
    env: {
      ...process.env,
      ...{ DATABASE_URL: databaseUrl, DATABASE_POOL_SIZE: '16', DATA_DIR: folder, ADMIN_KEY: key, PORT: '0' },
      ...{ NODE_COMPILE_CACHE: 'node_modules/.cache/node', WORKER: 'true', BODY_LIMIT: '64MB', RATE_LIMIT: '0' },
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const url = await new Promise<string>((resolve, reject) => {
    let text = ''
    child.on('exit', (code) => reject(new Error(`Kartoteka ended with ${code}`)))
    // Keeps reading: a full pipe would block the server.
    child.stdout.on('data', (chunk: Buffer) => {
      if (text.length > 20_000) return
      text += chunk.toString()
      const found = /serves (http:\/\/\S+)/.exec(text)?.[1]
      if (found) resolve(found)
    })
  })
  return { url, pid: child.pid!, stop: () => end(child) }
}

/** Starts a server that Kartoteka is compared with. It reads its settings from a file. */
export async function startReference(
  name: 'bare' | 'floor',
  folder: string,
  settings: { connection: pg.PoolConfig } & Record<string, unknown>,
): Promise<ServerProcess> {
  const file = join(folder, `${name}.json`)
  const connection = { ...settings.connection, max: 16 }
  await writeFile(file, JSON.stringify({ ...settings, connection }))
  const child = spawn(process.execPath, [...memoryFlags, join(import.meta.dirname, `${name}.ts`), file], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const [message] = (await once(child, 'message')) as [{ port: number }]
  return { url: `http://127.0.0.1:${message.port}`, pid: child.pid!, stop: () => end(child) }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}
