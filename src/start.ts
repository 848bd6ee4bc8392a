import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import type pg from 'pg'
import { type Config, ConfigFault, readConfig } from './config.ts'
import { type Connection, connect, type Database } from './database/connect.ts'
import { DataFolderFault, makeWritableDataFolder } from './database/data-folder.ts'
import { EmbeddedFault, startEmbedded } from './database/embedded.ts'
import { migrate, ParityFixed } from './database/migrate.ts'
import { checkRequirements, DatabaseUnfit, lockShortage } from './database/requirements.ts'
import { sqlState } from './database/transaction.ts'

/** What a server opens for its jobs besides, at most. */
const jobConnections = 10

/** The database of a process that has started: migrated, and stopped with it if it is the embedded one. */
export interface StartedDatabase extends Connection {
  connection: pg.PoolConfig
}

/** A mistake of whoever starts the server, as opposed to one of ours: its message is all there is to say. */
export class StartFault extends Error {
  override name = 'StartFault'
}

const patience = 15_000

/** The configuration, or the end of the process with what is wrong with it. */
export function configOrExit(): Config {
  try {
    return readConfig(process.env)
  } catch (error) {
    return giveUp(error)
  }
}

/** Ends the process: with one sentence when the mistake lies in how it was started, else with the error. */
export function giveUp(error: unknown): never {
  const told = [ConfigFault, DataFolderFault, EmbeddedFault, DatabaseUnfit, ParityFixed, StartFault].some(
    (fault) => error instanceof fault,
  )
  if (sqlState(error).code === diskFull) {
    console.error('There is no room left on the disk of the database. Free some, then start again.')
  } else console.error(told ? (error as Error).message : error)
  process.exit(1)
}

const diskFull = '53100'

/** Makes the folder of uploaded files' store where no embedded Postgres does. Throws DataFolderFault. */
export async function prepareFiles({ databaseUrl, s3Bucket, dataDir }: Config): Promise<void> {
  if (databaseUrl && !s3Bucket) await makeWritableDataFolder(dataDir)
}

/**
 * Connects to the configured Postgres, or starts the embedded one, and brings the schema up to date. `exclusive` is for
 * the server, of which there is one per data folder; a worker may be a guest. Throws what giveUp tells.
 */
export async function startDatabase(
  config: Config,
  options: { exclusive: boolean; poolSize?: number; log(message: string): void },
): Promise<StartedDatabase> {
  const embedded = config.databaseUrl ? undefined : await startEmbedded(config.dataDir, options)
  const connection = embedded ? embedded.connection : { connectionString: config.databaseUrl }
  const { db, pool, close } = connect(connection, options)
  try {
    if (!embedded) await answering(db, options.log)
    await checkRequirements((text) => pool.query(text))
    await migrate(db, { parity: config.idParity })
    // Those of the embedded one fit the limits.
    const shortage = embedded
      ? undefined
      : await lockShortage((text) => pool.query(text), config.databasePoolSize + jobConnections)
    if (shortage) options.log(shortage)
  } catch (error) {
    await close()
    await embedded?.stop()
    throw error
  }
  return {
    ...{ db, pool, connection },
    async close() {
      await close()
      await embedded?.stop()
    },
  }
}

/** Waits a little for a Postgres that is starting at the same time, as it does beside the server in a container. */
async function answering(db: Database, log: (message: string) => void): Promise<void> {
  const until = Date.now() + patience
  for (let tries = 1; ; tries++) {
    try {
      await sql`select 1`.execute(db)
      return
    } catch (error) {
      if (Date.now() > until)
        throw new StartFault(`The Postgres of DATABASE_URL does not answer: ${(error as Error).message}`)
      if (tries === 1) log('waiting for the Postgres of DATABASE_URL')
      await pause(500)
    }
  }
}

/** Runs `stop` once at the first SIGTERM or SIGINT, and ends the process; a second one ends it at once. */
export function stopOnSignal(stop: () => Promise<void>): void {
  let isStopping = false
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (isStopping) process.exit(1)
      isStopping = true
      stop().then(() => process.exit(0), giveUp)
    })
  }
}
