import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { type Connection, connect } from '../src/database/connect.ts'

/** A database of one test file's own. */
export interface TestDatabase extends Connection {
  /** For `connect()` or a `pg.Client`. */
  connection: pg.PoolConfig
}

/** A copy of the migrated template, or with `empty` a database in which nothing was made; `close` drops it. */
export async function freshDatabase(options: { empty?: boolean } = {}): Promise<TestDatabase> {
  const { connection: server, template } = testServer()
  const name = `kartoteka_test_${randomBytes(6).toString('hex')}`
  await createDatabase(server, name, options.empty ? undefined : template)
  const connection = toDatabase(server, name)
  const { db, pool, close } = connect(connection)
  return {
    ...{ connection, db, pool },
    close: async () => {
      await close()
      await dropDatabase(server, name)
    },
  }
}

/** The server of this run, and the name of its template. */
export function testServer(): { connection: pg.PoolConfig; template: string } {
  const published = process.env.TEST_DATABASE
  if (!published) throw new Error('There is no test server: run the tests through `npm test`.')
  return JSON.parse(published)
}

/** The same server, another database. */
export function toDatabase(connection: pg.PoolConfig, database: string): pg.PoolConfig {
  if (!connection.connectionString) return { ...connection, database }
  const url = new URL(connection.connectionString)
  url.pathname = database
  return { ...connection, connectionString: url.href }
}

/** Creates a database, as a copy of another one when `template` is given. */
export async function createDatabase(server: pg.PoolConfig, name: string, template = 'template1'): Promise<void> {
  // Postgres copies only what nobody is connected to, and a copy is a connection, too.
  for (let tries = 1; ; tries++) {
    try {
      return await statement(server, `create database ${name} template ${template}`)
    } catch (error) {
      if (!(error instanceof pg.DatabaseError && error.code === '55006') || tries === 100) throw error
      await sleep(50)
    }
  }
}

/** Drops a database, whoever is still connected to it. */
export async function dropDatabase(server: pg.PoolConfig, name: string): Promise<void> {
  await statement(server, `drop database if exists ${name} with (force)`)
}

/** A trigger function that fails as Postgres does where its disk is full, which a test cannot make happen everywhere. */
export const raiseDiskFull = `create function full_disk() returns trigger language plpgsql as $$
  begin raise exception 'could not extend file: No space left on device' using errcode = '53100'; end $$`

async function statement(server: pg.PoolConfig, sql: string): Promise<void> {
  const client = new pg.Client(toDatabase(server, 'postgres'))
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
