import { setTimeout as sleep } from 'node:timers/promises'
import { type Cluster, prepareCluster } from './cluster.ts'
import { EmbeddedFault, faultOf } from './fault.ts'
import { type ServerProcess, startServer } from './process.ts'
import { ensureDatabase, poolRole, superuser } from './role.ts'
import { claimFolder, openWatch, type Watch } from './watch.ts'

export { EmbeddedFault } from './fault.ts'

/** A connection to the embedded Postgres, which this process or another one (as its guest) runs. */
export interface EmbeddedPostgres {
  /** Options for `pg.Pool`, as the role that owns the database. */
  readonly connection: { host: string; port: number; user: string; database: string; ssl: false }
  /** The same options for the superuser of the cluster. */
  readonly superuser: EmbeddedPostgres['connection']
  /** Whether another process runs the server. A guest starts a server when that one ends. */
  readonly guest: boolean
  /** Disconnects, and stops the server if this process started it. */
  stop(): Promise<void>
}

/** Options of the embedded Postgres. */
export interface EmbeddedOptions {
  log: (message: string) => void
  /** For tests: fast, but data is lost if the machine crashes. */
  fast?: boolean
  /** Locks the data folder. Another process with this option cannot start. */
  exclusive?: boolean
  /** Called when restarting a lost server failed. It is retried. */
  onDown?: (fault: Error) => void
}

/** Runs an embedded Postgres on the data folder until stopped. Throws EmbeddedFault or DataFolderFault. */
export async function startEmbedded(dataDir: string, options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const seat = new Seat(await prepareCluster(dataDir, options.fast ?? false), options)
  await seat.open()
  return seat
}

const database = 'kartoteka'
/** How long to wait for a server, and for its recovery after a crash. In milliseconds. */
const patience = { silent: 15_000, recovering: 600_000 }
const pause = 150
/** Failures of a start that mean that the previous server has not ended yet. */
const passing = /already exists|pre-existing shared memory block/

class Seat implements EmbeddedPostgres {
  readonly connection: EmbeddedPostgres['connection']
  readonly superuser: EmbeddedPostgres['connection']
  readonly #cluster: Cluster
  readonly #options: EmbeddedOptions
  readonly #stopping = new AbortController()
  #server: ServerProcess | undefined
  /** Whether our server has accepted a connection. If it ends before that, its start failed. */
  #served = false
  #watch: Watch | undefined
  #keeping = Promise.resolve()

  constructor(cluster: Cluster, options: EmbeddedOptions) {
    this.#cluster = cluster
    this.#options = options
    this.connection = { host: cluster.socket, port: 5432, user: poolRole, database, ssl: false }
    this.superuser = { ...this.connection, user: superuser }
  }

  get guest(): boolean {
    return this.#server?.ended ?? true
  }

  async open(): Promise<void> {
    try {
      this.#watch = await this.#take()
    } catch (error) {
      await this.stop()
      throw error
    }
    this.#keeping = this.#keep(this.#watch)
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#watch?.client.end()
    await this.#keeping
    await this.#server?.stop()
  }

  /** Reconnects whenever the connection is lost, and starts a server if necessary. */
  async #keep(watch: Watch): Promise<void> {
    const { signal } = this.#stopping
    for (let losses = 0; ; losses++) {
      const since = Date.now()
      await watch.lost
      if (signal.aborted) return
      this.#options.log('Postgres has ended: reconnecting or starting it')
      if (Date.now() - since > 60_000) losses = 0
      await this.#rest(losses)
      const again = await this.#takeAtLast()
      if (!again) return
      // `stop` was called while connecting and does not know this connection.
      if (signal.aborted) return await again.client.end()
      this.#watch = watch = again
      this.#options.log('Postgres is back')
    }
  }

  /** Retries until it succeeds or is stopped. */
  async #takeAtLast(): Promise<Watch | undefined> {
    for (let failures = 1; !this.#stopping.signal.aborted; failures++) {
      try {
        return await this.#take()
      } catch (error) {
        if (this.#stopping.signal.aborted) return undefined
        this.#options.log('Postgres could not be started: trying again')
        this.#options.onDown?.(error as Error)
        await this.#rest(failures)
      }
    }
    return undefined
  }

  /** Waits twice as long each time, so that a server that fails at once does not keep the machine busy. */
  async #rest(times: number): Promise<void> {
    const time = times === 0 ? 0 : Math.min(30_000, 250 * 2 ** times)
    await sleep(time, undefined, { signal: this.#stopping.signal }).catch(() => {})
  }

  /** Connects, and starts the server if no other process runs it. */
  async #take(): Promise<Watch> {
    const since = Date.now()
    for (;;) {
      this.#stopping.signal.throwIfAborted()
      const found = await openWatch(this.superuser)
      if (typeof found === 'object') {
        this.#served = true
        if (await this.#settle(found)) return found
        continue
      }
      if (found === 'nobody') this.#ensureServer()
      const limit = found === 'starting' || !this.guest ? patience.recovering : patience.silent
      if (Date.now() - since > limit) throw this.#silence()
      await sleep(pause, undefined, { signal: this.#stopping.signal })
    }
  }

  /** Prepares the database. Returns false when the connection broke. */
  async #settle(watch: Watch): Promise<boolean> {
    try {
      await ensureDatabase(watch.client, this.superuser, database)
      if (this.#options.exclusive) await claimFolder(watch, this.#cluster.dataDir)
      return true
    } catch (error) {
      if (watch.isLost) return false
      await watch.client.end()
      throw error
    }
  }

  #ensureServer(): void {
    if (this.#server && !this.#server.ended) return
    const lines = this.#server?.lines.join('\n') ?? ''
    if (this.#server && !this.#served && !passing.test(lines)) {
      this.#server = undefined
      throw faultOf(`The embedded Postgres did not start on ${this.#cluster.folder}`, lines)
    }
    this.#served = false
    this.#server = startServer(this.#cluster, { fast: this.#options.fast ?? false, log: this.#options.log })
  }

  #silence(): EmbeddedFault {
    const lines = this.#server?.lines.join('\n') ?? ''
    return new EmbeddedFault(`There is no server at ${this.#cluster.socket}, and none could be started.\n${lines}`)
  }
}
