import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { callerOf, type Send } from './caller.ts'
import { spreadOf } from './measure.ts'
import { readOptions } from './options.ts'
import type { ServerProcess } from './processes.ts'
import { loadRows } from './rows.ts'
import { key, type Run, runBenchmark, type Served, say, serve } from './run.ts'
import { table } from './table.ts'
import { inMs, requestsInTable, underLoad } from './under-load.ts'

// Compares contacts with 300 user fields with contacts without any, and adds fields while eight clients read and write.
const { rows, seconds } = readOptions()
const [fields, filled, added] = [300, 30, 10]
/** The newest records have values. Filling a million records would measure Postgres. */
const recordsFilled = Math.min(rows, 20_000)
const times = 400 * seconds

await runBenchmark(async (run) => {
  if (process.env.DATABASE_URL) throw new Error('This benchmark starts two databases of its own. Unset DATABASE_URL.')
  const [plain, wide] = [await serveRows(run, 'plain'), await serveRows(run, 'wide')]
  await widen(wide)
  const head = ['p50 ms', 'without user fields', `with ${fields}`, 'ratio', 'wanted']
  console.log(table(head, await compare(plain.server, wide.server)))
  await wide.server.stop()
  await addUnderLoad(plain)
  await compactUnderLoad(plain)
})

/** Adds fields one after the other. Between two of them, a job builds the indexes of the first. */
async function addUnderLoad({ server }: Served): Promise<void> {
  say('adding fields while clients read and write')
  const send = callerOf(server, key)
  const spent: number[] = []
  const found = await underLoad(send, { rows, seconds }, async () => {
    for (let n = 0; n < added; n++) {
      const body = { code: `added_${n}`, kind: n % 2 ? 'string' : 'integer', label: `Added ${n}` }
      const started = performance.now()
      await send('POST', '/v1/types/contact/fields', body)
      spent.push(performance.now() - started)
      await pause(1000 * seconds)
    }
  })
  const { median, greatest } = spreadOf(spent)
  const times = [
    ['time, median', inMs(median), ''],
    ['time, worst', inMs(greatest), '< 1000 ms'],
  ]
  console.log(table(['adding a field', 'found', 'wanted'], [...times, ...requestsInTable(found)]))
}

/** Deletes some fields, and compacts the table. */
async function compactUnderLoad({ server, pool, databaseUrl }: Served): Promise<void> {
  say('compacting the table while clients read and write')
  const send = callerOf(server, key)
  for (let n = 0; n < added / 2; n++) await send('DELETE', `/v1/types/contact/fields/added_${n}`)
  const started = performance.now()
  const found = await underLoad(send, { rows, seconds }, async () => {
    const env = { ...process.env, DATABASE_URL: databaseUrl }
    const child = spawn(process.execPath, ['src/compact.ts', 'contact'], { env, stdio: 'inherit' })
    const [code] = await once(child, 'exit')
    if (code !== 0) throw new Error('The compaction failed.')
  })
  const { rows: dropped } = await pool.query(
    `select from pg_attribute where attrelid = 'contact'::regclass and attnum > 0 and attisdropped`,
  )
  if (dropped.length) throw new Error('There are dropped columns.')
  const time = ['time', inMs(performance.now() - started - 3_000 * seconds), '']
  console.log(table(['compaction', 'found', 'wanted'], [time, ...requestsInTable(found)]))
}

/** Starts a server with records. */
async function serveRows(run: Run, name: string): Promise<Served> {
  const served = await serve(run, { name, connections: 1 })
  say(`${name}: loading ${rows} contacts, companies and deals`)
  await loadRows(served.pool, rows, 'comment')
  return served
}

/** Adds the fields and fills the first of them. */
async function widen({ server, pool }: Served): Promise<void> {
  const send = callerOf(server, key)
  say(`adding ${fields} fields`)
  for (let n = 1; n <= fields; n++) {
    const body = { code: `field_${n}`, kind: n % 3 ? 'string' : 'integer', label: `Field ${n}`, searchable: false }
    await send('POST', '/v1/types/contact/fields', body)
  }
  const { rows: columns } = await pool.query<{ name: string; kind: string }>(
    `select 'f_' || id as name, kind from user_field order by id limit ${filled}`,
  )
  const values = columns.map(
    ({ name, kind }) => `${name} = ${kind === 'string' ? `'value ' || id % 1000` : 'id % 1000'}`,
  )
  await pool.query(`update contact set ${values.join()} where id > ${2 * (rows - recordsFilled)}`)
  say('waiting for the indexes')
  while ((await states(send)).some((state) => state === 'pending' || state === 'building')) await pause(500)
  await pool.query('vacuum analyze contact')
}

async function states(send: Send): Promise<string[]> {
  const { data } = (await send('GET', '/v1/types/contact/fields')) as { data: { indexState: string }[] }
  return data.map(({ indexState }) => indexState)
}

/** Returns the median times of the same requests to both servers, which take turns. */
async function compare(plain: ServerProcess, wide: ServerProcess): Promise<string[][]> {
  const system = [
    'firstName',
    'lastName',
    'position',
    'comment',
    'source',
    'createdAt',
    'updatedAt',
    'opened',
    'version',
    'id',
  ]
  const own = [1, 2, 3, 4, 5].map((n) => `userFields.field_${n}`)
  const list = (names: readonly string[]) => `/v1/contacts?limit=50&fields=${names.join()}`
  const cases: [string, (n: number) => string, (n: number) => string, string][] = [
    ['get', get, get, '≤ 1.5'],
    ['list of 50, ten system fields', () => list(system), () => list(system), '≤ 1.2'],
    ['list of 50, five of them user fields', () => list(system), () => list([...system.slice(0, 5), ...own]), '≤ 1.2'],
    ['list of 50, all fields', () => '/v1/contacts?limit=50', () => '/v1/contacts?limit=50', ''],
  ]
  const senders = [callerOf(plain, key), callerOf(wide, key)]
  const found: string[][] = []
  for (const [name, ...rest] of cases) {
    const paths = rest.slice(0, 2) as ((n: number) => string)[]
    const spent: number[][] = [[], []]
    for (let n = -100; n < times; n++) {
      for (const [at, send] of senders.entries()) {
        const started = performance.now()
        await send('GET', paths[at]!(Math.abs(n)))
        if (n >= 0) spent[at]!.push(performance.now() - started)
      }
    }
    const [before = Number.NaN, after = Number.NaN] = spent.map((one) => spreadOf(one).median)
    found.push([name, before.toFixed(2), after.toFixed(2), (after / before).toFixed(2), rest[2]])
  }
  return found
}

function get(n: number): string {
  return `/v1/contacts/${2 * (rows - (n % recordsFilled)) - 1}`
}
