import { afterAll, beforeAll, expect, it } from '@jest/globals'
import pg from 'pg'
import { connect } from '../../src/database/connect.ts'
import { type Api, startApi } from '../api.ts'
import { type SentStatement, sentBy } from '../statements.ts'

const records = 20_000
const [busy, rare, idle] = [1, 2, 3]

let api: Api
let client: pg.Client
beforeAll(async () => {
  api = await startApi()
  // Most records have the same responsible user, the same phone and the same source.
  await api.pool.query(
    `insert into contact (id, responsible_id, created_by, created_at, updated_by, updated_at, opened, observers, last_name,
       source, participates_in_export)
     select 1000 + i, case when i <= 30 then ${rare} when i % 10 < 6 then ${busy} else 10 + i % 10 end, 1,
       timestamptz '2026-01-01' + i * interval '1 minute', 1, now(), true, '{}', 'Orlov ' || i,
       case when i % 1000 = 0 then 'WEB' else 'CALL' end, true from generate_series(1, ${records}) as i`,
  )
  await api.pool.query(
    `insert into communication (type_id, record_id, field, kind, value, normalized, sort)
     select 3, 1000 + i, 'phones', 'work', n, n, 0
     from (select i, case when i % 4 = 0 then '+74951000000' else '+7495' || 2000000 + i end as n
       from generate_series(1, ${records}) as i) as phone`,
  )
  await api.pool.query('analyze contact; analyze communication')
  client = new pg.Client(api.connection)
  await client.connect()
  await client.query('set plan_cache_mode = force_generic_plan')
})
afterAll(async () => {
  await client.end()
  await api.close()
})

/** Returns the last statement of a request, as it is sent when it has been sent before. */
async function usualStatement(path: string): Promise<SentStatement> {
  for (const _ of [1, 2]) await api.call('get', path).expect(200)
  const { statements } = await sentBy(() => api.call('get', path).expect(200))
  return statements.at(-1)!
}

/** Returns how many pages of memory the one plan for all values reads for these values. */
async function pagesRead({ text }: SentStatement, values: readonly unknown[]): Promise<number> {
  await client.query(`prepare kept as ${text}`)
  const literals = values.map((value) => client.escapeLiteral(String(value)))
  const { rows } = await client.query(
    `explain (analyze, buffers, format json) execute kept${literals.length ? `(${literals})` : ''}`,
  )
  await client.query('deallocate kept')
  const { Plan: plan } = rows[0]['QUERY PLAN'][0]
  return plan['Shared Hit Blocks'] + plan['Shared Read Blocks']
}

it('reads a page of one user by creation time as fast for a busy user as for others', async () => {
  const statement = await usualStatement('/v1/contacts?filter[responsibleId]=me&sort=-createdAt&limit=50')
  expect(statement.name).toMatch(/^page_\d+_\d+$/)
  for (const user of [busy, rare, idle]) expect(await pagesRead(statement, [user])).toBeLessThan(500)
})

it('reads a page without a filter, and the page after a position, in the order of the index', async () => {
  const path = '/v1/contacts?sort=-createdAt&limit=50'
  expect(await pagesRead(await usualStatement(path), [])).toBeLessThan(500)
  const { body } = await api.call('get', path).expect(200)
  const next = await usualStatement(`/v1/contacts?cursor=${body.page.next}&limit=50`)
  expect(next.name).toMatch(/^page_/)
  for (const at of ['2026-01-10T00:00:00Z', '2026-01-01T00:30:00Z', '2020-01-01T00:00:00Z']) {
    expect(await pagesRead(next, [at, 5000])).toBeLessThan(500)
  }
})

it('finds the records of a phone through its index, also if thousands share it', async () => {
  const statement = await usualStatement('/v1/contacts?filter[phones]=%2B74952000001&limit=50')
  expect(statement.name).toMatch(/^page_/)
  expect(await pagesRead(statement, ['+74952000001'])).toBeLessThan(100)
  // All of them are read and sorted: a few pages for each, but never the whole table for one.
  expect(await pagesRead(statement, ['+74951000000'])).toBeLessThan(records)
})

it('finds the records of a phone and a user through the phone', async () => {
  const path = '/v1/contacts?filter[responsibleId]=me&filter[phones]=%2B74952000001&limit=50'
  const statement = await usualStatement(path)
  expect(statement.name).toMatch(/^page_/)
  for (const user of [busy, rare, idle]) expect(await pagesRead(statement, [user, '+74952000001'])).toBeLessThan(100)
})

it('finds a part of a text through its index, also if most records have it', async () => {
  const statement = await usualStatement('/v1/contacts?filter[lastName][contains]=lov%2017777&limit=50')
  expect(statement.name).toMatch(/^lookup_/)
  expect(await pagesRead(statement, ['%lov 17777%'])).toBeLessThan(200)
  // The first three thousand are enough to know that there are many. The index is read once.
  expect(await pagesRead(statement, ['%orlov%'])).toBeLessThan(records)
})

it('reads a record by its id', async () => {
  const statement = await usualStatement('/v1/contacts/1500')
  expect(statement.name).toMatch(/^record_/)
  expect(await pagesRead(statement, [1500])).toBeLessThan(50)
})

it.each([
  'filter[responsibleId]=me',
  'filter[source]=WEB&sort=-createdAt',
  'filter[lastName][contains]=orl',
  'filter[responsibleId]=me&filter[source]=WEB&sort=-createdAt',
  'q=Orlov',
])('plans the page of %s each time, because its best plan depends on the values', async (query) => {
  const { statements } = await sentBy(async () => {
    for (const _ of [1, 2, 3]) await api.call('get', `/v1/contacts?${query}&limit=50`).expect(200)
  })
  expect(statements.filter(({ name }) => name?.startsWith('page_'))).toEqual([])
})

it('plans the frequent statements of reads and writes once', async () => {
  const database = { ...connect(api.connection, { poolSize: 1 }), connection: api.connection }
  const one = await startApi({ database })
  const { body } = await one.call('get', '/v1/contacts?sort=-createdAt&limit=10').expect(200)
  for (let n = 0; n < 10; n++) {
    await one.call('get', '/v1/contacts/1500').expect(200)
    await one.call('get', '/v1/contacts?filter[responsibleId]=me&sort=-createdAt&limit=50').expect(200)
    await one.call('get', `/v1/contacts?cursor=${body.page.next}&limit=10`).expect(200)
    await one.call('get', '/v1/contacts?filter[phones]=%2B74952000001').expect(200)
    await one.call('patch', '/v1/contacts/1500', { comment: `Changed ${n}` }).expect(200)
    await one.call('post', '/v1/contacts', { lastName: 'New', phones: [{ value: '+79457654321' }] }).expect(201)
  }
  const { rows } = await one.pool.query<{ name: string; generic: number }>(
    'select name, generic_plans::integer as generic from pg_prepared_statements where generic_plans + custom_plans > 6',
  )
  await one.close()
  const families = new Set(rows.map(({ name }) => name.split('_')[0]))
  expect([...families].sort()).toEqual(['identity', 'lock', 'page', 'record', 'references', 'save', 'saved', 'state'])
  expect(rows.filter(({ generic }) => !generic)).toEqual([])
})
