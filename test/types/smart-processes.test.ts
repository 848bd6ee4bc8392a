import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { rowsOfType } from '../../src/types/delete-type.ts'
import { type Api, startApi } from '../api.ts'
import { freshDatabase } from '../database.ts'

let api: Api
/** A second server on the same database. */
let other: Api
beforeAll(async () => {
  const database = await freshDatabase()
  api = await startApi({ database, work: true })
  other = await startApi({ database: { ...database, close: async () => {} } })
})
afterAll(async () => {
  await other.close()
  await api.close()
})

const jobDone = async (id: number) => (await api.call('get', `/v1/jobs/${id}?wait=30`).expect(200)).body
const items = (code: string) => `/v1/types/${code}/items`
const create = async (code: string, rest: object = {}) =>
  (await api.call('post', '/v1/types', { code, title: code, ...rest }).expect(201)).body
const titled = async (code: string, title: string, rest: object = {}): Promise<number> =>
  (await api.call('post', items(code), { title, ...rest }).expect(201)).body.id
const fieldsOf = async (code: string): Promise<string[]> =>
  (await api.call('get', `/v1/types/${code}/fields`).expect(200)).body.data.map(({ path }: { path: string }) => path)

describe('A smart process', () => {
  it('is created with names, a number, a path, features and relations', async () => {
    const body = {
      ...{ code: 'delivery', plural: 'deliveries', title: { en: 'Delivery', ru: 'Доставка' } },
      ...{
        titles: { en: 'Deliveries', ru: 'Доставки' },
        features: ['stages', 'client'],
        relations: { parents: ['deal'] },
      },
    }
    const made = await api.call('post', '/v1/types', body).expect(201)
    expect(made.headers.location).toBe('/v1/types/delivery')
    expect(made.body).toEqual({
      ...{ code: 'delivery', number: 129, system: false, plural: 'deliveries', path: items('delivery'), prefix: 'T81' },
      ...{ title: 'Delivery', titles: 'Deliveries', features: ['stages', 'client'] },
      relations: { parents: ['deal'], children: [] },
    })
    const read = await other.call('get', '/v1/types/delivery').set('accept-language', 'ru').expect(200)
    expect(read.body).toEqual({ ...made.body, title: 'Доставка', titles: 'Доставки' })
    expect((await api.call('get', '/v1/types/deal').expect(200)).body.relations).toEqual({
      ...{ parents: [], children: ['delivery'] },
    })
  })

  it('has records at once, on every server, and a pipeline with the usual stages', async () => {
    const { body } = await other.call('post', items('delivery'), { title: 'Pallets' }).expect(201)
    expect(body).toMatchObject({
      title: 'Pallets',
      stageId: 'NEW',
      stageSemantic: 'process',
      companyId: null,
      dealId: null,
    })
    expect(body).not.toHaveProperty('source')
    const { body: pipelines } = await api.call('get', '/v1/types/delivery/pipelines').expect(200)
    const stages = await api.call('get', `/v1/types/delivery/pipelines/${pipelines.data[0].id}/stages?labels=all`)
    expect(stages.body.data.map(({ id, name, semantic }: Record<string, unknown>) => [id, name, semantic])).toEqual([
      ['NEW', { en: 'Start', ru: 'Начало' }, 'process'],
      ['PREPARATION', { en: 'Preparation', ru: 'Подготовка' }, 'process'],
      ['CLIENT', { en: 'Approval', ru: 'Согласование' }, 'process'],
      ['SUCCESS', { en: 'Success', ru: 'Успех' }, 'success'],
      ['FAIL', { en: 'Failure', ru: 'Провал' }, 'failure'],
    ])
    await api.call('patch', `${items('delivery')}/${body.id}`, { stageId: 'SUCCESS' }).expect(200)
    const history = await api.call('get', `${items('delivery')}/${body.id}/stage-history`).expect(200)
    expect(history.body.data.map(({ stageId }: { stageId: string }) => stageId)).toEqual(['SUCCESS', 'NEW'])
  })

  it('has a parent of each related type, by which records are filtered and expanded', async () => {
    const deal = (await api.call('post', '/v1/deals', { title: 'Shelves' }).expect(201)).body.id
    const id = await titled('delivery', 'Boxes', { dealId: deal })
    const list = `${items('delivery')}?filter[deal.title]=Shelves&expand=deal&fields=title`
    expect((await api.call('get', list).expect(200)).body.data).toMatchObject([
      { id, title: 'Boxes', expanded: { deal: { id: deal, title: 'Shelves' } } },
    ])
    const missing = await api.call('post', items('delivery'), { title: 'x', dealId: 999_999 }).expect(422)
    expect(missing.body.errors).toMatchObject([{ pointer: '/dealId', code: 'not_found_reference' }])
    await api.call('delete', `/v1/deals/${deal}`).expect(204)
    expect((await api.call('get', `${items('delivery')}/${id}`).expect(200)).body.dealId).toBeNull()
    await api.call('delete', `/v1/recycle-bin/D_${deal}`).expect(204)
    const { rows } = await api.pool.query('select parent_2 from t_129 where id = $1', [id])
    expect(rows).toEqual([{ parent_2: null }])
  })

  it('is copied to from the records of its parent type', async () => {
    const deal = (await api.call('post', '/v1/deals', { title: 'Copied', comment: 'c' }).expect(201)).body.id
    const { body, headers } = await api.call('post', `/v1/deals/${deal}/copy`, { type: 'delivery' }).expect(201)
    expect(body).toMatchObject({ title: 'Copied', comment: 'c', dealId: deal })
    expect(headers.location).toBe(`${items('delivery')}/${body.id}`)
  })

  it('hides the fields of a feature that is switched off, and keeps their values', async () => {
    await create('visit', { features: ['client', 'observers'] })
    const company = (await api.call('post', '/v1/companies', { title: 'Vector' }).expect(201)).body.id
    const id = await titled('visit', 'One', { companyId: company, observers: [api.userId] })
    const off = await api.call('patch', '/v1/types/visit', { features: [] }).expect(200)
    expect(off.body.features).toEqual([])
    expect(await fieldsOf('visit')).not.toEqual(expect.arrayContaining(['companyId']))
    const { body } = await other.call('get', `${items('visit')}/${id}`).expect(200)
    expect(body).not.toHaveProperty('companyId')
    expect(body).not.toHaveProperty('observers')
    const refused = await api.call('post', items('visit'), { title: 'x', companyId: company }).expect(422)
    expect(refused.body.errors).toMatchObject([{ pointer: '/companyId', code: 'unknown_field' }])
    await titled('visit', 'Two')
    await api.call('patch', '/v1/types/visit', { features: ['client', 'observers'] }).expect(200)
    const { body: again } = await other.call('get', `${items('visit')}?sort=id&fields=companyId,observers`).expect(200)
    expect(again.data).toMatchObject([
      { companyId: company, observers: [api.userId] },
      { companyId: null, observers: [] },
    ])
  })

  it('gets stages later, and puts the records that it has into the first one', async () => {
    await create('task')
    const before = await titled('task', 'Before')
    const none = await api.call('get', '/v1/types/task/pipelines').expect(200)
    expect(none.body.data).toEqual([])
    await api.call('patch', '/v1/types/task', { features: ['stages'] }).expect(200)
    const staged = await api.call('get', `${items('task')}/${before}`).expect(200)
    expect(staged.body).toMatchObject({ stageId: 'NEW', stageSemantic: 'process', movedBy: api.userId, closedAt: null })
    await api.call('patch', `${items('task')}/${before}`, { stageId: 'FAIL' }).expect(200)
    await api.call('patch', '/v1/types/task', { features: [] }).expect(200)
    const without = await titled('task', 'Without')
    await api.call('patch', '/v1/types/task', { features: ['stages'] }).expect(200)
    const list = await api.call('get', `${items('task')}?sort=id&fields=stageId`).expect(200)
    expect(list.body.data).toEqual([
      { id: before, stageId: 'FAIL' },
      { id: without, stageId: 'NEW' },
    ])
    for (const [id, stages] of [
      [before, ['FAIL', 'NEW']],
      [without, ['NEW']],
    ] as const) {
      const { body } = await api.call('get', `${items('task')}/${id}/stage-history`).expect(200)
      expect(body.data.map(({ stageId }: { stageId: string }) => stageId)).toEqual(stages)
    }
  })

  it('may have any word as its code, such as the name of a table', async () => {
    for (const code of ['job', 'history', 'link', 'order', 'select']) {
      await create(code, { plural: `${code}Items` })
      const id = await titled(code, 'x')
      await api.call('post', `/v1/types/${code}/fields`, { code: 'size', kind: 'integer', label: 'Size' }).expect(201)
      await api.call('patch', `${items(code)}/${id}`, { userFields: { size: 5 } }).expect(200)
      const { body } = await other.call('get', `${items(code)}?filter[userFields.size][gte]=5&fields=id`).expect(200)
      expect(body.data).toEqual([{ id }])
    }
  })

  it('is renamed, and its records stay', async () => {
    const before = await create('errand')
    await titled('errand', 'x')
    const { body } = await api.call('patch', '/v1/types/errand', { title: 'Errand', plural: 'runs' }).expect(200)
    expect(body).toEqual({ ...before, title: 'Errand', plural: 'runs' })
    expect((await other.call('get', items('errand')).expect(200)).body.data).toHaveLength(1)
  })

  it('is created once by two requests at the same time', async () => {
    const requests = [api, other].map(({ call }) => call('post', '/v1/types', { code: 'twin', title: 'Twin' }))
    const statuses = (await Promise.all(requests)).map(({ status }) => status)
    expect(statuses.toSorted()).toEqual([201, 409])
    const keyed = () => api.call('post', '/v1/types', { code: 'once', title: 'Once' }).set('idempotency-key', 'once')
    const [first, second] = [await keyed().expect(201), await keyed().expect(201)]
    expect(second.body).toEqual(first.body)
  })

  it('is only tried out by a dry run', async () => {
    const { body } = await api.call('post', '/v1/types?dryRun=true', { code: 'trial', title: 'Trial' }).expect(201)
    expect(body.code).toBe('trial')
    await api.call('get', '/v1/types/trial').expect(404)
    await other.call('get', items('trial')).expect(404)
  })
})

describe('The deletion of a smart process', () => {
  it('needs an empty type, or force, and says what is lost', async () => {
    await create('parcel', { features: ['stages', 'recycleBin'], relations: { children: ['deal'] } })
    await api.call('post', '/v1/types/parcel/fields', { code: 'weight', kind: 'integer', label: 'Weight' }).expect(201)
    const [id, binned] = [await titled('parcel', 'One', { userFields: { weight: 5 } }), await titled('parcel', 'Two')]
    await api.call('delete', `${items('parcel')}/${binned}`).expect(204)
    const deal = (await api.call('post', '/v1/deals', { title: 'x', parcelId: id }).expect(201)).body.id
    const loss = await api.call('delete', '/v1/types/parcel?dryRun=true').expect(200)
    expect(loss.body).toEqual({ records: 2, fields: 1, children: 1, uses: [] })
    const refused = await api.call('delete', '/v1/types/parcel').expect(409)
    expect(refused.body).toMatchObject({ code: 'type_not_empty', records: 2 })
    await api.call('delete', '/v1/types/parcel?force=true').expect(204)
    await other.call('get', `${items('parcel')}/${id}`).expect(404)
    const { body } = await other.call('get', `/v1/deals/${deal}`).expect(200)
    expect(body).not.toHaveProperty('parcelId')
    const { rows } = await api.pool.query(
      `select count(*)::int as left from history where type_id not in (select id from record_type)`,
    )
    expect(rows).toEqual([{ left: 0 }])
    await create('parcel')
    expect((await api.call('get', items('parcel')).expect(200)).body.data).toEqual([])
    expect(await fieldsOf('parcel')).not.toEqual(expect.arrayContaining(['userFields.weight']))
  })

  it('covers every table whose rows belong to a type', async () => {
    const { rows } = await api.pool.query(`select conrelid::regclass::text as "table", attname as "column"
      from pg_constraint join pg_attribute on attrelid = conrelid and attnum = conkey[1]
      where confrelid = 'record_type'::regclass and confdeltype <> 'c'`)
    const known = rowsOfType.map(({ table, column }) => `${table}.${column}`)
    const named = rows.map(({ table, column }) => `${table}.${column}`)
    // The relation to a child is removed with the parents of its records.
    expect(named.filter((one) => !known.includes(one))).toEqual(['type_relation.parent_type'])
  })

  it('leaves jobs that tell what they did', async () => {
    await create('letter')
    const file = 'title\nA\nB\n'
    const { body } = await api
      .call('post', `${items('letter')}/import`)
      .set('content-type', 'text/csv')
      .send(file)
      .expect(202)
    expect((await jobDone(body.id)).status).toBe('completed')
    await api.call('delete', '/v1/types/letter?force=true').expect(204)
    expect((await jobDone(body.id)).result).toMatchObject({ rows: 2, created: 2 })
    expect((await api.call('post', `/v1/jobs/${body.id}/revert`, {}).expect(409)).body).toMatchObject({
      code: 'type_deleted',
      detail: `Job ${body.id} cannot be reverted, because its record type was deleted.`,
    })
  })

  it('removes a relation that records use only with force', async () => {
    await create('stop', { relations: { parents: ['contact'] } })
    const contact = (await api.call('post', '/v1/contacts', { lastName: 'Orlova' }).expect(201)).body.id
    const id = await titled('stop', 'x', { contactId: contact })
    const { body } = await api.call('patch', '/v1/types/stop', { relations: { parents: [] } }).expect(409)
    expect(body).toMatchObject({ code: 'relation_in_use', records: 1 })
    await api.call('patch', '/v1/types/stop?force=true', { relations: { parents: [] } }).expect(200)
    expect((await other.call('get', `${items('stop')}/${id}`).expect(200)).body).not.toHaveProperty('contactId')
    await api.call('patch', '/v1/types/stop', { relations: { parents: ['contact'] } }).expect(200)
    expect((await other.call('get', `${items('stop')}/${id}`).expect(200)).body.contactId).toBeNull()
  })
})

describe('Types are refused', () => {
  const faults = async (method: 'post' | 'patch', path: string, body: object, status = 422) => {
    const answer = await api.call(method, path, body).expect(status)
    const list: { pointer: string; code: string }[] = answer.body.errors ?? []
    return list.length ? list.map(({ pointer, code }) => [pointer, code]) : answer.body.code
  }

  it.each([
    [{ code: 'user' }, [['/code', 'reserved_code']]],
    [{ code: 'Delivery' }, [['/code', 'invalid_code']]],
    [{ code: 'доставка' }, [['/code', 'invalid_code']]],
    [{ code: 'x'.repeat(51) }, [['/code', 'invalid_code']]],
    [{ code: 'a', features: ['pipelines'] }, [['/features', 'feature_needs']]],
    [{ code: 'a', features: ['stage'] }, [['/features/0', 'unknown_value']]],
    [{ code: 'a', relations: { parents: ['a'] } }, [['/relations/parents/0', 'relation_to_itself']]],
    [{ code: 'a', relations: { parents: ['deel'] } }, [['/relations/parents/0', 'unknown_type']]],
    [{ code: 'responsible', relations: { children: ['deal'] } }, [['/relations/children/0', 'relation_exists']]],
    [{ code: 'a', number: 127 }, [['/number', 'out_of_range']]],
  ])('with the body %j', async (body, expected) => {
    expect(await faults('post', '/v1/types', { title: 'A', ...body })).toEqual(expected)
  })

  it('with a code, plural or number that is taken', async () => {
    await create('taken', { plural: 'takens', number: 200 })
    for (const body of [
      { code: 'taken' },
      { code: 'deal' },
      { code: 'tAKEN' },
      { code: 'dEAL' },
      { code: 'b', plural: 'takens' },
      { code: 'b', plural: 'deals' },
      { code: 'b', number: 200 },
    ]) {
      expect(await faults('post', '/v1/types', { title: 'A', ...body }, 409)).toBe('type_exists')
    }
  })

  it('to be changed or deleted if every instance has them', async () => {
    expect(await faults('patch', '/v1/types/deal', { title: 'Sale' }, 409)).toBe('system_type_fixed')
    expect((await api.call('delete', '/v1/types/deal').expect(409)).body.code).toBe('system_type_fixed')
    const { body } = await api.call('get', items('deal')).expect(404)
    expect(body).toMatchObject({ code: 'records_elsewhere', hint: '/v1/deals' })
  })
})
