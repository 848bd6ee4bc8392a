import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import type pg from 'pg'

/** A server in its own process, as in production. */
export type ServerProcess = ChildProcessByStdio<null, Readable, Readable>

/** Starts a server. Returns its URL, and adds the process and the lines that it prints to the arrays. */
export async function start(env: Record<string, string>, lines: string[], started: ServerProcess[]): Promise<string> {
  const child = spawn(
    process.execPath,
    ['--max-semi-space-size=8', '--heap-growing-percent=35', '--no-allocation-site-pretenuring', 'src/server.ts'],
    {
      env: {
        ...{ PATH: process.env.PATH, NODE_COMPILE_CACHE: 'node_modules/.cache/node' },
        ...{ ...env, PORT: '0', LOG_LEVEL: 'warn', RATE_LIMIT: '0' },
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
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

/** Ends a server as a deployment does. */
export async function end(child: ServerProcess): Promise<void> {
  if (child.exitCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}

/** Returns the URL of a test's database for another process. */
export function urlOf({ connectionString, host, port, user, database }: pg.PoolConfig): string {
  if (connectionString) return connectionString
  return `postgres://${user}@localhost:${port}/${database}?host=${encodeURIComponent(host ?? '')}`
}
