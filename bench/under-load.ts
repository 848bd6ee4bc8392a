import { setTimeout as pause } from 'node:timers/promises'
import type { Send } from './caller.ts'
import { type Spread, spreadOf } from './measure.ts'

/** A request of a client: when it began, and how long it took. */
interface Sent {
  at: number
  ms: number
}

const clients = 8

/** How requests of clients fared before and during some work. */
interface UnderLoad {
  before: Spread
  during: Spread
  failures: readonly string[]
}

/** Does work while clients read and write. */
export async function underLoad(
  send: Send,
  { rows, seconds }: { rows: number; seconds: number },
  work: () => Promise<void>,
): Promise<UnderLoad> {
  const sent: Sent[] = []
  const failures: string[] = []
  const state = { isOver: false }
  const all = Array.from({ length: clients }, (_, client) => loadWith(send, { client, rows, sent, failures, state }))
  await pause(3_000 * seconds)
  const begun = performance.now()
  await work()
  const ended = performance.now()
  state.isOver = true
  await Promise.all(all)
  for (const failure of failures.slice(0, 5)) console.error(failure)
  return {
    before: spreadOf(sent.filter(({ at }) => at < begun).map(({ ms }) => ms)),
    during: spreadOf(sent.filter(({ at, ms }) => at + ms > begun && at < ended).map(({ ms }) => ms)),
    failures,
  }
}

/** Returns rows of a table about the requests. */
export function requestsInTable({ before, during, failures }: UnderLoad): string[][] {
  return [
    ['failed requests', String(failures.length), '0'],
    [`other requests, median (before: ${inMs(before.median)})`, inMs(during.median), ''],
    [`other requests, worst (before: ${inMs(before.greatest)})`, inMs(during.greatest), ''],
    ['worst added latency', inMs(during.greatest - before.median), '< 500 ms'],
  ]
}

/** Writes milliseconds. */
export const inMs = (ms: number) => `${ms.toFixed(0)} ms`

interface Client {
  client: number
  rows: number
  sent: Sent[]
  failures: string[]
  state: { isOver: boolean }
}

/** Reads, lists, changes and creates contacts until it is over. */
async function loadWith(send: Send, { client, rows, sent, failures, state }: Client): Promise<void> {
  for (let n = client; !state.isOver; n += clients) {
    const id = 2 * (1 + ((n * 7919) % rows)) - 1
    const requests: (() => Promise<unknown>)[] = [
      () => send('GET', `/v1/contacts/${id}`),
      () => send('GET', '/v1/contacts?limit=50&fields=id,lastName'),
      () => send('PATCH', `/v1/contacts/${id}`, { comment: `Changed ${n}` }),
      () => send('POST', '/v1/contacts', { lastName: `Added ${n}` }),
    ]
    const started = performance.now()
    await requests[Math.floor(n / clients) % requests.length]!().catch((error: Error) => failures.push(error.message))
    sent.push({ at: started, ms: performance.now() - started })
  }
}
