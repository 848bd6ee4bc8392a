import autocannon from 'autocannon'
import type pg from 'pg'
import type { Sequences } from './capture.ts'
import { spreadOf } from './measure.ts'
import type { BenchRequest } from './operations.ts'
import { replay } from './replay.ts'

/** Requests per second, their number, and their median time in milliseconds. */
export interface Rate {
  perSecond: number
  count: number
  p50: number
}

/** The target of requests. */
export interface Target {
  url: string
  headers?: Record<string, string>
  request(n: number): BenchRequest
}

const counters = new Map<string, number>()

/** The amount of load: a time in seconds, or a number of requests. */
export interface Load {
  connections: number
  seconds: number
  amount?: number | undefined
}

/** Sends requests. All connections take them from one sequence per name. */
export async function loadHttp(target: Target, name: string, { connections, seconds, amount }: Load): Promise<Rate> {
  const next = () => {
    const n = counters.get(name) ?? 0
    counters.set(name, n + 1)
    return target.request(n)
  }
  const setupRequest = (request: autocannon.Request) => {
    const { method, path, body } = next()
    const headers = { ...target.headers, ...(body !== undefined && { 'content-type': 'application/json' }) }
    return { ...request, method, path, headers, ...(body !== undefined && { body }) }
  }
  const result = await autocannon({
    url: target.url,
    connections,
    ...(amount ? { amount } : { duration: seconds }),
    timeout: 60,
    requests: [{ setupRequest }],
  })
  const failed = result.non2xx + result.errors + result.timeouts
  if (failed)
    throw new Error(
      `${name}: ${failed} of ${result.requests.total} requests failed: ${JSON.stringify(result.statusCodeStats)}`,
    )
  const { total } = result.requests
  return { perSecond: total / result.duration, count: total, p50: result.latency.p50 }
}

/** Sends sequences of statements directly to the database. Sequences that can be sent only once start at `first`. */
export async function loadDatabase(
  pool: pg.Pool,
  sequences: Sequences,
  { connections, seconds, amount, first }: Load & { first: number | null },
): Promise<Rate> {
  let count = 0
  const times: number[] = []
  const started = performance.now()
  const until = started + seconds * 1000
  const client = async () => {
    while (amount ? count < amount : performance.now() < until) {
      const n = count++
      const sent = performance.now()
      await replay(pool, sequences, first === null ? n % sequences.runs.length : first + n)
      times.push(performance.now() - sent)
    }
  }
  await Promise.all(Array.from({ length: connections }, client))
  return { perSecond: (count / (performance.now() - started)) * 1000, count, p50: spreadOf(times).median }
}
