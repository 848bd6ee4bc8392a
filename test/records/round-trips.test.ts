import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { inTransaction } from '../../src/database/transaction.ts'
import { CatalogueCache } from '../../src/entities/catalogue.ts'
import { systemTypes } from '../../src/entities/types.ts'
import { identify } from '../../src/people/caller.ts'
import { changeRecords } from '../../src/records/write/change.ts'
import { createRecords } from '../../src/records/write/create.ts'
import { AccessMaker } from '../../src/rights/access.ts'
import { type Api, startApi } from '../api.ts'
import { sentBy } from '../statements.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
  // The first request of a minute records the use of the key, and the very first one reads the catalogue.
  await api.call('get', '/v1/contacts').expect(200)
})
afterAll(() => api.close())

/** Returns how many database round trips the work needs. */
const roundTrips = async (work: () => PromiseLike<unknown>) => (await sentBy(work)).roundTrips

const phones = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => ({ value: `+7 495 100-${String(1000 + from + index)}` }))

it('reads a record or a page in one round trip, together with its caller', async () => {
  const { body } = await api.call('post', '/v1/contacts', { lastName: 'Read', phones: phones(3) }).expect(201)
  expect(await roundTrips(() => api.call('get', `/v1/contacts/${body.id}`).expect(200))).toBe(1)
  const list = '/v1/contacts?filter[phones][isEmpty]=false&sort=lastName&limit=100'
  expect(await roundTrips(() => api.call('get', list).expect(200))).toBe(1)
})

it('needs one more round trip per type of expanded links', async () => {
  const { body: company } = await api.call('post', '/v1/companies', { title: 'Far' }).expect(201)
  const ids: number[] = []
  for (let index = 0; index < 5; index++) {
    const { body } = await api.call('post', '/v1/contacts', { lastName: 'Far', companies: [{ id: company.id }] })
    const deal = { title: 'Far', companyId: company.id, contacts: [{ id: body.id }] }
    ids.push((await api.call('post', '/v1/deals', deal).expect(201)).body.id)
  }
  // A condition on linked records takes one more, which estimates how many records match.
  const list = '/v1/deals?filter[company.title]=Far&filter[contacts.lastName]=Far&expand='
  expect(await roundTrips(() => api.call('get', `${list}company`).expect(200))).toBe(3)
  expect(await roundTrips(() => api.call('get', `${list}company,contacts,responsible,createdBy`).expect(200))).toBe(5)
  // The next page is empty.
  expect(await roundTrips(() => api.call('get', `${list}quote`).expect(200))).toBe(2)
  expect(await roundTrips(() => api.call('get', `/v1/deals/${ids[0]}?expand=company,contacts`).expect(200))).toBe(3)
})

it('creates and changes in at most three round trips, whatever the record contains', async () => {
  const companies: { id: number }[] = []
  for (let index = 0; index < 20; index++) {
    const { body } = await api.call('post', '/v1/companies', { title: `Company ${index}` }).expect(201)
    companies.push({ id: body.id })
  }
  const { rows: files } = await api.pool.query<{ id: number }>(
    `insert into file (name, size, sha256, location, purpose, created_by)
    select 'a.txt', 1, '', '', 'upload', $1 from generate_series(1, 2) returning id::int`,
    [api.userId],
  )
  const bare = await roundTrips(() => api.call('post', '/v1/contacts', { lastName: 'Bare' }).expect(201))
  let id = 0
  const rich = await roundTrips(async () => {
    const body = {
      lastName: 'Rich',
      phones: phones(50),
      companies,
      externalIds: [{ source: 'erp', key: '1' }],
      photo: files[0],
    }
    id = (await api.call('post', '/v1/contacts', body).expect(201)).body.id
  })
  const edit = {
    phones: phones(50, 50),
    companies: companies.slice(5),
    emails: [{ value: 'a@b.example' }],
    photo: files[1],
  }
  const changed = await roundTrips(() => api.call('patch', `/v1/contacts/${id}`, edit).expect(200))
  expect({ bare, rich, changed }).toEqual({ bare: 2, rich: 2, changed: 3 })
  // The number is assigned and looked up once everything else is valid.
  const invoice = { companyId: companies[0]!.id, contacts: [{ id }], externalIds: [{ source: 'erp', key: '1' }] }
  expect(await roundTrips(() => api.call('post', '/v1/invoices', invoice).expect(201))).toBe(3)
})

it('needs no more round trips for a list of a thousand', async () => {
  const access = await new AccessMaker(api.db, new CatalogueCache(api.db, systemTypes)).make(
    await identify(api.db, `Bearer ${api.key}`),
    'en',
  )
  const writing = { grant: access.grant('contact'), context: access.context(), via: 'api' as const }
  const inputs = Array.from({ length: 1000 }, (_, index) => ({ lastName: `Many ${index}`, phones: phones(2, index) }))
  let ids: number[] = []
  const created = await roundTrips(async () => {
    const outcomes = await inTransaction(api.db, (trx) => createRecords(trx, writing, inputs))
    ids = outcomes.flatMap((outcome) => ('id' in outcome ? [outcome.id] : []))
  })
  expect(ids).toHaveLength(1000)
  const items = ids.map((id, index) => ({ id, input: { firstName: `First ${index}`, phones: phones(1, index) } }))
  const changed = await roundTrips(() => inTransaction(api.db, (trx) => changeRecords(trx, writing, items)))
  // Without the round trip for authentication.
  expect({ created, changed }).toEqual({ created: 3, changed: 3 })
})
