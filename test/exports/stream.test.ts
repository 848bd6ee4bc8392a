import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { openLog } from '../../src/http/log.ts'
import { type Api, startApi } from '../api.ts'
import { addField } from '../model-in-motion.ts'
import { until } from '../until.ts'
import { startDownload } from './exported.ts'

let api: Api
const log: { msg: string; level: number }[] = []
beforeAll(async () => {
  api = await startApi({ log: openLog('info', { write: (line) => log.push(JSON.parse(line)) }) })
  await api.app.listen({ port: 0, host: '127.0.0.1' })
})
afterAll(() => api.close())

/** Creates contacts in SQL, with a new source each time. */
async function contacts(
  count: number,
  { source, comment = '' }: { source: string; comment?: string },
): Promise<number[]> {
  const { rows } = await api.pool.query(
    `insert into contact (responsible_id, created_by, created_at, updated_by, updated_at, opened, observers,
        first_name, contact_type, participates_in_export, source, comment)
      select $1, $1, now(), $1, now(), true, '{}', 'N' || i, 'CLIENT', true, $3, $4 from generate_series(1, $2::int) i returning id`,
    [api.userId, count, source, comment],
  )
  return rows.map(({ id }) => id)
}

/** Returns whether the database runs a query or holds a transaction for the server. */
async function isBusy(): Promise<boolean> {
  const { rows } = await api.pool.query(
    `select count(*)::int as n from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'`,
  )
  return rows[0].n > 0
}

async function rest(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of answer) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

it('returns every record once and in order while others are created', async () => {
  const ids = await contacts(5_000, { source: 'WEB' })
  const path = 'contacts/export?mode=raw&fields=id,comment&filter[source]=WEB&sort=createdAt,id'
  const answer = await startDownload(api, path)
  let text = ''
  let added = 0
  for await (const chunk of answer) {
    text += chunk
    if (added++ < 20) await contacts(10, { source: 'WEB' })
  }
  const found = text
    .trim()
    .split('\r\n')
    .slice(1)
    .map((line) => Number(line.split(',')[0]))
  expect(found.filter((id) => id <= ids.at(-1)!)).toEqual(ids)
  expect(new Set(found).size).toBe(found.length)
})

it('leaves a column empty once its field is deleted', async () => {
  const column = `f_${await addField(api, 'contact', 'passing')}`
  // The file has 24 MB, most of which is unread when the field is deleted.
  const ids = await contacts(2_000, { source: 'OTHER', comment: 'слово '.repeat(1_000) })
  await api.pool.query(`update contact set ${column} = true where source = 'OTHER'`)
  const path = 'contacts/export?mode=raw&fields=id,userFields.passing,comment&filter[source]=OTHER&sort=id'
  const answer = await startDownload(api, path)
  await until(async () => !(await isBusy()))
  await api.call('delete', '/v1/types/contact/fields/passing').expect(204)
  const [, ...lines] = (await rest(answer)).trim().split('\r\n')
  const cells = lines.map((line) => line.split(','))
  expect(cells.map(([id]) => Number(id))).toEqual(ids)
  const emptyFrom = cells.findIndex(([, value]) => value === '')
  expect(emptyFrom).toBeGreaterThan(0)
  const values = cells.map(([, value]) => value)
  expect(values).toEqual(ids.map((_, index) => (index < emptyFrom ? 'true' : '')))
})

it('holds no memory and no transaction for a client that stops reading', async () => {
  // The file has 130 MB.
  await contacts(12_000, { source: 'EMAIL', comment: 'слово '.repeat(1_000) })
  const before = process.memoryUsage().rss
  const answer = await startDownload(api, 'contacts/export?fields=comment&filter[source]=EMAIL')
  await until(async () => !(await isBusy()))
  expect(process.memoryUsage().rss - before).toBeLessThan(60_000_000)
  expect(await growthOf(answer)).toBeLessThan(20_000_000)
})

/**
 * Returns how much more memory is in use near the end of a file than near its beginning, without garbage. The pages that
 * are under way come and go, so the least of several measurements counts.
 */
async function growthOf(answer: AsyncIterable<Buffer | string>): Promise<number> {
  const near = (mark: number) => [0, 3, 6, 9].map((more) => (mark + more) * 1_000_000)
  const marks = [...near(20), ...near(120)]
  const used: number[] = []
  let length = 0
  for await (const chunk of answer) {
    length += chunk.length
    if (length > (marks[used.length] ?? Number.POSITIVE_INFINITY)) used.push(memoryInUse())
  }
  expect(length).toBeGreaterThan(130_000_000)
  expect(used).toHaveLength(marks.length)
  return Math.min(...used.slice(4)) - Math.min(...used.slice(0, 4))
}

/** Collects garbage, and returns the bytes in use. */
function memoryInUse(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

it('stops when the client disconnects', async () => {
  const answer = await startDownload(api, 'contacts/export?fields=comment&filter[source]=EMAIL')
  await once(answer, 'readable')
  answer.destroy()
  await until(() => log.some(({ msg }) => msg === 'client disconnected'))
  await until(async () => !(await isBusy()))
})

it('aborts on an error during the export, and returns a problem for an error before it', async () => {
  const answer = await startDownload(api, 'contacts/export?fields=comment&filter[source]=EMAIL')
  await until(async () => !(await isBusy()))
  await api.pool.query('alter table contact rename to elsewhere')
  await expect(rest(answer)).rejects.toMatchObject({ code: 'ECONNRESET' })
  expect(log.some(({ msg, level }) => msg.startsWith('response terminated with an error') && level >= 40)).toBe(true)
  const { headers, body } = await api.call('get', '/v1/contacts/export').expect(503)
  expect(body.code).toBe('model_changing')
  expect(headers).toHaveProperty('retry-after')
  expect(headers).not.toHaveProperty('content-disposition')
  await api.pool.query('alter table elsewhere rename to contact')
})

it('reads no record for HEAD', async () => {
  await api.pool.query('alter table deal rename to elsewhere')
  const headers = { authorization: `Bearer ${api.key}` }
  const { statusCode } = await api.app.inject({ method: 'HEAD', url: '/v1/deals/export', headers })
  expect(statusCode).toBe(200)
  await api.pool.query('alter table elsewhere rename to deal')
})

it('does not delay the shutdown of the server', async () => {
  const answer = await startDownload(api, 'contacts/export?fields=comment&filter[source]=EMAIL')
  await once(answer, 'readable')
  await api.app.close()
  await expect(rest(answer)).rejects.toMatchObject({ code: 'ECONNRESET' })
})
