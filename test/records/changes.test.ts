import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { pruneTask } from '../../src/history/prune.ts'
import { importedJob } from '../imports/import-file.ts'
import { type JobApi, startJobApi } from '../jobs.ts'
import { aCompany, aContact, aDeal, asCaller, limitsOf, type Saved } from '../seed.ts'
import { until } from '../until.ts'
import { changes as changesOf, ids, presentPlace, readChanges } from './changes.ts'

let api: JobApi
beforeAll(async () => {
  api = await startJobApi({ limitsOf })
})
afterAll(() => api.close())

const changes = (since: string, caller: Pick<JobApi, 'call' | 'pool'> = api, path?: string, query?: string) =>
  changesOf(since, caller, path, query)
const now = (caller: Pick<JobApi, 'call' | 'pool'> = api, path?: string) => presentPlace(caller, path)
const remove = (id: number) => api.call('delete', `/v1/contacts/${id}`).expect(204)

describe('changedSince', () => {
  it('lists changed and deleted records once, as they are now', async () => {
    const since = await now()
    expect(await changes(since)).toEqual({
      data: [],
      page: { next: null, prev: null },
      deleted: [],
      changedSince: expect.any(String),
    })
    const [kept, gone] = [await aContact(api), await aContact(api)]
    await api.call('patch', `/v1/contacts/${kept.id}`, { lastName: 'Petrov' }).expect(200)
    await remove(gone.id)
    const page = await changes(since)
    expect(page.data).toMatchObject([{ id: kept.id, version: 2, lastName: 'Petrov' }])
    expect(page.deleted).toEqual([{ id: gone.id, deletedAt: expect.any(String), mergedInto: null }])
    expect(await changes(page.changedSince)).toMatchObject({ data: [], deleted: [] })
    await api.call('post', `/v1/recycle-bin/C_${gone.id}/restore`).expect(200)
    expect(await changes(page.changedSince)).toMatchObject({ data: [{ id: gone.id, version: 3 }], deleted: [] })
  })

  it('goes on from the last page, also by links and by cursor', async () => {
    const since = await now()
    const made = ids([await aContact(api), await aContact(api), await aContact(api)])
    const first = await changes(since, api, 'contacts', '&limit=2&fields=lastName')
    expect(first.data).toEqual(made.slice(0, 2).map((id) => ({ id, lastName: null })))
    expect(first.page.next).toBe(first.changedSince)
    const second = await changes(since, api, 'contacts', `&limit=2&cursor=${first.page.next}`)
    expect([ids(second.data), second.page]).toEqual([made.slice(2), { next: null, prev: null }])
    expect(ids((await changes(first.changedSince)).data)).toEqual(made.slice(2))
    const { headers } = await api.call('get', `/v1/contacts?changedSince=${since}&limit=2`).expect(200)
    const [, link = ''] = /^<([^>]*)>; rel="next"$/.exec(headers.link ?? '') ?? []
    expect(ids((await api.call('get', link as `/${string}`).expect(200)).body.data)).toEqual(made.slice(2))
  })

  it('begins at a time', async () => {
    const { id } = await aContact(api)
    const before = new Date(Date.now() - 60_000).toISOString()
    expect(ids((await changes(before, api, 'contacts', '&limit=500')).data)).toContain(id)
    expect((await changes(new Date(Date.now() + 3_600_000).toISOString())).data).toEqual([])
  })

  it('expands links, and lists both ends of a new one', async () => {
    const [company, contact] = [await aCompany(api), await aContact(api)]
    const [since, ofCompanies] = [await now(), await now(api, 'companies')]
    await api.call('patch', `/v1/contacts/${contact.id}`, { companies: [{ id: company.id }] }).expect(200)
    const { data } = await changes(since, api, 'contacts', '&expand=companies&fields=companies')
    const links = [{ id: company.id, primary: true }]
    expect(data).toMatchObject([{ id: contact.id, companies: links, expanded: { companies: [{ title: 'Vector' }] } }])
    expect(ids((await changes(ofCompanies, api, 'companies')).data)).toEqual([company.id])
  })

  it('lists merged records with their survivor, and purged ones', async () => {
    const [one, other, purged] = [await aContact(api), await aContact(api), await aContact(api)]
    const since = await now()
    const merge = { survivorId: one.id, ids: [other.id] }
    const { body: merged } = await api.call('post', '/v1/contacts/merge', merge).expect(200)
    await remove(purged.id)
    await api.call('delete', `/v1/recycle-bin/C_${purged.id}`).expect(204)
    const page = await changes(since)
    expect(ids(page.data)).toEqual([one.id])
    const deletedAt = expect.any(String)
    expect(page.deleted).toEqual([
      { id: other.id, deletedAt, mergedInto: one.id },
      { id: purged.id, deletedAt, mergedInto: null },
    ])
    await api.call('post', `/v1/merges/${merged.id}/revert`).expect(200)
    expect(ids((await changes(page.changedSince)).data)).toEqual([other.id])
  })

  it('lists what imports and their undoing change, each chunk with a time of its own', async () => {
    const since = await now()
    const rows = Array.from({ length: 1200 }, (_, n) => `Imported ${n}`)
    const job = await importedJob(api, ['Last name', ...rows].join('\n'))
    expect(job).toMatchObject({ status: 'completed', result: { created: 1200 } })
    const seen: Saved[] = []
    let place = since
    for (let isMore = true; isMore; ) {
      const page = await changes(place, api, 'contacts', '&limit=500')
      seen.push(...page.data)
      place = page.changedSince
      isMore = page.page.next !== null
    }
    expect(new Set(ids(seen)).size).toBe(1200)
    expect(new Set(seen.map(({ updatedAt }) => updatedAt)).size).toBeGreaterThan(2)
  })

  it('refuses what changes do not have, and begins at no other text', async () => {
    const { body } = await api
      .call('get', '/v1/contacts?changedSince=now&filter[lastName]=x&sort=id&fields=nam')
      .expect(400)
    expect(body.errors.map(({ parameter, code }: Saved) => [parameter, code])).toEqual([
      ['fields', 'unknown_field'],
      ['filter[lastName]', 'not_with_changed_since'],
      ['sort', 'not_with_changed_since'],
    ])
    expect((await api.call('get', '/v1/contacts?changedSince=yesterday').expect(400)).body).toMatchObject({
      code: 'malformed_request',
      errors: [{ parameter: 'changedSince', code: 'invalid_changed_since' }],
    })
    const foreign = await now(api, 'companies')
    expect((await api.call('get', `/v1/contacts?changedSince=${foreign}`).expect(400)).body.code).toBe('invalid_cursor')
  })
})

it('shows nothing before what running transactions may still add', async () => {
  const since = await now()
  const running = await api.pool.connect()
  try {
    await running.query('begin')
    await running.query('select pg_current_xact_id()')
    const { id } = await aContact(api)
    expect((await readChanges(since, api)).data).toEqual([])
    await running.query('rollback')
    expect(ids((await changes(since)).data)).toEqual([id])
  } finally {
    running.release()
  }
})

it('puts a version after the earlier ones, also if its transaction began before theirs', async () => {
  const { id } = await aContact(api)
  const other = await api.pool.connect()
  try {
    await other.query('begin')
    await other.query('lock table contact in exclusive mode')
    // The deal is locked first, which takes a transaction id before the contact is free.
    const operations = [
      { op: 'update', type: 'deal', id: (await aDeal(api)).id, data: { comment: 'First' } },
      { op: 'update', type: 'contact', id, data: { lastName: 'Third' } },
    ]
    const [answer] = await Promise.all([
      api.call('post', '/v1/batch', { atomic: true, operations }),
      (async () => {
        await until(async () => {
          const { rows } = await api.pool.query(`select from pg_locks as l join pg_locks as x using (pid)
            where l.relation = 'contact'::regclass and not l.granted and x.locktype = 'transactionid'`)
          return rows.length > 0
        })
        await other.query(`update contact set version = 2, last_name = 'Second' where id = $1`, [id])
        await other.query(
          `insert into history (site, at, via, type_id, record_id, version, kind, changes)
            values ('odd', now(), 'api', 3, $1, 2, 'changed', '{"lastName": [null, "Second"]}')`,
          [id],
        )
        await other.query('commit')
      })(),
    ])
    expect([answer.status, answer.body.results?.[1]?.record?.version]).toEqual([200, 3])
  } finally {
    other.release()
  }
  const by = async (order: string) => {
    const text = `select version from history where (type_id, record_id) = (3, $1) order by ${order}`
    return (await api.pool.query(text, [id])).rows.map(({ version }: { version: number }) => version)
  }
  expect(await by('transaction_id')).toEqual([1, 3, 2])
  expect(await by('settled_after, id')).toEqual([1, 2, 3])
})

describe('changes are read from the beginning', () => {
  const expired = { status: 410, code: 'changes_expired' }
  const read = (since: string, caller: Pick<JobApi, 'call' | 'pool'> = api) =>
    caller.call('get', `/v1/contacts?changedSince=${since}`)

  it('after the rights of the caller have changed', async () => {
    const mine = await asCaller(api, 'Somebody')
    const since = await now(mine)
    await api.call('patch', `/v1/users/${mine.userId}`, { isAdmin: false }).expect(200)
    const role = { name: 'Readers', permissions: [{ type: 'contact', operations: { read: 'own' } }] }
    await api.call('post', '/v1/roles', { ...role, members: { userIds: [mine.userId] } }).expect(201)
    expect((await read(since, mine)).body).toMatchObject(expired)
  })

  it('after unread history was pruned', async () => {
    const since = await now()
    const { id } = await aContact(api)
    const later = await now()
    await api.pool.query(`update history set at = now() - interval '2 years' where record_id = $1`, [id])
    await api.call('patch', '/v1/settings', { historyMonths: 12 }).expect(200)
    await pruneTask.run({ db: api.db }, {}, new AbortController().signal)
    expect((await read(since)).body).toMatchObject(expired)
    expect((await read('2020-01-31T00:00:00Z')).body).toMatchObject(expired)
    expect((await read(later)).status).toBe(200)
  })
})

it('takes the entries of another site in the order in which they arrive', async () => {
  const { id } = await aContact(api)
  const since = await now()
  const client = await api.pool.connect()
  try {
    await client.query(`begin; set local session_replication_role = replica`)
    await client.query(
      `insert into history (site, at, via, type_id, record_id, version, kind, transaction_id, settled_after)
        values ('even', now(), 'api', 3, $1, 2, 'deleted', '3', '3')`,
      [id],
    )
    await client.query('commit')
  } finally {
    client.release()
  }
  expect(ids((await changes(since)).data)).toEqual([id])
})
