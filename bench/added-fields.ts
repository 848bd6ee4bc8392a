import { setTimeout as pause } from 'node:timers/promises'
import type { Send } from './caller.ts'
import { spreadOf } from './measure.ts'

/** A request of a client: when it began, and how long it took. */
interface Sent {
  at: number
  ms: number
}

const clients = 8
const added = 10

/** Adds fields one after the other while clients read and write. Returns rows of a table. */
export async function addFieldsUnderLoad(send: Send, rows: number, seconds: number): Promise<string[][]> {
  const sent: Sent[] = []
  const failures: string[] = []
  const state = { isOver: false }
  const work = Array.from({ length: clients }, (_, client) => loadWith(send, { client, rows, sent, failures, state }))
  await pause(3_000 * seconds)
  const begun = performance.now()
  const times: number[] = []
  for (let n = 0; n < added; n++) {
    const body = { code: `added_${n}`, kind: n % 2 ? 'string' : 'integer', label: `Added ${n}` }
    const started = performance.now()
    await send('POST', '/v1/types/contact/fields', body).catch((error: Error) => failures.push(error.message))
    times.push(performance.now() - started)
    // Between two fields, a job builds the indexes of the first.
    await pause(1000 * seconds)
  }
  const ended = performance.now()
  state.isOver = true
  await Promise.all(work)
  const before = spreadOf(sent.filter(({ at }) => at < begun).map(({ ms }) => ms))
  const during = spreadOf(sent.filter(({ at, ms }) => at + ms > begun && at < ended).map(({ ms }) => ms))
  for (const failure of failures.slice(0, 5)) console.error(failure)
  const text = (ms: number) => `${ms.toFixed(0)} ms`
  return [
    ['time, median', text(spreadOf(times).median), ''],
    ['time, worst', text(Math.max(...times)), '< 1000 ms'],
    ['failed requests', String(failures.length), '0'],
    [`other requests, median (before: ${text(before.median)})`, text(during.median), ''],
    [`other requests, worst (before: ${text(before.greatest)})`, text(during.greatest), ''],
    ['worst added latency', text(during.greatest - before.median), '< 500 ms'],
  ]
}

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
