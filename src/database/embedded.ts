import { setTimeout as sleep } from 'node:timers/promises'
import { type Cluster, prepareCluster } from './embedded-cluster.ts'
import { EmbeddedFault, faultOf } from './embedded-fault.ts'
import { type ServerProcess, startServer } from './embedded-process.ts'
import { ensureDatabase, poolRole, superuser } from './embedded-role.ts'
import { claimFolder, openWatch, type Watch } from './embedded-watch.ts'

export { EmbeddedFault } from './embedded-fault.ts'

/** A running embedded Postgres, or a seat as a guest on one that another process runs. */
export interface EmbeddedPostgres {
  /** For `pg.Pool`, as the role that owns the database. */
  readonly connection: { host: string; port: number; user: string; database: string; ssl: false }
  /** The same as the superuser of the cluster, for what the role may not do. */
  readonly superuser: EmbeddedPostgres['connection']
  /** Whether another process runs the server now; a guest starts one itself when that one is gone. */
  readonly guest: boolean
  /** Leaves, and stops the server when it is this process's own. */
  stop(): Promise<void>
}

/** How the embedded Postgres is started. */
export interface EmbeddedOptions {
  log: (message: string) => void
  /** For tests: nothing survives a crash of the machine. */
  fast?: boolean
  /** Only one process at a time may hold a data folder this way; the next is refused. */
  exclusive?: boolean
  /** Told when a lost server could not be brought back; it is tried again all the same. */
  onDown?: (fault: Error) => void
}

/** Serves the data folder from an embedded Postgres, and keeps it served until stopped. Throws EmbeddedFault, DataFolderFault. */
export async function startEmbedded(dataDir: string, options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const seat = new Seat(await prepareCluster(dataDir, options.fast ?? false), options)
  await seat.open()
  return seat
}

const database = 'kartoteka'
/** How long to wait while nobody answers, and while a server recovers from a crash. */
const patience = { silent: 15_000, recovering: 600_000 }
const pause = 150
/** Ends of a server that only say that its predecessor is not quite gone. */
const passing = /already exists|pre-existing shared memory block/

class Seat implements EmbeddedPostgres {
  readonly connection: EmbeddedPostgres['connection']
  readonly superuser: EmbeddedPostgres['connection']
  readonly #cluster: Cluster
  readonly #options: EmbeddedOptions
  readonly #stopping = new AbortController()
  #server: ServerProcess | undefined
  /** Whether our server has answered: after that its end is an accident, before that a failed start. */
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

  /** Takes the seat anew whenever it is lost, whoever's server it was. */
  async #keep(watch: Watch): Promise<void> {
    const { signal } = this.#stopping
    for (let losses = 0; ; losses++) {
      const since = Date.now()
      await watch.lost
      if (signal.aborted) return
      this.#options.log('Postgres has gone away: connecting again, or starting it')
      if (Date.now() - since > 60_000) losses = 0
      await this.#rest(losses)
      const again = await this.#takeAtLast()
      if (!again) return
      // Asked to stop while it was being taken: nobody else knows of it.
      if (signal.aborted) return await again.client.end()
      this.#watch = watch = again
      this.#options.log('Postgres is back')
    }
  }

  /** Tries until it succeeds, or until stopped. */
  async #takeAtLast(): Promise<Watch | undefined> {
    for (let failures = 1; !this.#stopping.signal.aborted; failures++) {
      try {
        return await this.#take()
      } catch (error) {
        if (this.#stopping.signal.aborted) return undefined
        this.#options.log('Postgres could not be brought back, and is tried again')
        this.#options.onDown?.(error as Error)
        await this.#rest(failures)
      }
    }
    return undefined
  }

  /** Twice as long each time, so that a server which dies at once does not keep the machine busy. */
  async #rest(times: number): Promise<void> {
    const time = times === 0 ? 0 : Math.min(30_000, 250 * 2 ** times)
    await sleep(time, undefined, { signal: this.#stopping.signal }).catch(() => {})
  }

  /** Connects, and starts the server when nobody else does. */
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

  /** False when the connection broke meanwhile. */
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
    return new EmbeddedFault(`Nobody answers at ${this.#cluster.socket}, and no server could be started.\n${lines}`)
  }
}
