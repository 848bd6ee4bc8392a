import { newAdministratorKey } from './people/administrator.ts'
import { configOrExit, exitWithError } from './start.ts'
import { startDatabase } from './start-database.ts'

const config = configOrExit()

try {
  // Not exclusive, so the key can be made while the server runs.
  const database = await startDatabase(config, { exclusive: false, log: (message) => console.error(message) })
  const key = await newAdministratorKey(database.db)
  await database.close()
  console.log(key)
} catch (error) {
  exitWithError(error)
}
