import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { type EmbeddedPostgres, startEmbedded } from '../../src/database/embedded/start.ts'
import { end, type ServerProcess, start, urlOf } from '../server-process.ts'
import { until } from '../until.ts'
import { type Workers, workersFor } from '../workers.ts'

/** A part of a site that can be killed. */
export type Victim = 'server' | 'worker' | 'postgres'

/** A job in a response. */
export interface SiteJob {
  id: number
  status: string
  progress: { done: number; total: number | null }
  result: Record<string, number>
}

/** Returns whether a job has ended. */
export const isOver = ({ status }: SiteJob) => !['queued', 'running', 'paused'].includes(status)

/** A server, a worker and a Postgres of their own, each of which can be killed. */
export class Site {
  readonly #folder: string
  readonly #postgres: EmbeddedPostgres
  readonly #workers: Workers
  readonly #env: Record<string, string>
  #server: ServerProcess | undefined
  #worker: ReturnType<Workers['start']> | undefined
  #url = ''

  private constructor(folder: string, postgres: EmbeddedPostgres, env: Record<string, string>) {
    this.#folder = folder
    this.#postgres = postgres
    const { connection } = postgres
    this.#workers = workersFor({ connection, dataDir: folder })
    this.#env = { DATABASE_URL: urlOf(connection), DATA_DIR: folder, ADMIN_KEY: key, ...env }
  }

  static async start(env: Record<string, string> = {}): Promise<Site> {
    const folder = await mkdtemp(join(tmpdir(), 'kartoteka-site-'))
    // Postgres has an account of its own when the tests run as root.
    await chmod(folder, 0o711)
    const site = new Site(folder, await startEmbedded(folder, { log: () => {}, fast: true }), env)
    await site.startServer()
    return site
  }

  get server(): ServerProcess {
    return this.#server!
  }

  async startServer(): Promise<void> {
    const started: ServerProcess[] = []
    this.#url = await start(this.#env, [], started)
    this.#server = started[0]
  }

  startWorker(): void {
    this.#worker = this.#workers.start()
  }

  #postmaster(): string {
    try {
      return readFileSync(join(this.#folder, 'postgres/postmaster.pid'), 'utf8').split('\n')[0] ?? ''
    } catch {
      return ''
    }
  }

  /** Kills a part with SIGKILL and starts it again. Postgres is started again by its keeper. */
  async kill(victim: Victim): Promise<void> {
    if (victim === 'postgres') {
      const postmaster = this.#postmaster()
      process.kill(Number(postmaster), 'SIGKILL')
      await until(() => ![postmaster, ''].includes(this.#postmaster()))
      return
    }
    const child = victim === 'server' ? this.#server! : this.#worker!
    child.kill('SIGKILL')
    await once(child, 'exit')
    if (victim === 'server') await this.startServer()
    else this.startWorker()
  }

  /** Sends a request. Returns undefined while the server or its database is away. */
  async ask<T>(path: string, options: RequestInit = {}): Promise<T | undefined> {
    const headers = { authorization: `Bearer ${key}`, ...options.headers }
    try {
      const answer = await fetch(this.#url + path, { ...options, headers })
      return answer.status < 500 ? ((await answer.json()) as T) : undefined
    } catch {
      return undefined
    }
  }

  /** Waits for a job in a state, at most so many milliseconds, while parts of the site may be away. */
  async until(id: number, patience: number, holds: (job: SiteJob) => boolean): Promise<SiteJob> {
    const end = performance.now() + patience
    for (let last: SiteJob | undefined; ; ) {
      const job = await this.ask<SiteJob>(`/v1/jobs/${id}`)
      if (job && holds(job)) return job
      last = job ?? last
      if (performance.now() > end) throw new Error(`The job did not get there: ${JSON.stringify(last)}`)
      await pause(20)
    }
  }

  /** Runs a query on a connection of its own. */
  async query<T extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<T[]> {
    const client = new pg.Client(this.#postgres.connection)
    await client.connect()
    try {
      return (await client.query<T>(sql, values)).rows
    } finally {
      await client.end()
    }
  }

  async stop(): Promise<void> {
    this.#workers.kill()
    if (this.#server) await end(this.#server)
    await this.#postgres.stop()
    await rm(this.#folder, { recursive: true })
  }
}

const key = 'kt_crash_test_administrator_key'
