import { gzipSync } from 'node:zlib'
import { callerOf, type Send } from './caller.ts'
import { readOptions } from './options.ts'
import { key, runBenchmark, say, serve } from './run.ts'
import { type Goal, goalTable, table } from './table.ts'
import { below, quantile, timed } from './times.ts'

// Reads the screens of a frontend: the board of all deals, and the card of a contact.

const { rows } = readOptions({ rows: 2000 })
const [times, warmUp] = [100, 30]
const [clients, operationsOfBatch, cardsOfColumn] = [500, 100, 20]
const stages = [
  ...['NEW', 'PREPARATION', 'PREPAYMENT_INVOICE', 'EXECUTING', 'FINAL_INVOICE'],
  ...['WON', 'LOSE', 'APOLOGY'],
] as const
const card = [
  'title',
  'amount',
  'currency',
  'company.title',
  'contacts.firstName',
  'contacts.lastName',
  'contacts.phones.value',
]

/** The board: the cards of every column, the number of deals and the sum of each. */
function boardQueries(): object {
  const columns = stages.map((stage) => {
    const filter = { field: 'stageId', value: stage }
    return [stage, { type: 'deal', search: { filter, fields: card, limit: cardsOfColumn } }]
  })
  const counts = { type: 'deal', count: { facets: [{ field: 'stageId', sum: 'amount' }] } }
  return { queries: { counts, ...Object.fromEntries(columns) } }
}

/** What the card of a contact shows besides the contact. */
function cardQueries(id: number): object {
  const filter = { field: 'contacts', value: id }
  const deals = { type: 'deal', search: { filter, fields: ['title', 'amount', 'stageId'], limit: 10, count: 'exact' } }
  const invoices = { type: 'invoice', count: { filter: { field: 'contacts', value: id } } }
  return { queries: { deals, invoices } }
}

await runBenchmark(async (run) => {
  const { server, pool } = await serve(run, { connections: 1 })
  const send = callerOf(server, key)
  say(`creating ${clients} companies, ${clients} contacts and ${rows} deals`)
  const contacts = await fill(send)
  await pool.query('vacuum analyze')
  const screens = {
    board: () => send('POST', '/v1/queries', boardQueries()),
    'contact card': async (n: number) => {
      const id = contacts[n % clients]!
      const contact = await send('GET', `/v1/contacts/${id}?expand=companies,responsible`)
      return [contact, await send('POST', '/v1/queries', cardQueries(id))]
    },
  }
  const [goals, found]: [Goal[], string[][]] = [[], []]
  for (const [name, read] of Object.entries(screens)) {
    await timed(numbers(warmUp), read)
    const spent = await timed(numbers(times), read)
    const text = JSON.stringify(await read(0))
    const [middle, most] = [quantile(spent, 0.5), quantile(spent, 0.95)]
    const sizes = [Buffer.byteLength(text), gzipSync(text).length].map((bytes) => bytes / 1024)
    found.push([name, middle.toFixed(1), most.toFixed(1), ...sizes.map((size) => size.toFixed(1))])
    if (name === 'board') goals.push(below('board: p50', middle, 60, 'ms'), below('board: gzip', sizes[1]!, 40, 'KB'))
  }
  console.log(table(['screen', 'p50 ms', 'p95 ms', 'KB', 'gzip KB'], found))
  console.log(goalTable(goals))
})

/** Creates the clients and the deals through the API. Returns the ids of the contacts. */
async function fill(send: Send): Promise<number[]> {
  const companies = await createAll(send, 'company', clients, (n) => ({ title: `Company ${n}` }))
  const contacts = await createAll(send, 'contact', clients, (n) => ({
    ...{ firstName: 'Anna', lastName: `Orlova ${n}` },
    phones: [{ value: `+7916${1_000_000 + n}` }],
  }))
  await createAll(send, 'deal', rows, (n) => ({
    ...{ title: `Deal ${n}`, amount: `${1000 + n}`, currency: 'RUB', stageId: stages[n % stages.length] },
    ...{ companyId: companies[n % clients], contacts: [{ id: contacts[n % clients] }] },
  }))
  return contacts
}

async function createAll(send: Send, type: string, count: number, dataOf: (n: number) => object): Promise<number[]> {
  const ids: number[] = []
  for (let from = 0; from < count; from += operationsOfBatch) {
    const operations = numbers(operationsOfBatch).map((n) => ({ type, op: 'create', data: dataOf(from + n) }))
    const { results } = (await send('POST', '/v1/batch', { operations })) as { results: { id: number }[] }
    ids.push(...results.map(({ id }) => id))
  }
  return ids
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n)
}
