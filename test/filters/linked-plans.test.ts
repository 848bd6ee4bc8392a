import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { planOf } from '../plan.ts'

const [records, companies, links] = [60, 20, 3]

// Postgres has no statistics for new tables: it expects a single row and picks its joins accordingly.
let api: Api
beforeAll(async () => {
  api = await startApi()
  const columns = 'id, responsible_id, created_by, created_at, updated_by, updated_at, opened, observers'
  const values = `1, 1, now(), 1, now(), true, '{}'`
  const each = (count: number) => `from generate_series(1, ${count}) as i`
  await api.pool.query(
    `insert into company (${columns}, title, is_my_company) select i, ${values}, 'Vector ' || i, false ${each(companies)}`,
  )
  await api.pool.query(
    `insert into contact (${columns}, last_name, participates_in_export, address_lines)
     select i, ${values}, 'Orlov', true, array['Lenina ' || i] ${each(records)}`,
  )
  await api.pool.query(
    `insert into deal (${columns}, title, pipeline_id, stage_id, stage_semantic, moved_by, moved_at, amount_is_manual, is_repeat)
     select i, ${values}, 'Deal', (select id from pipeline where type_id = 2), 'NEW', 'process', 1, now(), false, false ${each(records)}`,
  )
  await api.pool.query(
    `insert into communication (type_id, record_id, field, kind, value, normalized, sort)
     select 3, i, 'emails', 'work', i || '@vector.example', i || '@vector.example', 0 ${each(records)}`,
  )
  for (const [relation, from, to, count] of [
    ['contact-company', 3, 4, companies],
    ['client', 2, 3, records],
  ]) {
    await api.pool.query(
      `insert into link (relation, from_type, from_id, to_type, to_id)
       select '${relation}', ${from}, i, ${to}, 1 + (i * 7 + n) % ${count} ${each(records)}, generate_series(1, ${links}) as n`,
    )
  }
})
afterAll(() => api.close())

it.each<[plural: string, filter: Record<string, string>, found: number]>([
  ['deals', { 'contacts.address.lines][contains': 'a 7' }, 3],
  ['deals', { 'contacts.emails][contains': '@' }, records],
  ['deals', { 'contacts.companies][isEmpty': 'false', 'contacts.address.lines][contains': 'zz' }, 0],
  ['contacts', { 'companies.contacts][isEmpty': 'false', 'companies.address.lines][isEmpty': 'false' }, 0],
])('reads the linked records of each of the %s only once for %j', async (plural, filter, found) => {
  const conditions = new URLSearchParams(
    Object.fromEntries(Object.entries(filter).map(([name, value]) => [`filter[${name}]`, value])),
  )
  const path = `/v1/${plural}?limit=100&${conditions}`
  const { body } = await api.call('get', path).expect(200)
  expect(body.data).toHaveLength(found)
  const plan = await planOf(api, path, '"record"."version"')
  const loops = [...plan.matchAll(/loops=(\d+)/g)].map(([, count]) => Number(count))
  // A small table may be read whole once per link, but not once per record.
  expect(Math.max(...loops)).toBeLessThanOrEqual(records * links * records)
})
