import type pg from 'pg'
import { loadDatabase, loadHttp, type Rate } from './load.ts'
import { cpuNow, spreadOf } from './measure.ts'
import type { Operation } from './operations.ts'
import type { PreparedSequences, ServerProcess } from './processes.ts'
import type { Measurement } from './table.ts'

/** Options of the measurement of an operation. */
export interface Rounds {
  server: ServerProcess
  bare: ServerProcess
  pool: pg.Pool
  sequences: PreparedSequences
  key: string
  connections: number
  rounds: number
  seconds: number
}

/** Number of single-use runs already sent directly to the database, by operation. */
const sent = new Map<string, number>()

/** Measures an operation and its baselines in turns, so that a slow minute of the machine affects all of them. */
export async function measure(operation: Operation, options: Rounds): Promise<Measurement> {
  const { server, bare, pool, sequences, key, connections, rounds, seconds } = options
  const { name } = operation
  const floor = sequences[name]!
  // Slow operations run a fixed number of requests: a time limit would lose the requests in progress.
  const load = { connections, seconds, amount: operation.isSlow ? Math.max(4, connections) : undefined }
  const bareTarget = (path: string) => ({
    url: bare.url,
    request: (n: number) => ({ ...operation.request(n), path }),
  })
  const target = { url: server.url, headers: { authorization: `Bearer ${key}` }, request: operation.request }
  const rates = { database: [] as Rate[], bare: [] as Rate[], kartoteka: [] as Rate[], rowOnly: [] as Rate[] }
  const cpu = { server: 0, postgres: 0 }
  // Warm up connections, caches and the compiler.
  await loadHttp(target, name, { connections, seconds: 0.3 })
  for (let round = 0; round < rounds; round++) {
    const first = floor.isNewEachTime ? (sent.get(name) ?? 0) : null
    const straight = await loadDatabase(pool, floor, { ...load, first })
    sent.set(name, (sent.get(name) ?? 0) + straight.count)
    rates.database.push(straight)
    rates.bare.push(await loadHttp(bareTarget(`/${name}`), `${name} bare`, load))
    const before = cpuNow(server.pid)
    const rate = await loadHttp(target, name, load)
    const after = cpuNow(server.pid)
    rates.kartoteka.push(rate)
    cpu.server += ((after.server - before.server) * 1000) / rate.count / rounds
    cpu.postgres += ((after.postgres - before.postgres) * 1000) / rate.count / rounds
    if (operation.rowOnly) rates.rowOnly.push(await loadHttp(bareTarget(`/${name}-row`), `${name} row`, load))
  }
  const spread = (all: readonly Rate[]) => spreadOf(all.map(({ perSecond }) => perSecond))
  return {
    ...{ operation: name, connections, cpu },
    database: spread(rates.database),
    bare: spread(rates.bare),
    kartoteka: spread(rates.kartoteka),
    p50: spreadOf(rates.kartoteka.map(({ p50 }) => p50)).median,
    ...(rates.rowOnly.length && { rowOnly: spread(rates.rowOnly) }),
  }
}
