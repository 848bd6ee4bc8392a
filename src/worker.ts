import type { Config } from './config.ts'
import { batchLines, openLog } from './http/log.ts'
import { startWorker } from './jobs/worker.ts'
import { configOrExit, exitWithError, stopOnSignal } from './start.ts'
import { prepareFiles, startDatabase } from './start-database.ts'
import { tasks, tasksContext } from './tasks.ts'
import { openTraces } from './telemetry/traces.ts'

/** An export keeps one connection for its snapshot while it reads on another. */
const leastConnections = 2

const config = configOrExit()
await work(config).catch(exitWithError)

/** Runs background jobs only. The server does not have to run. */
async function work(config: Config): Promise<void> {
  const say = (message: string) => config.logLevel !== 'silent' && console.error(message)
  await prepareFiles(config)
  const database = await startDatabase(config, {
    exclusive: false,
    poolSize: Math.max(leastConnections, config.databasePoolSize),
    log: say,
  })
  const log = openLog(
    config.logLevel,
    batchLines((lines) => process.stdout.write(lines)),
  )
  const traces = await openTraces(config.otlpEndpoint, log)
  const context = tasksContext({ ...config, db: database.db })
  const watch = { slowStatementMs: config.slowStatementMs, traces }
  const worker = await startWorker({ connection: database.connection, context, tasks, log, watch })
  stopOnSignal(async () => {
    await worker.stop()
    await traces?.close()
    await database.close()
  })
  say('Kartoteka runs background jobs')
}
