import { waitForJob } from './jobs.ts'
import type { ServerProcess } from './processes.ts'

/** The result of a bulk action and of the reads during it. */
export interface BulkChange {
  rows: number
  perSecond: number
  reads: { perSecond: number; slowest: number }
}

/** Changes contacts with one bulk action while another client reads contacts one at a time. */
export async function changeInBulk({ url }: ServerProcess, key: string, rows: number): Promise<BulkChange> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  const filter = { field: 'id', op: 'lt', value: 2 * rows }
  const started = performance.now()
  const over = new AbortController()
  const reading = readUntil(over.signal, (n) => fetch(`${url}/v1/contacts/${1 + 2 * ((n * 7919) % rows)}`, { headers }))
  const body = JSON.stringify({ filter, set: { sourceDescription: `changed ${new Date().toISOString()}` } })
  const job = await waitForJob(await fetch(`${url}/v1/contacts/bulk`, { method: 'POST', headers, body }), url, key)
  const seconds = (performance.now() - started) / 1000
  over.abort()
  if (job.status !== 'completed' || job.result.done !== rows) throw new Error(`bulk: ${JSON.stringify(job)}`)
  const times = await reading
  return { rows, perSecond: rows / seconds, reads: { perSecond: times.length / seconds, slowest: Math.max(...times) } }
}

/** Sends requests one at a time until aborted. Returns the milliseconds of each. */
async function readUntil(over: AbortSignal, send: (n: number) => Promise<Response>): Promise<number[]> {
  const times: number[] = []
  while (!over.aborted) {
    const started = performance.now()
    const answer = await send(times.length)
    await answer.arrayBuffer()
    if (answer.status !== 200) throw new Error(`a read during the bulk change: ${answer.status}`)
    times.push(performance.now() - started)
  }
  return times
}
