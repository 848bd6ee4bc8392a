import type pg from 'pg'
import type { App } from '../src/http/foundation.ts'
import { captureStatements, type Sequences, type Statement, withFreshIds } from './capture.ts'
import type { BenchRequest, Operation } from './operations.ts'
import type { PreparedSequences } from './processes.ts'

/** What captures the statements of Kartoteka. */
interface Capture {
  app: App
  pool: pg.Pool
  key: string
}

/** Returns the statements of all operations. There are enough runs for a benchmark of these rounds. */
export async function prepareSequences(
  operations: readonly Operation[],
  capture: Capture,
  { seconds, rounds }: { seconds: number; rounds: number },
): Promise<PreparedSequences> {
  const sequences: PreparedSequences = {}
  // Writes come first: reads are captured with the records that they meet when they are measured.
  const writesFirst = operations.toSorted((a, b) => Number(b.isWrite ?? false) - Number(a.isWrite ?? false))
  for (const operation of writesFirst) {
    const times = operation.name === 'create' ? Math.ceil(8000 * seconds * rounds * 2) : 240
    sequences[operation.name] = {
      ...(await sequencesOf(operation, capture, times)),
      isNewEachTime: operation.isNewEachTime ?? false,
    }
  }
  return sequences
}

/** Splits runs that can be sent only once: this process sends one half directly, the bare route the other. */
export function otherHalf(sequences: PreparedSequences): PreparedSequences {
  const halves = Object.entries(sequences).map(([name, one]) => {
    const half = Math.floor(one.runs.length / 2)
    return [name, one.isNewEachTime ? { ...one, runs: one.runs.splice(half) } : one]
  })
  return Object.fromEntries(halves)
}

/** Returns the statements of an operation, ready to be sent again: `times` runs with fresh ids if it creates ids. */
async function sequencesOf(operation: Operation, { app, pool, key }: Capture, times: number): Promise<Sequences> {
  const requests = Array.from({ length: operation.variety }, (_, n) => operation.request(n))
  const all: Statement[][] = []
  // The first request loads the catalogue; it must not be captured.
  await sendRequest(app, { method: 'GET', path: '/v1/contacts?limit=1' }, key)
  // Frequent statements get their names when they are sent again.
  for (const more of [0, 1]) await sendRequest(app, operation.request(operation.variety + more), key)
  for (const request of requests)
    all.push((await captureStatements(() => sendRequest(app, request, key))).filter(isUsual))
  const first = all[0]!
  const shapes = first.map(({ values: _, rows: __, ...shape }) => shape)
  const differing = all.find(
    (one) => one.length !== shapes.length || one.some(({ text }, at) => text !== shapes[at]!.text),
  )
  if (differing) throw new Error(`${operation.name} does not always send the same statements`)
  if (!operation.isNewEachTime) return { shapes, runs: all.map((one) => one.map(({ values }) => values)) }
  const ids = await freshIds(pool, first, times)
  return { shapes, runs: ids.map((fresh) => withFreshIds(first, fresh)) }
}

/** Excludes the update of the last use of a key, which happens once a minute. */
function isUsual({ text }: Statement): boolean {
  return !text.startsWith('update "api_key"')
}

async function sendRequest(app: App, { method, path, body }: BenchRequest, key: string): Promise<void> {
  const headers = { authorization: `Bearer ${key}`, ...(body && { 'content-type': 'application/json' }) }
  const answer = await app.inject({ method, url: path, headers, ...(body && { body }) })
  if (answer.statusCode >= 300) throw new Error(`${method} ${path}: ${answer.statusCode} ${answer.body.slice(0, 500)}`)
}

/** Returns a map from captured ids to fresh ids of the same sequences, for each run. */
async function freshIds(
  pool: pg.Pool,
  statements: readonly Statement[],
  times: number,
): Promise<Map<number, number>[]> {
  const given = statements.flatMap(({ rows }) => rows.filter((row) => 'ids' in row || 'items' in row))
  const maps = Array.from({ length: times }, () => new Map<number, number>())
  for (const [table, name] of [
    ['contact', 'ids'],
    ['communication', 'items'],
  ] as const) {
    const old = given.flatMap((row) => (Array.isArray(row[name]) ? (row[name] as number[]) : []))
    const { rows } = await pool.query<{ ids: number[] }>(
      `select array(select nextval(pg_get_serial_sequence($1, 'id')) from generate_series(1, $2)) as ids`,
      [table, old.length * times],
    )
    for (const [time, map] of maps.entries()) {
      for (const [index, id] of old.entries()) map.set(id, Number(rows[0]!.ids[time * old.length + index]))
    }
  }
  return maps
}
