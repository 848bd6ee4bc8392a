import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { EmbeddedFault } from './fault.ts'
import { hasCode } from './programs.ts'

/** A connection that detects when the server ends and holds the lock of a data folder. */
export interface Watch {
  client: pg.Client
  /** Resolves when the connection ends for any reason. */
  lost: Promise<void>
  isLost: boolean
}

/**
 * Connects to the server. Returns `nobody` when there is none, and `starting` when it does not accept connections yet.
 */
export async function openWatch(connection: pg.ClientConfig): Promise<Watch | 'nobody' | 'starting'> {
  const client = new pg.Client({ ...connection, database: 'postgres', application_name: `kartoteka ${process.pid}` })
  // Without a listener a broken connection would end the process. `end` follows and is handled.
  client.on('error', () => {})
  const { promise: lost, resolve } = Promise.withResolvers<void>()
  const watch: Watch = { client, lost, isLost: false }
  client.once('end', () => {
    watch.isLost = true
    resolve()
  })
  try {
    await client.connect()
    return watch
  } catch (error) {
    if (hasCode(error, ...notYet)) return 'starting'
    if (hasCode(error, ...nobodyThere) || !hasSqlState(error)) return 'nobody'
    throw error
  }
}

/** cannot_connect_now, too_many_connections, admin_shutdown and crash_shutdown. */
const notYet = ['57P03', '53300', '57P01', '57P02']
const nobodyThere = ['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE']

function hasSqlState(error: unknown): boolean {
  return error instanceof pg.DatabaseError
}

/** Locks the data folder for this process while the connection lasts. Throws EmbeddedFault when it is locked. */
export async function claimFolder(watch: Watch, dataDir: string): Promise<void> {
  // A process that was just killed can still hold the lock.
  for (let tries = 0; tries < 10; tries++) {
    const { rows } = await watch.client.query(`select pg_try_advisory_lock(hashtext('kartoteka data folder')) as free`)
    if (rows[0].free) return
    await sleep(150)
  }
  const { rows } = await watch.client.query(
    `select split_part(application_name, ' ', 2) as process from pg_locks join pg_stat_activity using (pid)
      where locktype = 'advisory' and objid::bigint = hashtext('kartoteka data folder')::bigint & 4294967295 and granted`,
  )
  const holder = rows[0]?.process ? ` (process ${rows[0].process})` : ''
  throw new EmbeddedFault(
    `Another server${holder} already uses the data folder ${dataDir}. Stop it, or set another DATA_DIR for this one. ` +
      'To run several servers on the same data, set DATABASE_URL.',
  )
}
