import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals'
import pg from 'pg'
import { type JobApi, startJobApi } from '../jobs.ts'
import { type Workers, workersFor } from '../workers.ts'

let api: JobApi
let workers: Workers
const gates: pg.Client[] = []
beforeAll(async () => {
  api = await startJobApi()
  workers = workersFor(api)
})
afterEach(async () => {
  workers.kill()
  await Promise.all(gates.splice(0).map((gate) => gate.end()))
})
afterAll(() => api.close())

/** Holds a lock in the database until it is released. */
async function gate(statement: string, values: unknown[] = []): Promise<{ open(): Promise<void> }> {
  const client = new pg.Client(api.connection)
  await client.connect()
  gates.push(client)
  await client.query('begin')
  await client.query(statement, values)
  return { open: async () => void (await client.query('rollback')) }
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (await holds()) return
    await pause(100)
  }
  throw new Error(`In vain: ${what}`)
}

/** Waits until a worker waits for a database lock. */
const isHeld = (worker: string, statement: string) =>
  until(`${worker} at ${statement}`, async () => {
    const { rows } = await api.pool.query(
      `select from pg_stat_activity where datname = current_database() and application_name = $1
        and wait_event_type = 'Lock' and query ilike '%' || $2 || '%'`,
      [worker, statement],
    )
    return rows.length > 0
  })

const jobOf = async (id: number) => (await api.call('get', `/v1/jobs/${id}`).expect(200)).body
const isOver = (id: number) => until('the end', async () => (await jobOf(id)).status === 'completed')

/** Starts a bulk action on new contacts with this name. Returns its job and the contacts. */
async function startBulk(name: string, count: number): Promise<{ id: number; contacts: number[] }> {
  const contacts: number[] = []
  for (let made = 0; made < count; made += 1000) {
    const operations = Array.from({ length: 1000 }, () => ({ op: 'create', data: { lastName: name } }))
    const { body } = await api.call('post', '/v1/contacts/batch', { operations }).expect(200)
    contacts.push(...body.results.map(({ record }: { record: { id: number } }) => record.id))
  }
  const filter = { field: 'lastName', op: 'eq', value: name }
  const { body } = await api.call('post', '/v1/contacts/bulk', { filter, set: { position: 'done' } }).expect(202)
  return { id: body.id, contacts }
}

/** Counts contacts by how often the job changed them. `{1: contacts}` is correct. */
async function timesDone(id: number) {
  const { rows } = await api.pool.query<{ times: number; records: number }>(
    `select times, count(*)::int as records from (
      select count(*)::int as times from history where job_id = $1 group by record_id) as done group by times`,
    [id],
  )
  return Object.fromEntries(rows.map(({ times, records }) => [times, records]))
}

const holdContact = (id: number | undefined) => gate('select from contact where id = $1 for update', [id])
const entries = async (condition: string) =>
  (await api.pool.query(`select from pgboss.job where name = 'bulk' and ${condition}`)).rows.length

it('completes a job if a late worker does a part of it and then dies', async () => {
  const { id, contacts } = await startBulk('Late', 3000)
  const firstChunk = await holdContact(contacts[500])
  const first = workers.start('first')
  await isHeld('first', 'from "contact"')
  // The worker is stopped between two chunks until its queue entry is given to another worker.
  const targets = await gate('lock table local.bulk_target in access exclusive mode')
  await firstChunk.open()
  await isHeld('first', 'bulk_target')
  first.kill('SIGSTOP')
  const second = workers.start('second')
  await isHeld('second', 'bulk_target')
  expect(await entries(`state = 'active' and retry_count = 1`)).toBe(1)
  // The late worker gets to the next chunk first.
  second.kill('SIGSTOP')
  const secondChunk = await holdContact(contacts[1500])
  await targets.open()
  first.kill('SIGCONT')
  await isHeld('first', 'from "contact"')
  second.kill('SIGCONT')
  await isHeld('second', '"local"."job"')
  await secondChunk.open()
  await until('the second chunk', async () => (await jobOf(id)).progress.done >= 2000)
  first.kill('SIGKILL')
  await isOver(id)
  expect(await jobOf(id)).toMatchObject({ progress: { done: 3000 }, result: { records: 3000, done: 3000, failed: 0 } })
  expect(await timesDone(id)).toEqual({ 1: 3000 })
}, 150_000)

it.each(['running', 'queued'])(
  'continues a %s job that is missing from the queue',
  async (status) => {
    const { id, contacts } = await startBulk(`Lost ${status}`, 1000)
    if (status === 'running') {
      const chunk = await holdContact(contacts[500])
      const first = workers.start('first')
      await isHeld('first', 'from "contact"')
      first.kill('SIGKILL')
      await new Promise((resolve) => first.on('exit', resolve))
      await chunk.open()
    }
    await api.pool.query(`delete from pgboss.job where name = 'bulk'`)
    expect((await jobOf(id)).status).toBe(status)
    // Of several processes, only one takes it.
    workers.start('second')
    workers.start('third')
    await isOver(id)
    expect(await timesDone(id)).toEqual({ 1: 1000 })
    expect(await entries('true')).toBe(1)
  },
  150_000,
)
