import { type ChildProcess, spawn } from 'node:child_process'
import type pg from 'pg'

/** Worker processes that only run jobs, as in production. */
export interface Workers {
  /** Starts a worker with this name for its database connections. */
  start(name?: string): ChildProcess
  /** Kills all started workers. */
  kill(): void
}

/** Creates workers for the jobs of a database, with a folder for files. */
export function workersFor({ connection, dataDir }: { connection: pg.PoolConfig; dataDir: string }): Workers {
  const children: ChildProcess[] = []
  return {
    start(name = 'worker') {
      const child = spawn(
        process.execPath,
        ['--max-semi-space-size=8', '--heap-growing-percent=35', '--no-allocation-site-pretenuring', 'src/worker.ts'],
        {
          env: { PATH: process.env.PATH, DATABASE_URL: urlOf(connection, name), DATA_DIR: dataDir },
          stdio: ['ignore', 'ignore', 'inherit'],
        },
      )
      children.push(child)
      return child
    },
    kill() {
      for (const child of children.splice(0)) child.kill('SIGKILL')
    },
  }
}

function urlOf({ connectionString, host, port, user, database }: pg.PoolConfig, name: string): string {
  const base =
    connectionString ?? `postgres://${user}@localhost:${port}/${database}?host=${encodeURIComponent(host ?? '')}`
  const url = new URL(base)
  url.searchParams.set('application_name', name)
  return url.href
}
