import { configOrExit, exitWithError, StartFault } from './start.ts'
import { startDatabase } from './start-database.ts'
import { CompactionFault, compact } from './user-fields/compact.ts'

const config = configOrExit()
const report = (message: string) => console.error(message)

try {
  const [code] = process.argv.slice(2)
  if (code === undefined) throw new StartFault('Name a record type: npm run compact -- contact')
  // Not exclusive, so the table can be compacted while the server runs.
  const database = await startDatabase(config, { exclusive: false, poolSize: 2, log: report })
  await compact(database.db, code, report).finally(() => database.close())
} catch (error) {
  exitWithError(error instanceof CompactionFault ? new StartFault(error.message) : error)
}
