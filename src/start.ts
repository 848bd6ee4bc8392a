import { setTimeout as pause } from 'node:timers/promises'
import type pg from 'pg'
import { type Config, ConfigFault, readConfig } from './config.ts'
import { type Connection, connect, type Database, ping } from './database/connect.ts'
import { DataFolderFault, makeWritableDataFolder } from './database/data-folder.ts'
import { EmbeddedFault, startEmbedded } from './database/embedded.ts'
import { migrate } from './database/migrate.ts'
import { ParityMismatch } from './database/parity.ts'
import { checkRequirements, DatabaseUnfit, lockShortage } from './database/requirements.ts'
import { sqlState } from './database/transaction.ts'

/** Maximum number of connections that a server opens for its jobs. */
const maxJobConnections = 10

/** The migrated database of a process. Closing it also stops the embedded Postgres. */
export interface StartedDatabase extends Connection {
  connection: pg.PoolConfig
}

/** An error in how the server was started, not in its code. Its message is enough to fix it. */
export class StartFault extends Error {
  override name = 'StartFault'
}

const patience = 15_000

/** Reads the configuration from the environment. Prints the errors and ends the process when it is invalid. */
export function configOrExit(): Config {
  try {
    return readConfig(process.env)
  } catch (error) {
    return exitWithError(error)
  }
}

/** Ends the process. Prints only the message of an error in how it was started, and the whole error otherwise. */
export function exitWithError(error: unknown): never {
  const isStartError = [ConfigFault, DataFolderFault, EmbeddedFault, DatabaseUnfit, ParityMismatch, StartFault].some(
    (fault) => error instanceof fault,
  )
  if (sqlState(error).code === diskFull) {
    console.error('The disk of the database is full. Free some space and start again.')
  } else console.error(isStartError ? (error as Error).message : error)
  process.exit(1)
}

const diskFull = '53100'

/** Creates the folder of uploaded files if neither S3 nor the embedded Postgres is used. Throws `DataFolderFault`. */
export async function prepareFiles({ databaseUrl, s3Bucket, dataDir }: Config): Promise<void> {
  if (databaseUrl && !s3Bucket) await makeWritableDataFolder(dataDir)
}

/**
 * Connects to the configured Postgres, or starts the embedded one, and migrates the schema. `exclusive` is for the
 * server: a data folder has one. A worker may share it. Throws the errors that `exitWithError` handles.
 */
export async function startDatabase(
  config: Config,
  options: { exclusive: boolean; poolSize?: number; log(message: string): void },
): Promise<StartedDatabase> {
  const embedded = config.databaseUrl ? undefined : await startEmbedded(config.dataDir, options)
  const connection = embedded ? embedded.connection : { connectionString: config.databaseUrl }
  const { db, pool, close } = connect(connection, { ...options, keepsStatements: config.preparedStatements })
  try {
    if (!embedded) await waitForDatabase(db, options.log)
    await checkRequirements((text) => pool.query(text))
    await migrate(db, { parity: config.idParity })
    // The settings of the embedded Postgres already fit.
    const shortage = embedded
      ? undefined
      : await lockShortage((text) => pool.query(text), config.databasePoolSize + maxJobConnections)
    if (shortage) options.log(shortage)
  } catch (error) {
    await close()
    await embedded?.stop()
    throw error
  }
  return {
    db,
    pool,
    connection,
    async close() {
      await close()
      await embedded?.stop()
    },
  }
}

/**
 * Waits up to 15 seconds for a Postgres that is still starting, such as the one next to the server in a container
 * setup.
 */
async function waitForDatabase(db: Database, log: (message: string) => void): Promise<void> {
  const until = Date.now() + patience
  for (let tries = 1; ; tries++) {
    try {
      await ping(db)
      return
    } catch (error) {
      if (Date.now() > until)
        throw new StartFault(
          `The Postgres of DATABASE_URL does not respond: ${(error as Error).message}. Check DATABASE_URL.`,
        )
      if (tries === 1) log('Waiting for the Postgres of DATABASE_URL')
      await pause(500)
    }
  }
}

/** Runs `stop` on the first SIGTERM or SIGINT, then ends the process. A second signal ends it at once. */
export function stopOnSignal(stop: () => Promise<void>): void {
  let isStopping = false
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (isStopping) process.exit(1)
      isStopping = true
      stop().then(() => process.exit(0), exitWithError)
    })
  }
}
