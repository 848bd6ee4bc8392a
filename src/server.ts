import { resolve } from 'node:path'
import { buildApp } from './app.ts'
import type { Config } from './config.ts'
import { instanceSecret } from './database/instance-secret.ts'
import type { App } from './http/foundation.ts'
import { batchLines, openLog } from './http/log.ts'
import { startWorker } from './jobs/worker.ts'
import { ensureAdministrator } from './people/administrator.ts'
import { configOrExit, exitWithError, StartFault, stopOnSignal } from './start.ts'
import { connectForRequests, prepareFiles, startDatabase } from './start-database.ts'
import { tasks, tasksContext } from './tasks.ts'
import { openTraces } from './telemetry/traces.ts'

/**
 * Connections of the job pool. Jobs have their own pool, without a statement timeout, so that they cannot use up the
 * connections of requests.
 */
const jobConnections = 6

const config = configOrExit()
await serve(config).catch(exitWithError)

async function serve(config: Config): Promise<void> {
  const say = (message: string) => config.logLevel !== 'silent' && console.error(message)
  await prepareFiles(config)
  const database = await startDatabase(config, { exclusive: true, poolSize: jobConnections, log: say })
  const { db, pool, close } = await connectForRequests(config, database, say)
  const log = openLog(
    config.logLevel,
    batchLines((lines) => process.stdout.write(lines)),
  )
  const traces = await openTraces(config.otlpEndpoint, log)
  const adminKey = await ensureAdministrator(database.db, config.adminKey, say)
  const app = await buildApp({
    ...config,
    db,
    pool,
    direct: database.connection,
    traces,
    log,
    secret: await instanceSecret(db),
    corsOrigins: config.corsOrigins.includes('*') ? '*' : config.corsOrigins,
    trustProxy: trustProxyOption(config.trustProxy),
  })
  await listen(app, config)
  const context = tasksContext({ ...config, db: database.db })
  const watch = { slowStatementMs: config.slowStatementMs, traces }
  const worker = config.worker
    ? await startWorker({ connection: database.connection, context, tasks, log, watch })
    : undefined
  stopOnSignal(async () => {
    await app.close()
    await worker?.stop()
    await traces?.close()
    await close()
    await database.close()
  })
  const address = config.publicUrl ?? addressOf(app.server.address(), config.host)
  console.log(adminKey && !config.adminKey ? welcomeMessage(address, adminKey, config) : `Kartoteka serves ${address}`)
}

/** Starts to listen. Throws `StartFault` when the address is in use or does not belong to this machine. */
async function listen(app: App, { port, host }: Config): Promise<void> {
  try {
    await app.listen({ port, host })
  } catch (error) {
    throw new StartFault(`The server cannot listen: ${(error as Error).message}. Set HOST or PORT.`)
  }
}

/** Converts a number of proxies to the function that Fastify expects. */
function trustProxyOption(proxies: Config['trustProxy']) {
  return typeof proxies === 'number' ? (_address: string, hop: number) => hop < proxies : proxies
}

function addressOf(address: ReturnType<typeof import('node:net').Server.prototype.address>, host: string): string {
  const port = typeof address === 'object' && address ? address.port : 0
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`
}

/** Returns the message of the first start. */
function welcomeMessage(address: string, key: string, config: Config): string {
  return `
Kartoteka serves ${address}
  reference       ${address}/docs
  data            ${config.databaseUrl ? 'in the Postgres of DATABASE_URL, files in ' : ''}${resolve(config.dataDir)}
  administrator   ${key}
                  (shown only once; \`npm run admin-key\` creates a new one)

Try it:
  curl -H "Authorization: Bearer ${key}" ${address}/v1/me
`
}
