import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import request from 'supertest'
import { buildApp } from '../../src/app.ts'
import { connect } from '../../src/database/connect.ts'
import { instanceSecret } from '../../src/database/instance-secret.ts'
import { type Api, startApi, testOptions } from '../api.ts'
import { aCompany, aContact, aDeal, read, type Saved } from '../seed.ts'

let api: Api
/** The same application again, as a second server on the same database. */
let second: Pick<Api, 'call'>
let stop: () => Promise<void>

beforeAll(async () => {
  api = await startApi()
  const { db, pool, close } = connect(api.connection)
  const app = await buildApp({ ...testOptions, db, pool, secret: await instanceSecret(db) })
  await app.ready()
  // Uses one listener for all requests: supertest would open and close one per request.
  const [here, there] = await Promise.all([api.app.listen({ port: 0 }), app.listen({ port: 0 })])
  const at =
    (address: string): Api['call'] =>
    (method, path, body) => {
      const call = request(address)[method](path).set('authorization', `Bearer ${api.key}`)
      return body === undefined ? call : call.send(body as object)
    }
  api = { ...api, call: at(here) }
  second = { call: at(there) }
  stop = () => app.close().then(close)
})
afterAll(async () => {
  await stop()
  await api.close()
})

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index)
const server = (index: number) => (index % 2 ? second : api)

async function historyOf(typeId: number, id: number): Promise<{ version: number; changes: object | null }[]> {
  const { rows } = await api.pool.query(
    'select version, changes from history where type_id = $1 and record_id = $2 order by id',
    [typeId, id],
  )
  return rows
}

describe('Concurrent changes of one record', () => {
  it('are all saved, each with its own version and history', async () => {
    const { id } = await aContact(api)
    const answers = await Promise.all(
      numbers(50).map((n) =>
        server(n).call('patch', `/v1/contacts/${id}`, {
          phones: { add: [{ value: `+7495100${1000 + n}` }] },
          externalIds: { add: [{ source: 'many', key: String(n) }] },
          ...(n % 2 ? { position: `p${n}` } : { address: { city: `c${n}` } }),
        }),
      ),
    )
    expect(answers.map(({ status }) => status)).toEqual(numbers(50).map(() => 200))
    const versions = answers.map(({ body }) => body.version as number).sort((a, b) => a - b)
    expect(versions).toEqual(numbers(50).map((n) => n + 2))
    const contact = await read(api, `contacts/${id}`)
    expect(contact).toEqual(answers.find(({ body }) => body.version === 51)?.body)
    expect((contact.phones as { value: string }[]).map(({ value }) => value).sort()).toEqual(
      numbers(50).map((n) => `+7495100${1000 + n}`),
    )
    expect(new Set((contact.externalIds as { key: string }[]).map(({ key }) => key))).toEqual(
      new Set(numbers(50).map(String)),
    )
    const history = await historyOf(3, id)
    expect(history.map(({ version }) => version)).toEqual(numbers(51).map((n) => n + 1))
    for (const { changes } of history.slice(1)) expect(changes).toMatchObject({ phones: [{}, {}] })
  })

  it('to the same value are saved once', async () => {
    const { id } = await aDeal(api)
    const answers = await Promise.all(
      numbers(20).map((n) => server(n).call('patch', `/v1/deals/${id}`, { stageId: 'WON' }).expect(200)),
    )
    expect(new Set(answers.map(({ body }) => body.version))).toEqual(new Set([2]))
    const { rows } = await api.pool.query(
      'select stage_id, left_at is null as open from stage_history where record_id = $1 order by id',
      [id],
    )
    expect(rows).toEqual([
      { stage_id: 'NEW', open: false },
      { stage_id: 'WON', open: true },
    ])
  })

  it('return 200 or 404 while the record is deleted', async () => {
    const { id } = await aContact(api)
    const answers = await Promise.all(
      numbers(20).map((n) =>
        n === 10
          ? api.call('delete', `/v1/contacts/${id}`)
          : server(n).call('patch', `/v1/contacts/${id}`, { position: String(n) }),
      ),
    )
    expect(answers[10]?.status).toBe(204)
    for (const { status } of answers.toSpliced(10, 1)) expect([200, 404]).toContain(status)
    await api.call('get', `/v1/contacts/${id}`).expect(404)
  })
})

describe('Concurrent new records with one external key', () => {
  it('create one record', async () => {
    const externalIds = [{ source: 'race', key: '1' }]
    const answers = await Promise.all(
      numbers(20).map((n) => server(n).call('post', '/v1/contacts', { firstName: `n${n}`, externalIds })),
    )
    const statuses = answers.map(({ status }) => status).sort()
    expect(statuses).toEqual([201, ...numbers(19).map(() => 409)])
    const codes = answers.filter(({ status }) => status === 409).map(({ body }) => body.code)
    expect(new Set(codes)).toEqual(new Set(['external_id_taken']))
  })
})

describe('Links edited concurrently from both sides', () => {
  it('are all saved, and both sides agree', async () => {
    const contacts = await Promise.all(numbers(4).map((n) => aContact(server(n))))
    const companies = await Promise.all(numbers(4).map((n) => aCompany(server(n))))
    const pairs = contacts.flatMap((contact) => companies.map((company) => ({ contact, company })))
    const edit = (kind: 'add' | 'remove', { contact, company }: (typeof pairs)[0], n: number) => {
      const entry = (id: number) => ({ [kind]: [kind === 'add' ? { id } : id] })
      return n % 3
        ? server(n).call('patch', `/v1/contacts/${contact.id}`, { companies: entry(company.id) })
        : server(n).call('patch', `/v1/companies/${company.id}`, { contacts: entry(contact.id) })
    }
    const added = await Promise.all(pairs.map((pair, n) => edit('add', pair, n)))
    expect(added.map(({ status }) => status)).toEqual(pairs.map(() => 200))
    await agree(contacts, companies, 4)
    // Every second pair, as on a chessboard.
    const half = pairs.filter((_, n) => (n + Math.floor(n / 4)) % 2)
    const removed = await Promise.all(half.map((pair, n) => edit('remove', pair, n)))
    expect(removed.map(({ status }) => status)).toEqual(half.map(() => 200))
    await agree(contacts, companies, 2)
  })

  it('are complete on both sides when lists are replaced', async () => {
    const [contacts, companies] = [
      await Promise.all(numbers(3).map(() => aContact(api))),
      await Promise.all(numbers(3).map(() => aCompany(api))),
    ]
    const ids = (records: Saved[], n: number) => records.filter((_, index) => (index + n) % 3).map(({ id }) => ({ id }))
    const answers = await Promise.all(
      numbers(12).map((n) => {
        const [contact, company] = [contacts[n % 3]!, companies[n % 3]!]
        return n % 2
          ? server(n).call('patch', `/v1/contacts/${contact.id}`, { companies: ids(companies, n) })
          : second.call('patch', `/v1/companies/${company.id}`, { contacts: ids(contacts, n) })
      }),
    )
    expect(answers.map(({ status }) => status)).toEqual(numbers(12).map(() => 200))
    await agree(contacts, companies)
  })

  type Links = { id: number; primary: boolean }[]

  async function agree(contacts: Saved[], companies: Saved[], each?: number): Promise<void> {
    const linked = async (records: Saved[], plural: string, name: string) => {
      const read_ = await Promise.all(records.map(({ id }) => read(api, `${plural}/${id}`)))
      return read_.map((record) => ({ id: record.id, version: record.version, links: record[name] as Links }))
    }
    const left = await linked(contacts, 'contacts', 'companies')
    const right = await linked(companies, 'companies', 'contacts')
    for (const { links } of [...left, ...right]) {
      if (each !== undefined) expect(links).toHaveLength(each)
      expect(links.filter(({ primary }) => primary)).toHaveLength(links.length ? 1 : 0)
    }
    const pairs = (from: typeof left) => from.flatMap(({ id, links }) => links.map((link) => [id, link.id].join()))
    const turned = pairs(right).map((pair) => pair.split(',').reverse().join())
    expect(turned.sort()).toEqual(pairs(left).sort())
    for (const [typeId, records] of [
      [3, left],
      [4, right],
    ] as const) {
      for (const { id, version } of records) {
        const versions = (await historyOf(typeId, id)).map((entry) => entry.version)
        expect(versions).toEqual(numbers(version).map((n) => n + 1))
      }
    }
  }
})
