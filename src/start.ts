import { type Config, ConfigFault, readConfig } from './config.ts'
import { DataFolderFault } from './database/embedded/data-folder.ts'
import { EmbeddedFault } from './database/embedded/fault.ts'
import { MigrationFault } from './database/migration-texts.ts'
import { ParityMismatch } from './database/parity.ts'
import { DatabaseUnfit } from './database/requirements.ts'
import { sqlState } from './database/transaction.ts'

/** An error in how the server was started, not in its code. Its message is enough to fix it. */
export class StartFault extends Error {
  override name = 'StartFault'
}

/** Reads the configuration from the environment. Prints the errors and ends the process when it is invalid. */
export function configOrExit(): Config {
  try {
    return readConfig(process.env)
  } catch (error) {
    return exitWithError(error)
  }
}

const startErrors = [
  ...[ConfigFault, DataFolderFault, EmbeddedFault, DatabaseUnfit, MigrationFault, ParityMismatch, StartFault],
]

/** Ends the process. Prints only the message of an error in how it was started, and the whole error otherwise. */
export function exitWithError(error: unknown): never {
  const isStartError = startErrors.some((fault) => error instanceof fault)
  if (sqlState(error).code === diskFull) {
    console.error('The disk of the database is full. Free some space and start again.')
  } else console.error(isStartError ? (error as Error).message : error)
  process.exit(1)
}

const diskFull = '53100'

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
