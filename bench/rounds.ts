import type pg from 'pg'
import { loadDatabase, loadHttp, type Rate } from './load.ts'
import { type Cpu, cpuNow, type Spread, spreadOf } from './measure.ts'
import type { Operation } from './operations.ts'
import type { PreparedSequences, ServerProcess } from './processes.ts'
import type { Measurement } from './table.ts'

/** Options of the measurement of an operation. */
export interface Rounds {
  server: ServerProcess
  bare: ServerProcess
  floor: ServerProcess
  pool: pg.Pool
  sequences: PreparedSequences
  key: string
  connections: number
  rounds: number
  seconds: number
}

/** Number of single-use runs already sent directly to the database, by operation. */
const sent = new Map<string, number>()

/** Measures an operation and its references in turns, so that a slow minute of the machine affects all of them. */
export async function measure(operation: Operation, options: Rounds): Promise<Measurement> {
  const { server, bare, floor, pool, sequences, key, connections, rounds, seconds } = options
  const { name, request } = operation
  const own = sequences[name]!
  // Slow operations run a fixed number of requests: a time limit would lose the requests in progress.
  const load = { connections, seconds, amount: operation.isSlow ? Math.max(4, connections) : undefined }
  const headers = { authorization: `Bearer ${key}` }
  const target = { url: server.url, headers, request }
  const bareTarget = { url: bare.url, request: (n: number) => ({ ...request(n), path: `/${name}` }) }
  const floorTarget = operation.floor && { url: floor.url, headers, request: operation.floor.request }
  const rates = { database: [] as Rate[], bare: [] as Rate[] }
  const costs = { floor: [] as CostedRate[], kartoteka: [] as CostedRate[] }
  // Warm up connections, caches and the compiler.
  if (floorTarget) await loadHttp(floorTarget, `${name} floor`, { connections, seconds: 0.3 })
  await loadHttp(target, name, { connections, seconds: 0.3 })
  for (let round = 0; round < rounds; round++) {
    const first = own.isNewEachTime ? (sent.get(name) ?? 0) : null
    const straight = await loadDatabase(pool, own, { ...load, first })
    sent.set(name, (sent.get(name) ?? 0) + straight.count)
    rates.database.push(straight)
    rates.bare.push(await loadHttp(bareTarget, `${name} bare`, load))
    if (floorTarget) {
      costs.floor.push(await withCpu(floor.pid, () => loadHttp(floorTarget, `${name} floor`, load)))
    }
    costs.kartoteka.push(await withCpu(server.pid, () => loadHttp(target, name, load)))
  }
  return {
    ...{ operation: name, connections },
    database: spread(rates.database),
    bare: spread(rates.bare),
    ...(floorTarget && { floor: { ...spread(costs.floor), cpu: meanCpu(costs.floor) } }),
    kartoteka: { ...spread(costs.kartoteka), cpu: meanCpu(costs.kartoteka) },
    p50: spreadOf(costs.kartoteka.map(({ p50 }) => p50)).median,
  }
}

/** A rate with the CPU time of a request, in milliseconds. */
interface CostedRate extends Rate {
  cpu: Cpu
}

async function withCpu(pid: number, send: () => Promise<Rate>): Promise<CostedRate> {
  const before = cpuNow(pid)
  const rate = await send()
  const after = cpuNow(pid)
  const perRequest = (part: keyof Cpu) => ((after[part] - before[part]) * 1000) / rate.count
  return { ...rate, cpu: { server: perRequest('server'), postgres: perRequest('postgres') } }
}

function meanCpu(rates: readonly CostedRate[]): Cpu {
  const mean = (part: keyof Cpu) => rates.reduce((sum, { cpu }) => sum + cpu[part], 0) / rates.length
  return { server: mean('server'), postgres: mean('postgres') }
}

function spread(rates: readonly Rate[]): Spread {
  return spreadOf(rates.map(({ perSecond }) => perSecond))
}
