import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import pg from 'pg'
import { freshDatabase, statementIn, type TestDatabase } from '../database.ts'
import { type Pooler, pgbouncer, startPooler } from '../pooler.ts'
import { end, type ServerProcess, start, urlOf } from '../server-process.ts'

const title = 'A server behind PgBouncer in transaction mode'
if (pgbouncer) describe(title, behindPooler)
else it.skip(`${title}: PgBouncer is not installed, and npm has none`, () => {})

const sessions = 4
const key = 'the-administrator-behind-the-pooler'

function behindPooler() {
  let database: TestDatabase
  let pooler: Pooler
  let dataDir: string
  beforeAll(async () => {
    database = await freshDatabase()
    dataDir = await mkdtemp(join(tmpdir(), 'kartoteka-pooler-files-'))
  })
  afterAll(async () => {
    await database.close()
    await rm(dataDir, { recursive: true })
  })
  const started: ServerProcess[] = []
  const lines: string[] = []
  afterEach(async () => {
    await Promise.all(started.splice(0).map(end))
    await pooler.stop()
    lines.length = 0
  })
  const serve = (env: Record<string, string>) => start({ DATA_DIR: dataDir, ADMIN_KEY: key, ...env }, lines, started)
  const refusal = async (env: Record<string, string>) => {
    await expect(serve(env)).rejects.toThrow(/ended with 1/)
    return lines
  }
  const direct = () => ({ DATABASE_DIRECT_URL: urlOf(database.connection) })
  const unprepared = { PREPARED_STATEMENTS: 'false' }

  it('is refused if the pooler refuses its settings', async () => {
    pooler = await startPooler(database.connection, { ignores: 'options' })
    expect(await refusal({ DATABASE_URL: pooler.url, ...direct(), ...unprepared })).toEqual([
      'The pooler of DATABASE_URL refuses the connection: unsupported startup parameter: statement_timeout. ' +
        'Set its ignore_startup_parameters to options,statement_timeout.',
    ])
  })

  it('is refused if the database has another time zone', async () => {
    const { database: name } = new pg.Client(database.connection)
    await statementIn(database.connection, `alter database ${name} set TimeZone = 'Europe/Moscow'`)
    pooler = await startPooler(database.connection)
    expect(await refusal({ DATABASE_URL: pooler.url, ...direct(), ...unprepared })).toEqual([
      'The database cannot be used:',
      '- Its connections do not have the time zone UTC and the date style ISO, because a pooler does not pass them on. As ' +
        `the owner of the database, run: alter database "${name}" set TimeZone = 'UTC'; alter database "${name}" set ` +
        `DateStyle = 'ISO'. Then restart the pooler.`,
    ])
    await statementIn(database.connection, `alter database ${name} set TimeZone = 'UTC'`)
    await statementIn(database.connection, `alter database ${name} set DateStyle = 'ISO'`)
  })

  it('is refused without sessions of its own', async () => {
    pooler = await startPooler(database.connection)
    const said = (variable: string) =>
      `${variable} is a pooler in transaction mode. Set DATABASE_DIRECT_URL to the Postgres behind it, and ` +
      'PREPARED_STATEMENTS to false.'
    expect(await refusal({ DATABASE_URL: pooler.url, ...unprepared })).toEqual([said('DATABASE_URL')])
    lines.length = 0
    expect(await refusal({ DATABASE_URL: pooler.url, DATABASE_DIRECT_URL: pooler.url, ...unprepared })).toEqual([
      said('DATABASE_DIRECT_URL'),
    ])
  })

  it('is refused if it keeps statements', async () => {
    pooler = await startPooler(database.connection)
    expect(await refusal({ DATABASE_URL: pooler.url, ...direct() })).toEqual([
      'DATABASE_URL is a pooler in transaction mode. Set PREPARED_STATEMENTS to false.',
    ])
  })

  it('is refused if the pooler leads to another database', async () => {
    const other = await freshDatabase()
    await other.pool.query(`update local.instance set secret = 'another'`)
    pooler = await startPooler(other.connection)
    expect(await refusal({ DATABASE_URL: pooler.url, ...direct(), ...unprepared })).toEqual([
      'DATABASE_URL and DATABASE_DIRECT_URL are different databases.',
    ])
    await other.close()
  })

  it('does everything for many callers at once, and keeps no statement', async () => {
    pooler = await startPooler(database.connection, { sessions })
    const url = await serve({ DATABASE_URL: pooler.url, ...direct(), ...unprepared, DATABASE_POOL_SIZE: '16' })
    const callers = Array.from({ length: 16 }, (_, index) => new Caller(url, `Name${index}x`))
    await Promise.all(callers.map((caller) => caller.doEverything()))
    await addAField(callers[0]!)
    expect(lines.filter((line) => line.includes('"level":50'))).toEqual([])
    expect(await keptStatements(pooler.url)).toEqual(Array(sessions).fill(0))
  })
}

/** Returns the number of kept statements in each session of the pooler. */
async function keptStatements(connectionString: string): Promise<number[]> {
  const clients = Array.from({ length: sessions }, () => new pg.Client({ connectionString }))
  const counts = clients.map(async (client) => {
    await client.connect()
    // A transaction has a session of its own.
    await client.query('begin')
    const { rows } = await client.query('select count(*)::integer as count from pg_prepared_statements')
    return rows[0].count as number
  })
  const found = await Promise.all(counts)
  await Promise.all(clients.map((client) => client.end()))
  return found
}

/** One caller, with records of its own. */
class Caller {
  readonly #url: string
  readonly #name: string

  constructor(url: string, name: string) {
    this.#url = url
    this.#name = name
  }

  async doEverything(): Promise<void> {
    const lastName = this.#name
    const made = await this.send(201, 'POST', '/v1/contacts', { lastName, phones: [{ value: '8 495 123-45-67' }] })
    const changed = await this.send(200, 'PATCH', `/v1/contacts/${made.id}`, { position: 'one' })
    expect(changed).toMatchObject({ lastName, position: 'one', version: 2, phones: [{ normalized: '+74951234567' }] })
    expect(await this.send(200, 'GET', `/v1/contacts/${made.id}`)).toEqual(changed)

    const create = { op: 'create', type: 'contact', data: { lastName } }
    const refused = { op: 'update', type: 'contact', id: made.id, data: { lastName: 5 } }
    const batch = await this.send(207, 'POST', '/v1/batch', { atomic: false, operations: [create, refused, create] })
    expect(batch.results.map(({ status }: { status: number }) => status)).toEqual([201, 422, 201])

    const csv = `Last name;Position\n${lastName};two\n${lastName};two\n`
    const job = await this.send(202, 'POST', '/v1/contacts/import', csv, 'text/csv')
    expect(await this.endOf(job.id)).toMatchObject({ status: 'completed', result: { created: 2 } })
    const filter = { field: 'lastName', value: lastName }
    const bulk = await this.send(202, 'POST', '/v1/contacts/bulk', { filter, set: { comment: 'done' } })
    expect(await this.endOf(bulk.id)).toMatchObject({ status: 'completed' })

    const list = await this.send(200, 'GET', `/v1/contacts?filter[lastName]=${lastName}&sort=id&count=exact`)
    expect(list.total).toBe(5)
    expect(list.data.map((one: object) => ({ ...one, id: 0 }))).toEqual(
      list.data.map(() => expect.objectContaining({ lastName, comment: 'done' })),
    )
    const found = await this.send(200, 'GET', `/v1/contacts?q=${lastName}&limit=2&fields=lastName`)
    expect(found.data).toMatchObject([{ lastName }, { lastName }])
    const history = await this.send(200, 'GET', `/v1/contacts/${made.id}/history`)
    expect(history.data).toHaveLength(3)
    await this.send(204, 'DELETE', `/v1/contacts/${made.id}`)
    await this.send(404, 'GET', `/v1/contacts/${made.id}`)
  }

  /** Waits for the end of a job, once. */
  endOf(id: number) {
    return this.send(200, 'GET', `/v1/jobs/${id}?wait=30`)
  }

  async send(status: number, method: string, path: string, body?: unknown, type = 'application/json') {
    const response = await fetch(this.#url + path, {
      method,
      headers: { authorization: `Bearer ${key}`, ...(body !== undefined && { 'content-type': type }) },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    expect([method, path, response.status, text]).toEqual([method, path, status, expect.anything()])
    return text && JSON.parse(text)
  }
}

/** Adds a field, whose indexes a job builds, and uses it. */
async function addAField(caller: Caller): Promise<void> {
  const field = { code: 'city', kind: 'string', label: 'City', searchable: true }
  await caller.send(201, 'POST', '/v1/types/contact/fields', field)
  await caller.send(201, 'POST', '/v1/contacts', { lastName: 'Last', userFields: { city: 'Omsk' } })
  const found = await caller.send(200, 'GET', '/v1/contacts?filter[userFields.city]=Omsk&fields=lastName')
  expect(found.data).toMatchObject([{ lastName: 'Last' }])
}
