import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startKartoteka } from '../bench/processes.ts'
import { startEmbedded } from '../src/database/embedded/start.ts'
import { createDatabase, dropDatabase } from '../test/database.ts'
import { Api } from './api.ts'

/** Starts servers on empty databases of one temporary Postgres. */
export interface Instances {
  /** Calls `use` with a server on a new database. */
  withEmpty<T>(use: (api: Api) => Promise<T>): Promise<T>
  stop(): Promise<void>
}

const key = 'fidelity-administrator-key'

/** Starts the Postgres of the instances. */
export async function startInstances(): Promise<Instances> {
  const folder = await mkdtemp(join(tmpdir(), 'kartoteka-fidelity-'))
  // When the script runs as root, the server has its own account, which needs access.
  await chmod(folder, 0o711)
  const postgres = await startEmbedded(folder, { log: () => {}, fast: true })
  const { connection, superuser } = postgres
  let count = 0
  return {
    async withEmpty(use) {
      const name = `fidelity_${++count}`
      await createDatabase(superuser, name, { owner: connection.user })
      const url = `postgres:///${name}?host=${encodeURIComponent(connection.host)}&user=${connection.user}`
      const server = await startKartoteka(url, join(folder, name), key)
      try {
        return await use(new Api(server.url, key))
      } finally {
        await server.stop()
        await dropDatabase(superuser, name)
      }
    },
    async stop() {
      await postgres.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
