import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type pg from 'pg'
import { connect } from '../src/database/connect.ts'
import { startEmbedded } from '../src/database/embedded/start.ts'
import { migrate } from '../src/database/migrate.ts'
import { createDatabase, dropDatabase, statement, toDatabase } from './database.ts'

/** Starts the server and creates the migrated template that every test file copies. */
export default async function setUp(): Promise<void> {
  const { connection, role, stop } = process.env.DATABASE_URL
    ? { connection: { connectionString: process.env.DATABASE_URL }, role: undefined, stop: async () => {} }
    : await startServer()
  const template = `kartoteka_tpl_${randomBytes(6).toString('hex')}`
  cleanUp.push(stop)
  await createDatabase(connection, template, { owner: role })
  cleanUp.unshift(() => dropDatabase(connection, template))
  const { db, close } = connect(toDatabase(connection, template, role))
  await migrate(db, {})
  await close()
  process.env.TEST_DATABASE = JSON.stringify({ connection, role, template })
}

/** Steps of the teardown, in this order. The teardown runs in the same process. */
export const cleanUp: (() => Promise<void>)[] = []

const folderMark = 'kartoteka-test-'

async function startServer(): Promise<{ connection: pg.PoolConfig; role: string; stop(): Promise<void> }> {
  await removeAbandoned()
  const folder = await mkdtemp(join(tmpdir(), folderMark))
  // When the tests run as root, the server has its own account, which needs access.
  await chmod(folder, 0o711)
  const server = await startEmbedded(folder, { log: console.error, fast: true })
  const stop = async () => {
    await server.stop()
    await rm(folder, { recursive: true })
  }
  const role = server.connection.user
  // Simulates changes replicated from another site.
  await statement(server.superuser, `grant set on parameter session_replication_role to ${role}`)
  return { connection: server.superuser, role, stop }
}

/** Removes folders of killed runs, whose servers have ended. */
async function removeAbandoned(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const folder = join(tmpdir(), name)
    if (!name.startsWith(folderMark) || existsSync(join(folder, 'postgres/postmaster.pid'))) continue
    const { mtimeMs } = await stat(folder)
    // A newer folder may belong to a run that is about to start.
    if (Date.now() - mtimeMs > 600_000) await rm(folder, { recursive: true, force: true })
  }
}
