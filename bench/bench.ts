import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type pg from 'pg'
import { buildApp } from '../src/app.ts'
import { connect } from '../src/database/connect.ts'
import { startEmbedded } from '../src/database/embedded.ts'
import { instanceSecret } from '../src/database/instance-secret.ts'
import { openLog } from '../src/http/log.ts'
import { changeInBulk } from './bulk.ts'
import { captureStatements } from './capture.ts'
import { atMost, operationGoals, transferGoals } from './goals.ts'
import { memoryOf, peakOf } from './measure.ts'
import { type LoadedData, operations } from './operations.ts'
import { readOptions } from './options.ts'
import { sequencesOf } from './prepare.ts'
import { type PreparedSequences, type ServerProcess, startBare, startKartoteka } from './processes.ts'
import { measure } from './rounds.ts'
import { loadRows } from './rows.ts'
import { goalTable, type Measurement, measuredTable } from './table.ts'
import { copyImported, exportContacts, importContacts, readPages, type Transfers } from './transfer.ts'

const options = readOptions()
const key = 'bench-administrator-key'
const field = 'bench_position'
const appOptions = {
  ...{ log: openLog('silent'), trustProxy: false, bodyLimit: 64_000_000, uploadLimit: 1_000_000_000, corsOrigins: [] },
}
const say = (text: string) => console.error(`${Math.round(performance.now() / 1000)} s: ${text}`)

const folder = await mkdtemp(join(tmpdir(), 'kartoteka-bench-'))
const cleanUp: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })]
try {
  await run()
} finally {
  for (const step of cleanUp.reverse()) await step().catch((error) => say(String(error)))
}

async function run(): Promise<void> {
  const { connection, databaseUrl } = await database()
  const server = await startKartoteka(databaseUrl, folder, key)
  cleanUp.push(server.stop)
  const { db, pool, close } = connect({ ...connection, max: 16 })
  cleanUp.push(close)
  const column = await addField(server, pool)
  say(`loading ${options.rows} contacts, companies and deals`)
  await loadRows(pool, options.rows, column)
  const loaded: LoadedData = {
    rows: options.rows,
    field,
    secret: await instanceSecret(db),
    deep: await deepPosition(pool),
  }
  const chosen = operations(loaded).filter(({ name }) => isChosen(name))

  say('capturing the statements of Kartoteka')
  const app = await buildApp({ ...appOptions, db, pool, secret: loaded.secret, dataDir: folder })
  await app.ready()
  const sequences: PreparedSequences = {}
  // Writes come first: reads are captured with the records that they meet when they are measured.
  const writesFirst = chosen.toSorted((a, b) => Number(b.isWrite ?? false) - Number(a.isWrite ?? false))
  for (const operation of writesFirst) {
    const times = operation.name === 'create' ? Math.ceil(8000 * options.seconds * options.rounds * 2) : 240
    sequences[operation.name] = {
      ...(await sequencesOf(operation, { app, pool, key }, times)),
      isNewEachTime: operation.isNewEachTime ?? false,
    }
    if (operation.rowOnly) {
      const runs = Array.from({ length: 1000 }, (_, n) => [operation.rowOnly!.values(n)])
      sequences[`${operation.name}-row`] = { texts: [operation.rowOnly.text], runs, isNewEachTime: false }
    }
  }
  const page = await exportPage(app)
  await app.close()

  const measured: Measurement[] = []
  let reading: number | null = null
  const bare = await startBare(connection, folder, otherHalf(sequences))
  for (const operation of chosen) {
    say(`measuring ${operation.name}`)
    for (const connections of [1, 16]) {
      measured.push(await measure(operation, { server, bare, pool, sequences, key, connections, ...options }))
    }
    if (!operation.isWrite) reading = peakOf(server.pid)
  }
  await bare.stop()
  await server.stop()
  // A fresh server, so that the memory left by thousands of writes does not count.
  const fresh = await startKartoteka(databaseUrl, folder, key)
  cleanUp.push(fresh.stop)
  await pause(2000)
  const idle = memoryOf(fresh.pid)
  const moved = await transfers(fresh, pool, page)
  report(measured, [
    ...operationGoals(chosen, measured),
    ...transferGoals(moved),
    ...(idle === null ? [] : [atMost('memory when idle, MB', idle, 150)]),
    ...(reading === null ? [] : [atMost('memory under reads, MB', reading, 250)]),
  ])
}

function isChosen(name: string): boolean {
  return options.only === undefined || options.only.includes(name)
}

/** Splits runs that can be sent only once: this process sends one half directly, the bare route the other. */
function otherHalf(sequences: PreparedSequences): PreparedSequences {
  const halves = Object.entries(sequences).map(([name, one]) => {
    const half = Math.floor(one.runs.length / 2)
    return [name, one.isNewEachTime ? { ...one, runs: one.runs.splice(half) } : one]
  })
  return Object.fromEntries(halves)
}

/** Returns the Postgres of DATABASE_URL, whose database must be empty, or starts a temporary embedded one. */
async function database(): Promise<{ connection: pg.PoolConfig; databaseUrl: string }> {
  const given = process.env.DATABASE_URL
  if (given) return { connection: { connectionString: given }, databaseUrl: given }
  const embedded = await startEmbedded(folder, { log: say })
  cleanUp.push(() => embedded.stop())
  const { host, user, database } = embedded.connection
  const databaseUrl = `postgres:///${database}?host=${encodeURIComponent(String(host))}&user=${user}`
  return { connection: embedded.connection, databaseUrl }
}

/** Adds the user field that is compared with a system field. Returns its column. */
async function addField({ url }: ServerProcess, pool: pg.Pool): Promise<string> {
  const answer = await fetch(`${url}/v1/types/contact/fields`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ code: field, kind: 'string', label: { en: 'Position', ru: 'Должность' } }),
  })
  if (answer.status !== 201) throw new Error(await answer.text())
  const { rows } = await pool.query<{ columns: { name: string }[] }>('select columns from user_field where code = $1', [
    field,
  ])
  const column = rows[0]!.columns[0]!.name
  // A job creates its two indexes. Wait for it: the job and the loading of rows would block each other.
  const indexes = 'select from pg_index where indisvalid and indexrelid::regclass::text like $1'
  while ((await pool.query(indexes, [`contact_${column}_%`])).rowCount! < 2) await pause(100)
  return column
}

async function deepPosition(pool: pg.Pool): Promise<LoadedData['deep']> {
  const { rows } = await pool.query<{ position: LoadedData['deep'] }>(
    `select json_build_array(instant(created_at), id) as position from contact
     order by created_at desc, id desc offset $1 limit 1`,
    [Math.min(99_990, options.rows - 20)],
  )
  return rows[0]!.position
}

/** Returns the statement that reads a page of an export, with the position value to replace. */
async function exportPage(app: Awaited<ReturnType<typeof buildApp>>) {
  const headers = { authorization: `Bearer ${key}` }
  const first = await app.inject({ url: '/v1/contacts?sort=-id&limit=500', headers })
  const { data, page } = first.json() as { data: { id: number }[]; page: { next: string } }
  const url = `/v1/contacts?sort=-id&limit=500&cursor=${page.next}`
  const statements = await captureStatements(() => app.inject({ url, headers }))
  return { statement: statements.at(-1)!, position: data.at(-1)!.id }
}

async function transfers(
  server: ServerProcess,
  pool: pg.Pool,
  page: Awaited<ReturnType<typeof exportPage>>,
): Promise<Transfers> {
  const rows = options.rows
  if (isChosen('export')) say('exporting')
  const exported = isChosen('export') ? await exportContacts(server, key) : undefined
  const pages = exported && (await readPages(pool, page.statement, page.position, rows))
  if (isChosen('bulk')) say('changing in bulk')
  const bulk = isChosen('bulk') ? await changeInBulk(server, key, Math.min(rows, 100_000)) : undefined
  if (isChosen('import')) say('importing')
  const imported = isChosen('import') ? await importContacts(server, key, rows) : undefined
  const copy = imported && (await copyImported(pool, folder, rows))
  return { import: imported, copy, export: exported, pages, bulk }
}

function report(measured: readonly Measurement[], goals: ReturnType<typeof operationGoals>): void {
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.versions.node}, ${options.rows} rows`
  if (options.json) {
    console.log(JSON.stringify({ at: new Date().toISOString(), machine, measured, goals }, null, 2))
    return
  }
  console.log(`${new Date().toISOString().slice(0, 10)}, ${machine}\n`)
  if (measured.length) console.log(`${measuredTable(measured)}\n`)
  console.log(goalTable(goals))
}
