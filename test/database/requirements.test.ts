import { expect, it } from '@jest/globals'
import pg from 'pg'
import { checkRequirements, DatabaseUnfit } from '../../src/database/requirements.ts'
import { asSuperuser, dropDatabase, freshDatabase, testServer, toDatabase } from '../database.ts'

it('accepts a database that meets all requirements, and creates the extensions', async () => {
  const { connection, close } = await freshDatabase({ empty: true })
  await check(connection)
  expect(await extensions(connection)).toEqual(['btree_gin', 'fuzzystrmatch', 'pg_trgm'])
  await close()
})

it('refuses a database without support for Cyrillic letters', async () => {
  const name = 'kartoteka_test_lc_ctype_c'
  await run(toDatabase(testServer().connection, 'postgres'), [
    `drop database if exists ${name}`,
    `create database ${name} template template0 encoding 'UTF8' lc_ctype 'C' locale_provider 'libc'`,
  ])
  const connection = toDatabase(testServer().connection, name)
  const remake = `Create a new database: create database … template template0 encoding 'UTF8' locale 'C.UTF-8'.`
  await expect(check(connection)).rejects.toThrow(
    new DatabaseUnfit([
      `It does not support upper and lower case beyond ASCII (LC_CTYPE C). ${remake}`,
      `Its pg_trgm does not support letters beyond ASCII (LC_CTYPE C). ${remake}`,
    ]),
  )
  await dropDatabase(testServer().connection, name)
})

it('refuses a database with another encoding', async () => {
  const name = 'kartoteka_test_latin1'
  await run(toDatabase(testServer().connection, 'postgres'), [
    `drop database if exists ${name}`,
    `create database ${name} template template0 encoding 'LATIN1' locale 'C' locale_provider 'libc'`,
  ])
  await expect(check(toDatabase(testServer().connection, name))).rejects.toThrow(/^- Its encoding is LATIN1/m)
  await dropDatabase(testServer().connection, name)
})

it('names every missing right', async () => {
  const { connection, close } = await freshDatabase({ empty: true })
  const role = 'kartoteka_test_stranger'
  await run(asSuperuser(connection), [`drop role if exists ${role}`, `create role ${role}`])
  const client = new pg.Client(asSuperuser(connection))
  await client.connect()
  await client.query(`set role ${role}`)
  const refused = checkRequirements((sql) => client.query(sql))
  await expect(refused).rejects.toThrow(
    /^- The user kartoteka_test_stranger cannot create tables in the schema public\./m,
  )
  await expect(refused).rejects.toThrow(/^- The user kartoteka_test_stranger cannot create schemas\./m)
  await expect(refused).rejects.toThrow(/^- The extension pg_trgm cannot be created: permission denied/m)
  await client.end()
  await close()
  await run(testServer().connection, [`drop role ${role}`])
})

it('refuses an old version and a standby', async () => {
  const facts = { version: 140_010, version_text: '14.10', encoding: 'UTF8', standby: true, collation: false }
  const answers = [{ ...facts, tables_allowed: true, schemas_allowed: true }, { fit: true }]
  const refused = checkRequirements(async () => ({ rows: answers.length ? [answers.shift()!] : [] }))
  await expect(refused).rejects.toThrow(
    new DatabaseUnfit([
      'It is Postgres 14.10. Use Postgres 15 or newer.',
      'It is a read-only standby. Set DATABASE_URL to the primary server.',
      'The collation und-x-icu is missing: this Postgres was built without ICU. Use a build with ICU.',
    ]),
  )
})

async function check(connection: pg.ClientConfig): Promise<void> {
  const client = new pg.Client(connection)
  await client.connect()
  try {
    await checkRequirements((sql) => client.query(sql))
  } finally {
    await client.end()
  }
}

async function extensions(connection: pg.ClientConfig): Promise<string[]> {
  const [result] = await run(connection, [`select extname from pg_extension where extname <> 'plpgsql' order by 1`])
  return result!.rows.map((row) => row.extname)
}

async function run(connection: pg.ClientConfig, statements: string[]): Promise<pg.QueryResult[]> {
  const client = new pg.Client(connection)
  await client.connect()
  try {
    const results: pg.QueryResult[] = []
    for (const statement of statements) results.push(await client.query(statement))
    return results
  } finally {
    await client.end()
  }
}
