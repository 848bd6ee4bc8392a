import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type pg from 'pg'
import { connect, type Database } from '../src/database/connect.ts'
import { openDatabase } from './database.ts'
import { type ServerProcess, startKartoteka } from './processes.ts'

/** The key of the administrator in a benchmark. */
export const key = 'bench-administrator-key'

/** A benchmark that is running: the folder of its files, and what adds a step of cleaning up. */
export interface Run {
  folder: string
  atEnd(...steps: (() => Promise<unknown>)[]): void
}

/** A server with its database, and connections to the database. */
export interface Served {
  server: ServerProcess
  connection: pg.PoolConfig
  databaseUrl: string
  db: Database
  pool: pg.Pool
}

/** Prints what a benchmark does and the seconds since its start. */
export const say = (text: string) => console.error(`${Math.round(performance.now() / 1000)} s: ${text}`)

/** Runs a benchmark with a temporary folder. The last step of cleaning up is done first. */
export async function runBenchmark(benchmark: (run: Run) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'kartoteka-bench-'))
  const cleanUp: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })]
  try {
    await benchmark({ folder, atEnd: (...steps) => void cleanUp.push(...steps) })
  } finally {
    for (const step of cleanUp.reverse()) await step().catch((error) => say(String(error)))
  }
}

/** Starts a database with a server, and opens connections to the database. */
export async function serve(
  { folder, atEnd }: Run,
  { name = 'server', connections }: { name?: string; connections: number },
): Promise<Served> {
  const own = join(folder, name)
  await mkdir(own)
  const { connection, databaseUrl, stop } = await openDatabase(own, say)
  atEnd(stop)
  const server = await startKartoteka(databaseUrl, own, key)
  atEnd(server.stop)
  const { db, pool, close } = connect({ ...connection, max: connections })
  atEnd(close)
  return { server, connection, databaseUrl, db, pool }
}
