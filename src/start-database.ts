import { setTimeout as pause } from 'node:timers/promises'
import type pg from 'pg'
import type { Config } from './config.ts'
import { type Connection, connect, type Database, ping } from './database/connect.ts'
import { makeWritableDataFolder } from './database/embedded/data-folder.ts'
import { startEmbedded } from './database/embedded/start.ts'
import { instanceSecret } from './database/instance-secret.ts'
import { migrate } from './database/migrate.ts'
import { checkRequirements, checkSession, lockShortage, sharesSessions } from './database/requirements.ts'
import { StartFault } from './start.ts'

/** Maximum number of connections that a server opens for its jobs. */
const maxJobConnections = 10

/** The migrated database of a process. Closing it also stops the embedded Postgres. */
export interface StartedDatabase extends Connection {
  connection: pg.PoolConfig
}

/** How long to wait for a Postgres that is still starting, in milliseconds. */
const patience = 15_000

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
  const variable = config.databaseDirectUrl ? 'DATABASE_DIRECT_URL' : 'DATABASE_URL'
  const connection = embedded?.connection ?? { connectionString: config.databaseDirectUrl ?? config.databaseUrl }
  const keepsStatements = config.preparedStatements || config.databaseDirectUrl !== undefined
  const { db, pool, close } = connect(connection, { ...options, keepsStatements })
  try {
    if (!embedded) {
      await waitForDatabase(db, variable, options.log)
      if (await sharesSessions(connection)) throw new StartFault(needsDirect(variable))
    }
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

const needsDirect = (variable: string) =>
  `${variable} is a pooler in transaction mode. Set DATABASE_DIRECT_URL to the Postgres behind it, and PREPARED_STATEMENTS to false.`

/** Connects for requests. Checks the pooler if they go through one. Throws the errors that `exitWithError` handles. */
export async function connectForRequests(
  config: Config,
  direct: StartedDatabase,
  log: (message: string) => void,
): Promise<Connection> {
  const connection = config.databaseDirectUrl ? { connectionString: config.databaseUrl } : direct.connection
  const opened = connect(connection, {
    poolSize: config.databasePoolSize,
    statementTimeoutMs: config.statementTimeoutMs,
    keepsStatements: config.preparedStatements,
  })
  if (!config.databaseDirectUrl) return opened
  const { db, pool } = opened
  await waitForDatabase(db, 'DATABASE_URL', log)
  await checkSession((text) => pool.query(text))
  if (config.preparedStatements && (await sharesSessions(connection))) {
    throw new StartFault('DATABASE_URL is a pooler in transaction mode. Set PREPARED_STATEMENTS to false.')
  }
  const secret = await instanceSecret(db).catch(() => undefined)
  if (secret !== (await instanceSecret(direct.db))) {
    throw new StartFault('DATABASE_URL and DATABASE_DIRECT_URL are different databases.')
  }
  return opened
}

/**
 * Waits up to 15 seconds for a Postgres that is still starting, such as the one next to the server in a container
 * setup.
 */
async function waitForDatabase(db: Database, variable: string, log: (message: string) => void): Promise<void> {
  const until = Date.now() + patience
  for (let tries = 1; ; tries++) {
    try {
      await ping(db)
      return
    } catch (error) {
      const { message } = error as Error
      if (message.startsWith('unsupported startup parameter')) {
        throw new StartFault(
          `The pooler of ${variable} refuses the connection: ${message}. ` +
            'Set its ignore_startup_parameters to options,statement_timeout.',
        )
      }
      if (Date.now() > until)
        throw new StartFault(`The Postgres of ${variable} does not respond: ${message}. Check ${variable}.`)
      if (tries === 1) log(`Waiting for the Postgres of ${variable}`)
      await pause(500)
    }
  }
}
