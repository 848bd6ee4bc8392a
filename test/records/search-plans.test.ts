import { afterAll, afterEach, beforeAll, expect, it, jest } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { planOf } from '../plan.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
  await api.pool.query(
    `insert into contact (responsible_id, created_by, created_at, updated_by, updated_at, opened, observers, participates_in_export, first_name, last_name)
     select 1, 1, now(), 1, now(), true, '{}', true, 'Иван', md5(i::text) from generate_series(1, 30000) as i`,
  )
  await api.pool.query(
    `insert into communication (type_id, record_id, field, kind, value, normalized, sort)
     select 3, id, 'phones', 'work', '', '+7' || (4950000000 + id * 7919 % 10000000), 0 from contact`,
  )
  await api.pool.query('vacuum analyze contact, communication')
}, 60_000)
afterAll(() => api.close())
afterEach(() => {
  jest.restoreAllMocks()
})

/** Returns the query plan of the statement that finds records by words, or of another statement. */
const planOfSearch = (q: string, part = 'recent as materialized') =>
  planOf(api, `/v1/contacts?q=${encodeURIComponent(q)}`, part)

const lastName = async () =>
  (await api.pool.query('select last_name as name from contact where id = 20001')).rows[0].name

it('searches a word in the index of each field and scans no table', async () => {
  const plan = await planOfSearch((await lastName()).slice(5, 20))
  for (const name of ['first_name', 'middle_name', 'last_name']) expect(plan).toContain(`contact_${name}_search`)
  expect(plan).not.toMatch(/Seq Scan on (contact|communication)/)
})

it('searches a phone in the index of phones', async () => {
  const { rows } = await api.pool.query('select normalized as phone from communication where record_id = 20001')
  const plan = await planOfSearch(rows[0].phone.slice(-7))
  expect(plan).toContain('communication_phones_parts')
  expect(plan).not.toMatch(/Seq Scan on (contact|communication)/)
})

it('queries neither an index nor a table for words that match everything', async () => {
  const plan = await planOfSearch('Иван')
  expect(plan).toMatch(/CTE looked\n(?:[^\n]*\n)*? *-> {2}[^\n]* on contact record_\d+ [^\n]*\(never executed\)/)
})

it('reads up to the last hit that a page needs, without sorting', async () => {
  const plan = await planOfSearch('Иван', 'worst between')
  expect(plan).toMatch(/Index Scan[^\n]* on contact [^\n]*actual rows=61\.00/)
  expect(plan).not.toContain('Sort')
})
