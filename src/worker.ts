import type { Config } from './config.ts'
import { startWorker } from './jobs/worker.ts'
import { configOrExit, giveUp, startDatabase, stopOnSignal } from './start.ts'
import { tasks, tasksContext } from './tasks.ts'
import { openTraces } from './telemetry/traces.ts'

const config = configOrExit()
await work(config).catch(giveUp)

/** Does background jobs and nothing else, beside a server that need not be there. */
async function work(config: Config): Promise<void> {
  const log = (message: string, ...more: unknown[]) => config.logLevel !== 'silent' && console.error(message, ...more)
  const database = await startDatabase(config, { exclusive: false, poolSize: config.databasePoolSize, log })
  const traces = await openTraces(config.otlpEndpoint, { warn: (fields, message) => log(message, fields) })
  const context = tasksContext({ ...config, db: database.db })
  const watch = { slowStatementMs: config.slowStatementMs, traces }
  const worker = await startWorker({ connection: database.connection, context, tasks, log, watch })
  stopOnSignal(async () => {
    await worker.stop()
    await traces?.close()
    await database.close()
  })
  log('Kartoteka does background jobs')
}
