import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { aCompany, aContact, aDeal, asCaller, limitsOf, read } from '../seed.ts'

let api: Api
beforeAll(async () => {
  api = await startApi({ limitsOf })
})
afterAll(() => api.close())

type Result = { status: number; id?: number; record?: Record<string, unknown>; problem?: Problem }
type Problem = { code: string; errors?: { pointer: string; code: string; hint?: string }[]; version?: number }

async function batch(path: string, body: object, status: number, as: Pick<Api, 'call'> = api): Promise<Result[]> {
  const answer = await as.call('post', `/v1/${path}`, body).expect(status)
  return answer.body.results
}

const count = async (table: string) => Number((await api.pool.query(`select count(*) from ${table}`)).rows[0].count)

describe('A batch of one record type', () => {
  it('creates, changes and deletes, and returns a status per operation', async () => {
    const [changed, gone] = [await aContact(api), await aContact(api)]
    const results = await batch(
      'contacts/batch',
      {
        operations: [
          { op: 'create', data: { lastName: 'New' } },
          { op: 'update', id: changed.id, ifMatch: 1, data: { lastName: 'Changed' } },
          { op: 'delete', id: gone.id },
          { op: 'upsert', external: { source: 'erp', key: 'b-1' }, data: { lastName: 'Synced' } },
        ],
      },
      200,
    )
    expect(results.map(({ status }) => status)).toEqual([201, 200, 204, 201])
    expect(results[0]?.record).toEqual(await read(api, `contacts/${results[0]?.id}`))
    expect(results[1]?.record).toMatchObject({ id: changed.id, version: 2, lastName: 'Changed' })
    expect(results[2]).toEqual({ status: 204, id: gone.id })
    expect(results[3]?.record).toMatchObject({ lastName: 'Synced', externalIds: [{ source: 'erp', key: 'b-1' }] })
    await api.call('get', `/v1/contacts/${gone.id}`).expect(404)
  })

  it('changes nothing if it is atomic and one operation fails, and returns the reason for the others', async () => {
    const contact = await aContact(api)
    const [contacts, history] = [await count('contact'), await count('history')]
    const { body } = await api
      .call('post', '/v1/contacts/batch', {
        operations: [
          { op: 'create', data: { lastName: 'Good' } },
          { op: 'update', id: contact.id, data: { lastNam: 'Bad', birthDate: '2026-02-30' } },
          { op: 'delete', id: 999_999 },
        ],
      })
      .expect(422)
      .expect('content-type', /application\/problem\+json/)
    expect(body).toMatchObject({ code: 'batch_rolled_back', status: 422 })
    expect(body.results.map(({ status }: Result) => status)).toEqual([424, 422, 404])
    expect(body.results[1].problem.errors).toMatchObject([
      { pointer: '/operations/1/data/lastNam', code: 'unknown_field', hint: 'lastName' },
      { pointer: '/operations/1/data/birthDate', code: 'invalid_date' },
    ])
    expect([await count('contact'), await count('history')]).toEqual([contacts, history])
    expect(await read(api, `contacts/${contact.id}`)).toEqual(contact)
  })

  it('does the valid operations if it is not atomic, and returns 207', async () => {
    const results = await batch(
      'contacts/batch',
      {
        atomic: false,
        operations: [
          { op: 'create', data: {} },
          { op: 'create', data: { lastName: 'Good' } },
          { op: 'update', external: { source: 'erp', key: 'nobody' }, data: {} },
        ],
      },
      207,
    )
    expect(results.map(({ status, problem }) => [status, problem?.code])).toEqual([
      [422, 'validation_failed'],
      [201, undefined],
      [404, 'record_not_found'],
    ])
    await api.call('get', `/v1/contacts/${results[1]?.id}`).expect(200)
  })

  it('runs and rolls back with dryRun', async () => {
    const before = await count('contact')
    const results = await batch(
      'contacts/batch?dryRun=true',
      { operations: [{ op: 'create', data: { lastName: 'Ghost' } }] },
      200,
    )
    expect(results[0]).toMatchObject({ status: 201, record: { lastName: 'Ghost', version: 1 } })
    expect(await count('contact')).toBe(before)
  })

  it('accepts a thousand operations and refuses one more', async () => {
    const operations = (many: number) =>
      Array.from({ length: many }, (_, n) => ({ op: 'create', data: { lastName: `Many ${n}` } }))
    const results = await batch('contacts/batch', { operations: operations(1000) }, 200)
    expect(new Set(results.map(({ id }) => id)).size).toBe(1000)
    const { body } = await api.call('post', '/v1/contacts/batch', { operations: operations(1001) }).expect(422)
    expect(body.errors).toMatchObject([{ pointer: '/operations', code: 'too_many' }])
  })

  it('refuses an operation that is nested too deep, and does the others', async () => {
    const { id } = await aContact(api)
    const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`
    const operations = `[{"op":"create","data":{"lastName":"Good"}},
      {"op":"update","id":${id},"data":{"companies":{"add":${nested(5000)}}}},
      {"op":"create","data":{"lastName":"Bad","companies":${nested(5000)}}}]`
    const { body } = await api
      .call('post', '/v1/contacts/batch')
      .type('json')
      .send(`{"atomic":false,"operations":${operations}}`)
      .expect(207)
    expect(body.results.map(({ status }: Result) => status)).toEqual([201, 422, 422])
    expect(body.results.slice(1).map(({ problem }: Result) => problem?.errors)).toMatchObject([
      [{ pointer: '/operations/1/data/companies/add/0', code: 'invalid_type' }],
      [{ pointer: '/operations/2/data/companies/0', code: 'invalid_type' }],
    ])
    const reference = `{"operations":[{"op":"update","id":{"$ref":${nested(5000)}},"data":{}}]}`
    await api.call('post', '/v1/contacts/batch').type('json').send(reference).expect(422)
  })

  it('returns all faults of its structure at once', async () => {
    const { body } = await api
      .call('post', '/v1/contacts/batch', {
        operations: [
          { op: 'create', id: 5, data: {} },
          { op: 'update', data: {} },
          { op: 'upsert', data: {} },
          { op: 'delete', id: 5, data: {} },
          { op: 'create', type: 'deal', data: {} },
          { op: 'update', id: 5, ifMatch: 'seven', data: {} },
        ],
      })
      .expect(422)
    expect(body.errors.map(({ pointer, code }: { pointer: string; code: string }) => `${pointer} ${code}`)).toEqual([
      '/operations/0/id not_allowed_here',
      '/operations/1/id required',
      '/operations/2/external required',
      '/operations/3/data not_allowed_here',
      '/operations/4/type unknown_type',
      '/operations/5/ifMatch invalid_format',
    ])
  })
})

describe('A batch over several record types', () => {
  it('links created records by name, in as few statements as a batch of one type', async () => {
    const results = await batch(
      'batch',
      {
        operations: [1, 2].flatMap((n) => [
          { op: 'create', type: 'company', as: `company ${n}`, data: { title: `Vector ${n}` } },
          {
            op: 'create',
            type: 'contact',
            as: `contact ${n}`,
            data: { lastName: `P${n}`, companies: [{ id: { $ref: `company ${n}` } }] },
          },
          {
            op: 'create',
            type: 'deal',
            data: { companyId: { $ref: `company ${n}` }, contacts: { add: [{ id: { $ref: `contact ${n}` } }] } },
          },
          { op: 'update', type: 'company', id: { $ref: `company ${n}` }, data: { comment: 'Has a deal' } },
        ]),
      },
      200,
    )
    const [company, contact, deal, changed] = results.slice(4)
    expect(await read(api, `deals/${deal?.id}`)).toMatchObject({
      companyId: company?.id,
      contacts: [{ id: contact?.id, primary: true }],
    })
    expect(changed?.record).toMatchObject({ id: company?.id, comment: 'Has a deal', contacts: [{ id: contact?.id }] })
  })

  it('refuses references that are unknown, forward, circular or of another type', async () => {
    const { body } = await api
      .call('post', '/v1/batch', {
        operations: [
          { op: 'create', type: 'contact', as: 'a', data: { companies: [{ id: { $ref: 'b' } }] } },
          { op: 'create', type: 'company', as: 'b', data: { contacts: [{ id: { $ref: 'a' } }] } },
          { op: 'create', type: 'deal', data: { companyId: { $ref: 'late' }, contacts: [{ id: { $ref: 'b' } }] } },
          { op: 'create', type: 'company', as: 'late', data: { title: { $ref: 'a' } } },
          { op: 'create', type: 'deal', data: { companyId: { $ref: 'lat' } } },
          { op: 'create', type: 'contact', data: { companies: [{ id: { $ref: 'late', primary: true } }] } },
        ],
      })
      .expect(422)
    expect(body.errors.map((one: { pointer: string; code: string }) => `${one.pointer} ${one.code}`)).toEqual([
      '/operations/0/data/companies/0/id circular',
      '/operations/2/data/companyId forward_reference',
      '/operations/2/data/contacts/0/id reference_mismatch',
      '/operations/4/data/companyId unknown_reference',
      '/operations/5/data/companies/0/id/primary unknown_field',
    ])
  })

  it('skips operations that depend on a failed one', async () => {
    const results = await batch(
      'batch',
      {
        atomic: false,
        operations: [
          { op: 'create', type: 'company', as: 'bad', data: { title: 5 } },
          { op: 'create', type: 'deal', data: { companyId: { $ref: 'bad' } } },
          { op: 'create', type: 'deal', data: { title: 'Alone' } },
        ],
      },
      207,
    )
    expect(results.map(({ status, problem }) => [status, problem?.code])).toEqual([
      [422, 'validation_failed'],
      [424, 'dependency_failed'],
      [201, undefined],
    ])
  })

  it('requires the record type of each operation', async () => {
    const { body } = await api
      .call('post', '/v1/batch', {
        operations: [
          { op: 'create', data: {} },
          { op: 'create', type: 'deel', data: {} },
        ],
      })
      .expect(422)
    expect(body.errors).toMatchObject([
      { pointer: '/operations/0/type', code: 'required' },
      { pointer: '/operations/1/type', code: 'unknown_type', hint: 'deal' },
    ])
  })

  it('rolls back an operation that the caller may not do, and keeps the rest', async () => {
    const limited = await asCaller(api, 'Limited')
    const other = await aDeal(api)
    const results = await batch(
      'batch',
      {
        atomic: false,
        operations: [
          { op: 'create', type: 'deal', data: { title: 'Mine' } },
          { op: 'create', type: 'deal', data: { title: 'Not mine', responsibleId: api.userId } },
          { op: 'update', type: 'deal', id: other.id, data: { title: 'Unseen' } },
        ],
      },
      207,
      limited,
    )
    expect(results.map(({ status }) => status)).toEqual([201, 403, 404])
    const { body } = await api.call('get', '/v1/deals?filter[title]=Not mine').expect(200)
    expect(body.data).toEqual([])
  })

  it('does not deadlock with a batch that links the same records from the other side', async () => {
    const companies = await Promise.all([1, 2, 3].map(() => aCompany(api)))
    const contacts = await Promise.all([1, 2, 3].map(() => aContact(api)))
    const link = (type: string, of: { id: number }[], field: string, to: { id: number }[]) => ({
      operations: of.map(({ id }) => ({
        op: 'update',
        type,
        id,
        data: { [field]: { add: to.map(({ id }) => ({ id })) } },
      })),
    })
    const answers = await Promise.all(
      [1, 2, 3, 4].flatMap(() => [
        api.call('post', '/v1/batch', link('company', companies, 'contacts', contacts)),
        api.call('post', '/v1/batch', link('contact', [...contacts].reverse(), 'companies', companies)),
      ]),
    )
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
  })
})
