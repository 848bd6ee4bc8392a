import fc from 'fast-check'
import { type Api, aUser } from '../api.ts'
import { userKinds } from './fields.ts'
import { channels, codes, pools } from './values.ts'

type Row = Record<string, unknown>

/** The records under test by id, as the API returns them. */
export interface Records {
  contacts: ReadonlyMap<number, Row>
  companies: ReadonlyMap<number, Row>
  deals: ReadonlyMap<number, Row>
  users: ReadonlyMap<number, Row>
  /** Ids of linked companies and contacts that are deleted. */
  gone: readonly number[]
  pipelines: readonly number[]
  me: number
}

type Pool = keyof typeof pools
const one = (comparison: Pool) => fc.constantFrom(...pools[comparison].values)
const several = (comparison: Pool, most = 3) => fc.uniqueArray(one(comparison), { minLength: 1, maxLength: most })
const sparse = <T extends Record<string, fc.Arbitrary<unknown>>>(model: T) => fc.record(model, { requiredKeys: [] })
const nested = Object.fromEntries(
  Object.entries(channels).map(([name, { values }]) => [
    name,
    fc.uniqueArray(fc.constantFrom(...values), { maxLength: 2 }).map((list) => list.map((value) => ({ value }))),
  ]),
)
const address = sparse({ city: one('text'), lines: several('text') })

/** Bodies of records. Omitted fields are empty or have their default. */
function common(users: readonly number[]) {
  return {
    comment: one('text'),
    opened: one('flag'),
    source: fc.option(fc.constantFrom(...codes.source)),
    utm: sparse({ campaign: one('text') }),
    responsibleId: fc.constantFrom(...users),
    observers: fc.uniqueArray(fc.constantFrom(...users), { maxLength: 2 }),
  }
}

const contactBody = (users: readonly number[], companies: readonly number[]) =>
  sparse({
    ...common(users),
    ...nested,
    address,
    lastName: one('text'),
    birthDate: one('day'),
    companies: someOf(companies, 2),
    externalIds: several('text').map((keys) => keys.map((key) => ({ key: String(key) }))),
    userFields: sparse({
      ...Object.fromEntries(userKinds.map(([kind, comparison]) => [`one_${kind}`, one(comparison)])),
      ...Object.fromEntries(
        userKinds.flatMap(([kind, comparison, many]) => (many ? [[`many_${kind}`, several(comparison)]] : [])),
      ),
      one_enumeration: fc.constantFrom(...codes.options),
      many_enumeration: fc.uniqueArray(fc.constantFrom(...codes.options), { maxLength: 2 }),
      price: fc.record({ amount: one('decimal'), currency: fc.constantFrom(...codes.currency) }),
    }),
  })

const companyBody = (users: readonly number[]) =>
  sparse({
    ...common(users),
    ...nested,
    address,
    title: one('text'),
    industry: fc.option(fc.constantFrom(...codes.industry)),
    annualRevenue: one('decimal'),
  })

const dealBody = (users: readonly number[], companies: readonly number[], contacts: readonly number[]) =>
  sparse({
    ...common(users),
    title: one('text'),
    amount: fc.option(one('decimal')),
    probability: fc.constantFrom(0, 1, 7),
    beginDate: fc.option(one('day')),
    amountIsManual: one('flag'),
    currency: fc.option(fc.constantFrom(...codes.currency)),
    stageId: fc.constantFrom(...codes.stageId),
    companyId: fc.option(fc.constantFrom(...companies)),
    contacts: someOf(contacts, 3),
  })

function someOf(ids: readonly number[], most: number) {
  return fc.uniqueArray(fc.constantFrom(...ids), { maxLength: most }).map((list) => list.map((id) => ({ id })))
}

/** Creates records of every sort, deletes some of them, and reads the rest. */
export async function makeRecords(api: Api): Promise<Records> {
  const [anna, oleg] = [await aUser(api.db, { lastName: 'Ёлка' }), await aUser(api.db, { lastName: 'иванов' })]
  await api.pool.query(`update "user" set active = false where id = $1`, [oleg.userId])
  await api.pool.query(`insert into department (id, name) values (7, '{}')`)
  await api.pool.query(`insert into user_department (user_id, department_id) values ($1, 1), ($1, 7)`, [oleg.userId])
  const people = [api.userId, anna.userId, oleg.userId]
  await makeFields(api)
  const companies = await create(api, 'companies', fc.sample(companyBody(people), { seed: 5, numRuns: 25 }).map(titled))
  const contactBodies = fc.sample(contactBody(people, companies), { seed: 6, numRuns: 90 })
  const contacts = await create(api, 'contacts', contactBodies.map(keyed))
  await create(api, 'deals', fc.sample(dealBody(people, companies, contacts), { seed: 7, numRuns: 90 }))
  for (const table of ['company', 'contact', 'deal']) {
    await api.pool.query(`update ${table} set created_at = ($1::timestamptz[])[1 + id % $2]`, [
      pools.instant.values,
      pools.instant.values.length,
    ])
  }
  const gone = [...companies.slice(0, 3), ...contacts.slice(0, 5)]
  for (const id of companies.slice(0, 3)) await api.call('delete', `/v1/companies/${id}`).expect(204)
  for (const id of contacts.slice(0, 5)) await api.call('delete', `/v1/contacts/${id}`).expect(204)
  const { rows } = await api.pool.query<Row & { id: number }>(
    `select id, first_name as "firstName", last_name as "lastName", active,
      array(select department_id from user_department where user_id = id) as "departmentIds" from "user"`,
  )
  return {
    companies: await all(api, 'companies'),
    contacts: await all(api, 'contacts'),
    deals: await all(api, 'deals'),
    users: new Map(rows.map((row) => [row.id, row])),
    pipelines: (await api.call('get', '/v1/types/deal/pipelines')).body.data.map(({ id }: { id: number }) => id),
    gone,
    me: api.userId,
  }
}

async function makeFields(api: Api): Promise<void> {
  const make = (body: object) => api.call('post', '/v1/types/contact/fields', body).expect(201)
  for (const [kind, , many] of userKinds) {
    await make({ code: `one_${kind}`, kind, label: kind })
    if (many) await make({ code: `many_${kind}`, kind, multiple: true, label: kind })
  }
  const options = codes.options.map((code) => ({ code, label: code }))
  for (const [code, multiple] of [
    ['one_enumeration', false],
    ['many_enumeration', true],
  ]) {
    await make({ code, kind: 'enumeration', multiple, label: 'Size', options })
  }
  await make({ code: 'price', kind: 'money', label: 'Price' })
}

async function create(api: Api, plural: string, bodies: readonly object[]): Promise<number[]> {
  const operations = bodies.map((data) => ({ op: 'create', data }))
  const { status, body } = await api.call('post', `/v1/${plural}/batch`, { operations })
  if (status !== 200) throw new Error(JSON.stringify(body))
  return body.results.map(({ id }: { id: number }) => id)
}

async function all(api: Api, plural: string): Promise<Map<number, Row>> {
  const { body } = await api.call('get', `/v1/${plural}?limit=500`).expect(200)
  return new Map(body.data.map((record: Row) => [record.id, record]))
}

/** Companies need a title, contacts a name. */
function titled(body: Row): Row {
  return { title: 'Company', ...body }
}

/** An external key belongs to only one record. */
function keyed({ externalIds, ...rest }: Row, index: number): Row {
  const keys = (externalIds ?? []) as { key: string }[]
  return { firstName: 'Ivan', ...rest, externalIds: keys.map(({ key }) => ({ source: `s${index}`, key })) }
}
