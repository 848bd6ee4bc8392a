import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { systemTypes } from '../../src/entities/types.ts'
import { type Api, startApi } from '../api.ts'

/** A type and the path of its records. */
interface Case {
  code: string
  path: string
  /** A field that names the records. */
  text: string
  prefix: string
}

const cases: Case[] = [
  ...systemTypes.map(({ code, path, prefix, traits }) => ({
    ...{ code, path: `/v1${path}`, prefix, text: traits.has('title') ? 'title' : 'lastName' },
  })),
  { code: 'delivery', path: '/v1/types/delivery/items', prefix: 'T81', text: 'title' },
]

let api: Api
beforeAll(async () => {
  api = await startApi({ work: true })
  const features = ['stages', 'pipelines', 'client', 'money', 'source', 'observers', 'recycleBin']
  const delivery = { code: 'delivery', plural: 'deliveries', title: 'Delivery', features }
  await api.call('post', '/v1/types', delivery).expect(201)
  for (const { code } of cases) {
    const city = { code: 'city', kind: 'string', label: 'City' }
    await api.call('post', `/v1/types/${code}/fields`, city).expect(201)
  }
})
afterAll(() => api.close())

const jobDone = async (id: number) => (await api.call('get', `/v1/jobs/${id}?wait=30`).expect(200)).body

describe.each(cases)('Records of the type $code', ({ code, path, text, prefix }) => {
  const create = async (name: string, rest: object = {}): Promise<{ id: number; version: number }> =>
    (await api.call('post', path, { [text]: name, ...rest }).expect(201)).body
  const idsIn = async (query: string): Promise<number[]> =>
    (await api.call('get', `${path}?${query}`).expect(200)).body.data.map(({ id }: { id: number }) => id)

  it('are created, read, changed and deleted, with their history', async () => {
    const made = await api.call('post', path, { [text]: 'First', userFields: { city: 'Omsk' } }).expect(201)
    const { id } = made.body
    expect(made.headers.location).toBe(`${path}/${id}`)
    const read = await api.call('get', `${path}/${id}`).expect(200)
    expect(read.body).toEqual(made.body)
    expect(read.headers.etag).toBe(made.headers.etag)
    await api.call('get', `${path}/${id}`).set('if-none-match', read.headers.etag!).expect(304)
    const changed = await api.call('patch', `${path}/${id}`, { userFields: { city: 'Tomsk' } }).expect(200)
    expect(changed.body).toMatchObject({ version: 2, userFields: { city: 'Tomsk' } })
    await api.call('patch', `${path}/${id}`, { comment: 'x' }).set('if-match', read.headers.etag!).expect(412)
    await api.call('delete', `${path}/${id}`).expect(204)
    const missing = await api.call('get', `${path}/${id}`).expect(404)
    expect(missing.body).toMatchObject({ code: 'record_not_found' })
    const history = await api.call('get', `${path}/${id}/history`).expect(200)
    expect(history.body.data.map(({ kind }: { kind: string }) => kind)).toEqual(['deleted', 'changed', 'created'])
    expect(history.body.data[1].changes).toEqual([{ field: 'userFields.city', old: 'Omsk', new: 'Tomsk' }])
    await api.call('post', `/v1/recycle-bin/${prefix}_${id}/restore`).expect(200)
    expect((await api.call('get', `${path}/${id}`).expect(200)).body.userFields).toEqual({ city: 'Tomsk' })
    const allowed = await api.call('get', `${path}/${id}/access`).expect(200)
    expect(allowed.body.operations.read.allowed).toBe(true)
  })

  it('are refused with every fault of their body', async () => {
    const { body } = await api
      .call('post', path, { [text]: 5, titel: 'x', responsibleId: 'me', userFields: { citty: 'x' } })
      .expect(422)
    const faults = body.errors.map(({ pointer, code: fault }: { pointer: string; code: string }) => [pointer, fault])
    expect(faults).toEqual([
      ['/titel', 'unknown_field'],
      ['/userFields/citty', 'unknown_field'],
      [`/${text}`, 'invalid_type'],
      ['/responsibleId', 'invalid_type'],
    ])
  })

  it('are filtered, sorted, paged, counted, searched and expanded', async () => {
    const ids: number[] = []
    for (const city of ['Anapa', 'Bor', 'Bor', 'Chita'])
      ids.push((await create(`Paged ${city}`, { userFields: { city } })).id)
    const [anapa, bor1, bor2, chita] = ids
    expect(await idsIn('filter[userFields.city]=Bor&sort=id')).toEqual([bor1, bor2])
    expect(await idsIn(`filter[${text}][startsWith]=paged&sort=-userFields.city,id`)).toEqual([
      chita,
      bor1,
      bor2,
      anapa,
    ])
    const first = await api
      .call('get', `${path}?filter[${text}][contains]=aged&sort=id&limit=3&count=exact`)
      .expect(200)
    expect(first.body).toMatchObject({ total: 4, totalKind: 'exact' })
    const next = await api.call('get', `${path}?cursor=${first.body.page.next}`).expect(200)
    expect(next.body.data.map(({ id }: { id: number }) => id)).toEqual([chita])
    const filter = {
      and: [
        { field: text, op: 'startsWith', value: 'Paged' },
        { not: { field: 'userFields.city', op: 'eq', value: 'Bor' } },
      ],
    }
    const found = await api
      .call('post', `${path}/search`, { filter, sort: 'id', fields: ['id'], facets: ['responsibleId'] })
      .expect(200)
    expect(found.body).toMatchObject({
      data: [{ id: anapa }, { id: chita }],
      facets: { responsibleId: [{ value: api.userId, count: 2 }] },
    })
    expect((await api.call('post', `${path}/count`, { filter }).expect(200)).body).toEqual({
      total: 2,
      totalKind: 'exact',
    })
    expect(await idsIn('q=chita')).toEqual([chita])
    const all = await api.call('get', `/v1/search?q=paged+chita&types=${code}`).expect(200)
    expect(all.body.data).toMatchObject([{ type: code, id: chita }])
    const { body } = await api.call('get', `${path}/${chita}?expand=responsible`).expect(200)
    expect(body.expanded.responsible).toMatchObject({ id: api.userId })
  })

  it('are written in batches, by external key and in bulk', async () => {
    const operations = [
      { op: 'create', as: 'new', data: { [text]: 'Batch' } },
      { op: 'upsert', external: { source: 'erp', key: 'B' }, data: { [text]: 'Batch too' } },
      { op: 'update', id: { $ref: 'new' }, data: { comment: 'x' } },
    ]
    const { body } = await api.call('post', `${path}/batch`, { operations }).expect(200)
    expect(body.results.map(({ status }: { status: number }) => status)).toEqual([201, 201, 200])
    const typed = operations.map((one) => ({ ...one, type: code }))
    await api.call('post', '/v1/batch?dryRun=true', { operations: typed }).expect(200)
    const upserted = await api.call('put', `${path}/external/erp/B`, { comment: 'y' }).expect(200)
    expect(upserted.body).toMatchObject({ id: body.results[1].id, version: 2, comment: 'y' })
    const key = `${path}/external/erp/New`
    const added = await api.call('put', key, { [text]: 'New' }).expect(201)
    expect(added.headers.location).toBe(`${path}/${added.body.id}`)
    const job = await api.call('post', `${path}/bulk`, { ids: [added.body.id], set: { userFields: { city: 'Bulk' } } })
    expect((await jobDone(job.body.id)).status).toBe('completed')
    expect((await api.call('get', key).expect(200)).body.userFields).toEqual({ city: 'Bulk' })
    const copy = await api.call('post', `${path}/${added.body.id}/copy`, {}).expect(201)
    expect(copy.headers.location).toBe(`${path}/${copy.body.id}`)
    expect(copy.body.userFields).toEqual({ city: 'Bulk' })
  })

  it('are exported and imported', async () => {
    await create('Exported', { userFields: { city: 'Orel' } })
    const query = `filter[userFields.city]=Orel&mode=raw&fields=${text},userFields.city`
    const { text: csv } = await api.call('get', `${path}/export?${query}`).expect(200)
    expect(csv).toBe(`${text},userFields.city\r\nExported,Orel\r\n`)
    const file = csv.replace('Orel', 'Kazan')
    const started = await api.call('post', `${path}/import`).set('content-type', 'text/csv').send(file).expect(202)
    const job = await jobDone(started.body.id)
    expect(job).toMatchObject({ status: 'completed', result: { rows: 1, created: 1, failed: 0 } })
    expect(await idsIn('filter[userFields.city]=Kazan')).toHaveLength(1)
    const undone = await api.call('post', `/v1/jobs/${job.id}/revert`, {}).expect(202)
    expect((await jobDone(undone.body.id)).status).toBe('completed')
    expect(await idsIn('filter[userFields.city]=Kazan')).toEqual([])
  })
})
