import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import pg from 'pg'
import { connect } from '../../src/database/connect.ts'
import { prepareCluster } from '../../src/database/embedded/cluster.ts'
import { startServer } from '../../src/database/embedded/process.ts'
import { EmbeddedFault, type EmbeddedPostgres, startEmbedded } from '../../src/database/embedded/start.ts'
import { migrate } from '../../src/database/migrate.ts'
import { checkRequirements } from '../../src/database/requirements.ts'

let made: string
let folder: string
let logged: string[]
const seats: EmbeddedPostgres[] = []
const children: ChildProcess[] = []

beforeAll(async () => {
  made = await newFolder()
  const seat = await startEmbedded(join(made, 'data'), { log: console.error })
  await seat.stop()
})

afterAll(() => rm(made, { recursive: true }))

beforeEach(async () => {
  folder = await newFolder()
  logged = []
})

afterEach(async () => {
  for (const seat of seats.splice(0)) await seat.stop()
  for (const child of children.splice(0)) {
    child.kill('SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  }
  await until(() => !existsSync(pidFile()), 'the server has ended')
  await rm(folder, { recursive: true })
})

describe('a new data folder', () => {
  it('is served with support for Cyrillic letters', async () => {
    const { connection, guest } = await start()
    const answer = await query(connection, `select upper('ёж') as upper, current_database() as database`)
    expect([guest, answer]).toEqual([false, [{ upper: 'ЁЖ', database: 'kartoteka' }]])
  })

  it('is served as a role with rights to its own database only', async () => {
    const { connection } = await start()
    const role = 'select rolsuper, rolcreaterole, rolcreatedb, rolbypassrls from pg_roles where rolname = current_user'
    expect(await query(connection, role)).toEqual([
      { rolsuper: false, rolcreaterole: false, rolcreatedb: false, rolbypassrls: false },
    ])
    await expect(query(connection, `copy (select 1) to program 'true'`)).rejects.toThrow(/permission denied/)
    await migrateAs(connection)
  })

  it('is created once if two processes start at the same time', async () => {
    const two = await Promise.all([start(), start()])
    expect(two.map(({ guest }) => guest).sort()).toEqual([false, true])
  })

  it('may have a path that is too long for a socket', async () => {
    const { connection } = await start({}, 'длинный путь к данным'.repeat(5))
    expect(await query(connection, 'select 1 as one')).toEqual([{ one: 1 }])
    expect(dirname(connection.host)).toBe(tmpdir())
    await seats.pop()?.stop()
    await rm(connection.host, { recursive: true })
  })

  it('is refused if something else is in its place', async () => {
    await mkdir(join(folder, 'data/postgres/photos'), { recursive: true })
    await expect(start()).rejects.toThrow(EmbeddedFault)
  })
})

describe('a data folder', () => {
  beforeEach(copyMade)

  it('is handed over to that role if the superuser created everything in it', async () => {
    const first = await start()
    const server = { ...first.superuser, database: 'postgres' }
    for (const statement of ['drop database kartoteka', 'drop role kartoteka_app', 'create database kartoteka'])
      await query(server, statement)
    await migrateAs(first.superuser)
    await query(first.superuser, `create type mood as enum ('good'); create table note (id bigserial, mood mood)`)
    await seats.pop()?.stop()
    const { connection, superuser } = await start()
    await migrateAs(connection)
    await query(connection, `insert into note (mood) values ('good'); alter type mood add value 'bad'`)
    await query(connection, 'alter table contact add column f_1 text')
    const left = `select oid::regclass::text as name from pg_class where relowner = to_regrole('kartoteka') and oid >= 16384
      and relname !~ '^pg_' and relkind in ('r', 'S', 'v')`
    expect(await query(superuser, left)).toEqual([])
  })

  it('is refused if another major version of Postgres created it', async () => {
    await writeFile(join(folder, 'data/postgres/PG_VERSION'), '17\n')
    await expect(start()).rejects.toThrow(/was created by Postgres 17, but the embedded version is Postgres 18/)
  })

  it('is refused with the message of Postgres if its settings are broken', async () => {
    await writeFile(join(folder, 'data/postgres/postgresql.auto.conf'), 'nonsense = 1\n')
    await expect(start()).rejects.toThrow(/unrecognized configuration parameter "nonsense"/)
  })

  it('has one server and any number of guests', async () => {
    await start({ exclusive: true })
    expect((await start()).guest).toBe(true)
    await expect(start({ exclusive: true })).rejects.toThrow(/^Another server \(process \d+\) already uses/)
  })

  it('is taken over by a guest, with its data, when the server is killed', async () => {
    const { child, connection } = await startProcess('exclusive')
    const guest = await start()
    await query(connection, 'create table note as select 7 as id')
    child.kill('SIGKILL')
    await until(() => !guest.guest, 'the guest has started the server')
    await untilServed(guest)
    expect(await query(guest.connection, 'select id from note')).toEqual([{ id: 7 }])
  })
})

describe('a server process', () => {
  beforeEach(copyMade)

  it('leaves no orphan when it is killed, and the next start has the data', async () => {
    const { child, connection } = await startProcess('exclusive')
    await query(connection, 'create table note as select 7 as id')
    const postmaster = await postmasterId()
    child.kill('SIGKILL')
    await until(() => !lives(postmaster), 'Postgres has ended')
    const next = await start({ exclusive: true })
    expect(await query(next.connection, 'select id from note')).toEqual([{ id: 7 }])
  })

  it('recovers the data after all its processes are killed', async () => {
    const { child, connection } = await startProcess('exclusive')
    await query(connection, 'create table note as select 7 as id')
    const postmaster = await postmasterId()
    child.kill('SIGKILL')
    process.kill(postmaster, 'SIGKILL')
    const next = await start({ exclusive: true })
    expect(await query(next.connection, 'select id from note')).toEqual([{ id: 7 }])
  })

  it('restarts Postgres when Postgres dies', async () => {
    const server = await start({ fast: false })
    await query(server.connection, 'create table note as select 7 as id')
    const first = await postmasterId()
    process.kill(first, 'SIGKILL')
    await until(() => logged.includes('Postgres is back'), 'Postgres is back')
    expect(await query(server.connection, 'select id from note')).toEqual([{ id: 7 }])
    expect(await postmasterId()).not.toBe(first)
  })

  it('stops a Postgres that has just started', async () => {
    const cluster = await prepareCluster(join(folder, 'data'), true)
    for (const wait of [0, 2, 5, 10, 20]) {
      const server = startServer(cluster, { fast: true, log: (line) => logged.push(line) })
      await sleep(wait)
      await server.stop()
      expect(server.ended).toBe(true)
    }
  })

  it('stops Postgres cleanly when it shuts down', async () => {
    const { child } = await startProcess()
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
    expect(existsSync(pidFile())).toBe(false)
  })
})

async function newFolder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'kartoteka-test-embedded-'))
  // When the tests run as root, the server has its own account, which needs access.
  await chmod(path, 0o711)
  return path
}

/** Creating a cluster takes most of the time, so the tests copy one. */
async function copyMade(): Promise<void> {
  await promisify(execFile)('cp', ['-a', join(made, 'data'), folder])
}

/** Most tests do not check durability, so they may run in fast mode. */
async function start(options: { exclusive?: boolean; fast?: boolean } = {}, name = 'data'): Promise<EmbeddedPostgres> {
  const seat = await startEmbedded(join(folder, name), { log: (line) => logged.push(line), fast: true, ...options })
  seats.push(seat)
  return seat
}

/** Creates the schema as the server does at startup. */
async function migrateAs(connection: EmbeddedPostgres['connection']): Promise<void> {
  const { db, pool, close } = connect(connection)
  await checkRequirements((text) => pool.query(text))
  await migrate(db)
  await close()
}

async function startProcess(...flags: string[]) {
  const script = join(import.meta.dirname, 'embedded-process.ts')
  const child = spawn(process.execPath, [script, join(folder, 'data'), ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  const [line] = await once(createInterface({ input: child.stdout }), 'line')
  const { connection }: Pick<EmbeddedPostgres, 'connection'> = JSON.parse(line)
  return { child, connection }
}

async function query(connection: pg.ClientConfig, sql: string): Promise<unknown[]> {
  const client = new pg.Client(connection)
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

async function untilServed(seat: EmbeddedPostgres): Promise<void> {
  await until(() => query(seat.connection, 'select').then(Boolean, () => false), 'Postgres answers')
}

function pidFile(): string {
  return join(folder, 'data/postgres/postmaster.pid')
}

async function postmasterId(): Promise<number> {
  return Number((await readFile(pidFile(), 'utf8')).split('\n')[0])
}

function lives(id: number): boolean {
  try {
    return process.kill(id, 0)
  } catch {
    return false
  }
}

/** Polls until the condition is true, for at most ten seconds. */
async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const since = Date.now()
  while (!(await condition())) {
    if (Date.now() - since > 10_000) throw new Error(`In vain for ten seconds: ${what}`)
    await sleep(20)
  }
}
