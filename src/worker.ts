import type { Config } from './config.ts'
import { startWorker } from './jobs/worker.ts'
import { configOrExit, giveUp, startDatabase, stopOnSignal } from './start.ts'
import { tasks, tasksContext } from './tasks.ts'

const config = configOrExit()
await work(config).catch(giveUp)

/** Does background jobs and nothing else, beside a server that need not be there. */
async function work(config: Config): Promise<void> {
  const log = (message: string, ...more: unknown[]) => config.logLevel !== 'silent' && console.error(message, ...more)
  const database = await startDatabase(config, { exclusive: false, log })
  const context = tasksContext({ ...config, db: database.db })
  const worker = await startWorker({ connection: database.connection, context, tasks, log })
  stopOnSignal(async () => {
    await worker.stop()
    await database.close()
  })
  log('Kartoteka does background jobs')
}
