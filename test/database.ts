import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { type Connection, connect } from '../src/database/connect.ts'

/** A database of one test file. */
export interface TestDatabase extends Connection {
  /** Connection options for `connect()` or `pg.Client`. */
  connection: pg.PoolConfig
}

/**
 * Returns a copy of the migrated template or of another database without connections, or an empty database with
 * `empty`. `close` drops it.
 */
export async function freshDatabase(
  options: { empty?: boolean; template?: string } = {},
): Promise<TestDatabase & { name: string }> {
  const { connection: server, role, ...migrated } = testServer()
  const { template = migrated.template } = options
  const name = `kartoteka_test_${randomBytes(6).toString('hex')}`
  await createDatabase(server, name, { owner: role, ...(!options.empty && { template }) })
  const connection = toDatabase(server, name, role)
  const { db, pool, close } = connect(connection)
  return {
    ...{ connection, name, db, pool },
    close: async () => {
      await close()
      await dropDatabase(server, name)
    },
  }
}

/** The server of this run as its superuser, the role that owns the databases if different, and the template. */
export function testServer(): { connection: pg.PoolConfig; role?: string; template: string } {
  const published = process.env.TEST_DATABASE
  if (!published) throw new Error('There is no test server: run the tests through `npm test`.')
  return JSON.parse(published)
}

/** Returns options for another database on the same server, with another role if given. */
export function toDatabase(connection: pg.PoolConfig, database: string, role?: string): pg.PoolConfig {
  if (!connection.connectionString) return { ...connection, database, ...(role && { user: role }) }
  const url = new URL(connection.connectionString)
  url.pathname = database
  return { ...connection, connectionString: url.href }
}

/** Creates a database, as a copy of `template` if given. */
export async function createDatabase(
  server: pg.PoolConfig,
  name: string,
  { template = 'template1', owner }: { template?: string; owner?: string | undefined },
): Promise<void> {
  // Postgres only copies a database without connections, and copying itself opens a connection.
  for (let tries = 1; ; tries++) {
    try {
      return await statement(server, `create database ${name} template ${template}${owner ? ` owner ${owner}` : ''}`)
    } catch (error) {
      if (!(error instanceof pg.DatabaseError && error.code === '55006') || tries === 100) throw error
      await sleep(50)
    }
  }
}

/** Drops a database and closes its connections. */
export async function dropDatabase(server: pg.PoolConfig, name: string): Promise<void> {
  await statement(server, `drop database if exists ${name} with (force)`)
}

/** A trigger function that fails like Postgres on a full disk, which tests cannot provoke everywhere. */
export const raiseDiskFull = `create function full_disk() returns trigger language plpgsql as $$
  begin raise exception 'could not extend file: No space left on device' using errcode = '53100'; end $$`

/** Returns the database as the superuser, for operations that its owner may not run. */
export function asSuperuser(connection: pg.PoolConfig): pg.PoolConfig {
  return { ...connection, user: testServer().connection.user }
}

/** Runs a task on the server that affects all of its databases. */
export async function statement(server: pg.PoolConfig, sql: string): Promise<void> {
  await statementIn(toDatabase(server, 'postgres'), sql)
}

/** Runs a statement in a database on a separate connection. */
export async function statementIn(connection: pg.PoolConfig, sql: string): Promise<void> {
  const client = new pg.Client(connection)
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
