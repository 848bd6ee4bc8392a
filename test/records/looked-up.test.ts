import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { planOf } from '../plan.ts'
import { asCaller, limitsOf } from '../seed.ts'

// More hits than are sorted at once, all older than the records that are scanned first.
const [old, fresh, companies] = [10_500, 31_000, 3000]

let api: Api
let limited: Api
beforeAll(async () => {
  api = await startApi({ limitsOf })
  limited = await asCaller(api, 'Limited')
  const common = '1, now(), 1, now(), true'
  await api.pool.query(
    `insert into company (responsible_id, created_by, created_at, updated_by, updated_at, opened, observers, title, is_my_company)
     select case when i % 600 = 0 then ${limited.userId} else 1 end, ${common}, '{}', case when i % 300 = 0 then 'Гнездо ' else 'Vector ' end || i, false from generate_series(1, ${companies}) as i`,
  )
  await api.pool.query(
    `insert into deal (responsible_id, created_by, created_at, updated_by, updated_at, opened, observers, title, pipeline_id, stage_id,
       stage_semantic, moved_by, moved_at, amount_is_manual, is_repeat, probability, company_id, source_description)
     select case when i % 7 = 0 then ${limited.userId} else 1 end, 1, now() - (i * 7919 % 1000) * interval '1 hour', 1, now(), true, '{}',
       case when i <= ${old} then 'Старая' else 'Сделка' end || case when i % 1000 = 7 then ' журавль ' else ' ' end || i % 100,
       (select id from pipeline where type_id = 2), 'NEW', 'process', 1, now(), false, false,
       case when i % 3 > 0 then i % 50 end, (select min(id) from company) + 2 * (i * 31 % ${companies}), 'd' || i
     from generate_series(1, ${old + fresh}) as i`,
  )
  await api.pool.query(
    `insert into link (relation, from_type, from_id, to_type, to_id) select 'client', 2, id, 3, 1 + id / 4000 % 2 from deal where id % 4000 = 1`,
  )
  await api.pool.query(
    `insert into contact (id, responsible_id, created_by, created_at, updated_by, updated_at, opened, observers, participates_in_export, last_name)
     values (1, 1, ${common}, '{}', true, 'Дроздова'), (2, ${limited.userId}, ${common}, '{}', true, 'Дроздова')`,
  )
  await api.pool.query(
    `insert into communication (type_id, record_id, field, kind, value, normalized, sort) 
     select 3, id, 'emails', 'work', 'd@nest.example', 'd@nest.example', 0 from contact`,
  )
  await api.pool.query('vacuum analyze deal, company, link, contact, communication')
}, 120_000)
afterAll(() => api.close())

const is = (field: string, op: string, value: unknown) => ({ field, op, value })
const crane = is('title', 'contains', 'ЖУРАВЛЬ')
const nest = is('company.title', 'startsWith', 'гнездо')
const thrush = is('contacts.lastName', 'contains', 'дрозд')
const nothing = is('title', 'contains', 'nothing at all')

const isCrane = `title like '%журавль%'`
// Linked records are limited to those that the caller may read.
const isOfNest = (own: string) => `company_id in (select id from company where title like 'Гнездо%'${own})`
const isOfThrush = (own: string) =>
  `id in (select from_id from link join contact on contact.id = to_id where to_type = 3${own})`

/** The filter, and its SQL, where linked records have to match an additional condition. */
const conditions: [name: string, filter: object, sql: (own: string) => string][] = [
  ['a part of a text', crane, () => isCrane],
  ['the beginning of a text', is('title', 'startsWith', 'старая жур'), () => `title like 'Старая журавль%'`],
  ['a part that nothing has', nothing, () => 'false'],
  ['a text of a linked record', nest, isOfNest],
  ['an address of one of several linked records', is('contacts.emails', 'contains', '@nest'), isOfThrush],
  [
    'several texts in or',
    { or: [crane, nothing, is('title', 'contains', 'ая 77')] },
    () => `(${isCrane} or title like '%ая 77%')`,
  ],
  [
    'links and texts in or',
    { or: [crane, nest, thrush, nothing] },
    (own) => `(${isCrane} or ${isOfNest(own)} or ${isOfThrush(own)})`,
  ],
  [
    'groups in or',
    { or: [{ and: [crane, is('probability', 'gt', 10)] }, { and: [nest, thrush] }, { not: { not: thrush } }] },
    (own) => `((${isCrane} and probability > 10) or ${isOfThrush(own)})`,
  ],
  [
    'conditions besides, and one that must not hold',
    { and: [{ or: [crane, nest] }, is('probability', 'isEmpty', false), { not: is('title', 'contains', 'старая') }] },
    (own) => `(${isCrane} or ${isOfNest(own)}) and probability is not null and title not like 'Старая%'`,
  ],
]
const orders: [sort: string, sql: string][] = [
  ['-id', 'id desc'],
  ['probability', 'probability nulls last, id'],
  ['-probability,title', 'probability desc nulls last, title collate "und-x-icu", id'],
  ['createdAt,-id', 'created_at, id desc'],
]

async function ids(where: string, order: string): Promise<number[]> {
  const { rows } = await api.pool.query(`select id from deal where ${where} order by ${order}`)
  return rows.map(({ id }) => id)
}

type Page = { data: { id: number }[]; page: { next: string | null; prev: string | null } }
async function page(caller: Api, asked: object): Promise<Page> {
  return (await caller.call('post', '/v1/deals/search', { fields: ['id'], ...asked }).expect(200)).body
}

/** Returns all ids of a list, page by page, forwards and backwards. */
async function walked(caller: Api, filter: object, sort: string): Promise<[number[], number[]]> {
  const [there, back]: [number[], number[]] = [[], []]
  let last = await page(caller, { filter, sort, limit: 17 })
  for (;;) {
    there.push(...last.data.map(({ id }) => id))
    if (!last.page.next) break
    last = await page(caller, { cursor: last.page.next, limit: 17 })
  }
  for (;;) {
    back.unshift(...last.data.map(({ id }) => id))
    if (!last.page.prev) return [there, back]
    last = await page(caller, { cursor: last.page.prev, limit: 17 })
  }
}

describe.each(conditions)('%s', (_, filter, where) => {
  it.each(orders)('returns each record once in the order %s, forwards and backwards', async (sort, order) => {
    const expected = await ids(where(''), order)
    expect(await walked(api, filter, sort)).toEqual([expected, expected])
  })

  it('returns and counts only records that the caller may read', async () => {
    const own = ` and responsible_id = ${limited.userId}`
    const expected = await ids(`${where(own)}${own}`, 'id')
    expect((await walked(limited, filter, 'id'))[0]).toEqual(expected)
    const { body } = await limited.call('post', '/v1/deals/search', { filter, limit: 1, count: 'exact' }).expect(200)
    expect(body).toMatchObject({ total: expected.length, totalKind: 'exact' })
  })
})

it('finds very many old records among new ones that do not match', async () => {
  for (const [sort, order] of orders) {
    const expected = await ids(`title like 'Старая%'`, order)
    const first = await page(api, { filter: is('title', 'contains', 'стар'), sort, limit: 100 })
    expect(first.data.map(({ id }) => id)).toEqual(expected.slice(0, 100))
    const second = await page(api, { cursor: first.page.next, limit: 100 })
    expect(second.data.map(({ id }) => id)).toEqual(expected.slice(100, 200))
    const again = await page(api, { cursor: second.page.prev, limit: 100 })
    expect(again.data).toEqual(first.data)
  }
})

it('scans a hundred records and then uses the indexes if nothing matches', async () => {
  const path = (filter: object) => `/v1/deals?${new URLSearchParams(Object.entries(filter))}`
  for (const filter of [
    { 'filter[title][contains]': 'nothing at all' },
    { 'filter[company.title][contains]': 'nothing at all' },
  ]) {
    const plan = await planOf(api, path(filter), 'looked as materialized')
    expect(plan).toMatch(/Bitmap Index Scan on (deal|company)_title_parts/)
    expect(plan).not.toMatch(/Seq Scan on (deal|company)/)
    const look = await planOf(api, path(filter), 'as matches')
    expect(look).toMatch(/Rows Removed by Filter: 100\n/)
    expect(look).not.toMatch(/Rows Removed by Filter: \d{4}/)
  }
})

it('does not use the indexes if the first records of the list match', async () => {
  const plan = await planOf(api, `/v1/deals?filter[title][contains]=${encodeURIComponent('делка')}`, 'from "deal"')
  expect(plan).toContain('Index Scan Backward using deal_live on deal')
  expect(plan).not.toContain('deal_title_parts')
})

afterAll(() => {
  jest.restoreAllMocks()
})
