import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { aCompany, aContact, aDeal, asCaller, limitsByName, limitsOf, own, read, without } from '../seed.ts'
import { fields, jobsOf } from './jobs-of.ts'

let api: Api
beforeAll(async () => {
  limitsByName.Timid = (caller) => ({ rows: { update: own(caller), move: without('stage_id', 'WON') } })
  api = await startApi({ limitsOf, work: true })
})
afterAll(async () => {
  delete limitsByName.Timid
  await api.close()
})

const bulk = (plural: string, body: object, as: Pick<Api, 'call'> = api) => jobsOf(as).bulk(plural, body)
const revert = (id: number) => jobsOf(api).revert(id)
const errorsOf = (id: number, as: Pick<Api, 'call'> = api) => jobsOf(as).errorsOf(id)

describe('A bulk action', () => {
  it('sets fields and adds to lists of the filtered records, each record with its own history entry', async () => {
    const marked = await Promise.all([1, 2, 3].map((n) => aContact(api, { position: 'bulk me', lastName: `B${n}` })))
    const other = await aContact(api, { position: 'leave me' })
    const job = await bulk('contacts', {
      filter: { field: 'position', op: 'eq', value: 'bulk me' },
      set: { comment: 'Done', opened: false, participatesInExport: false },
      add: { observers: [api.userId] },
    })
    expect(job).toMatchObject({
      ...{ type: 'bulk', status: 'completed', progress: { done: 3, total: 3 } },
      result: { records: 3, done: 3, failed: 0, left: 0 },
    })
    for (const { id } of marked) {
      expect(await read(api, `contacts/${id}`)).toMatchObject({
        ...{ version: 2, comment: 'Done', opened: false, participatesInExport: false, observers: [api.userId] },
      })
      const history = await api.call('get', `/v1/contacts/${id}/history`).expect(200)
      expect(history.body.data[0]).toMatchObject({ via: 'bulk', version: 2, actorId: api.userId })
    }
    expect(await read(api, `contacts/${other.id}`)).toEqual(other)
  })

  it('is reverted as a whole, except for values changed since', async () => {
    const company = await aCompany(api)
    const [first, second, third] = await Promise.all(
      [1, 2, 3].map(() => aContact(api, { position: 'undo', phones: [{ value: '+7 495 100-00-01' }] })),
    )
    const ids = [first!.id, second!.id, third!.id]
    const job = await bulk('contacts', {
      ids,
      set: { position: 'changed', comment: 'by bulk', phones: [], companies: [{ id: company.id }] },
    })
    expect(await read(api, `contacts/${first!.id}`)).toMatchObject({ phones: [], companies: [{ id: company.id }] })
    await api.call('patch', `/v1/contacts/${second!.id}`, { position: 'by hand' }).expect(200)
    const undone = await revert(job.id)
    expect(undone).toMatchObject({
      type: 'revert',
      status: 'completedWithErrors',
      result: { records: 3, done: 2, left: 1 },
    })
    expect(await errorsOf(undone.id)).toEqual([
      { recordId: second!.id, column: 'position', severity: 'warning', code: 'changed_since' },
    ])
    for (const before of [first!, third!]) {
      expect(fields(await read(api, `contacts/${before.id}`))).toEqual(fields(before))
    }
    expect(fields(await read(api, `contacts/${second!.id}`))).toEqual({ ...fields(second!), position: 'by hand' })
    expect((await read(api, `companies/${company.id}`)).contacts).toEqual([])
    expect((await api.call('post', `/v1/jobs/${undone.id}/revert`).expect(409)).body.code).toBe('not_revertible')
  })

  it('moves deals through stages and reverts the moves', async () => {
    const deals = await Promise.all([1, 2].map(() => aDeal(api, { title: 'Bulk deal' })))
    const ids = deals.map(({ id }) => id)
    const job = await bulk('deals', { ids, set: { stageId: 'WON' } })
    expect(await read(api, `deals/${ids[0]}`)).toMatchObject({ stageId: 'WON', stageSemantic: 'success' })
    await revert(job.id)
    expect(await read(api, `deals/${ids[0]}`)).toMatchObject({
      stageId: 'NEW',
      stageSemantic: 'process',
      closedAt: null,
    })
    const stages = await api.call('get', `/v1/deals/${ids[0]}/stage-history`).expect(200)
    expect(stages.body.data.map(({ stageId }: { stageId: string }) => stageId)).toEqual(['NEW', 'WON', 'NEW'])
  })

  it('skips records that the caller may not change, and returns each with the reason', async () => {
    const timid = await asCaller(api, 'Timid')
    const own = await aDeal(timid, { title: 'Own' })
    const foreign = await aDeal(api, { title: 'Foreign' })
    const ids = [own.id, foreign.id, 999_999]
    const preview = await timid.call('post', '/v1/deals/bulk?dryRun=true', { ids, set: { title: 'X' } }).expect(200)
    expect(preview.body).toEqual({ matched: 2, denied: 1, missing: 1, done: 1, failed: 2, left: 0 })
    const job = await bulk('deals', { ids, set: { title: 'Renamed' } }, timid)
    expect(job).toMatchObject({ status: 'completedWithErrors', result: { records: 3, done: 1, failed: 2 } })
    expect(await errorsOf(job.id, timid)).toEqual([
      { recordId: foreign.id, column: null, severity: 'error', code: 'forbidden' },
      { recordId: 999_999, column: null, severity: 'error', code: 'record_not_found' },
    ])
    expect((await read(api, `deals/${own.id}`)).title).toBe('Renamed')
    const moved = await bulk('deals', { ids: [own.id], set: { stageId: 'WON' } }, timid)
    expect(await errorsOf(moved.id, timid)).toMatchObject([{ recordId: own.id, code: 'forbidden' }])
    expect((await read(api, `deals/${own.id}`)).stageId).toBe('NEW')
  })

  it('deletes records and restores them', async () => {
    const contacts = await Promise.all([1, 2].map(() => aContact(api, { position: 'delete me' })))
    const job = await bulk('contacts', { filter: { field: 'position', op: 'eq', value: 'delete me' }, delete: true })
    for (const { id } of contacts) await api.call('get', `/v1/contacts/${id}`).expect(404)
    const undone = await revert(job.id)
    expect(undone).toMatchObject({ status: 'completed', result: { records: 2, done: 2 } })
    for (const before of contacts) {
      expect(fields(await read(api, `contacts/${before.id}`))).toEqual(fields(before))
    }
  })

  it('changes more records than fit in one transaction, each once, and then forgets the request', async () => {
    const { body } = await api
      .call('post', '/v1/contacts/batch', {
        operations: Array.from({ length: 1000 }, (_, n) => ({
          op: 'create',
          data: { lastName: `M${n}`, position: 'many' },
        })),
      })
      .expect(200)
    await api
      .call('post', '/v1/contacts/batch', {
        operations: Array.from({ length: 500 }, (_, n) => ({
          op: 'create',
          data: { lastName: `N${n}`, position: 'many' },
        })),
      })
      .expect(200)
    expect(body.results).toHaveLength(1000)
    const job = await bulk('contacts', {
      filter: { field: 'position', op: 'eq', value: 'many' },
      add: { externalIds: [] },
      set: { comment: 'once' },
    })
    expect(job).toMatchObject({ status: 'completed', result: { records: 1500, done: 1500 } })
    const { rows } = await api.pool.query(
      `select count(*)::int as n, count(distinct record_id)::int as records from history where job_id = $1`,
      [job.id],
    )
    expect(rows[0]).toEqual({ n: 1500, records: 1500 })
    // The request is deleted once it is no longer needed.
    const { rows: kept } = await api.pool.query('select action from local.bulk where job_id = $1', [job.id])
    expect(kept[0].action).toBeNull()
  })

  it('previews the result for up to a thousand records with dryRun, and counts more', async () => {
    const contact = await aContact(api, { firstName: 'Anna', lastName: 'Ivanova', position: 'try me' })
    const nameless = await aContact(api, { firstName: 'Olga', position: 'try me' })
    const filter = { field: 'position', op: 'eq', value: 'try me' }
    const preview = async (path: string, body?: object) => (await api.call('post', path, body).expect(200)).body
    const set = { firstName: null, observers: [api.userId] }
    const met = { matched: 2, denied: 0, missing: 0, done: 1, failed: 1, left: 0 }
    expect(await preview('/v1/contacts/bulk?dryRun=true', { filter, set })).toEqual(met)
    expect(await read(api, `contacts/${contact.id}`)).toEqual(contact)
    const job = await bulk('contacts', { filter, set })
    expect(job.result).toEqual({ records: 2, done: 1, failed: 1, left: 0 })
    expect(await errorsOf(job.id)).toEqual([
      { recordId: nameless.id, column: 'firstName', severity: 'error', code: 'identity_required' },
    ])
    await api.call('patch', `/v1/contacts/${contact.id}`, { firstName: 'Vera' }).expect(200)
    expect(await preview(`/v1/jobs/${job.id}/revert?dryRun=true`)).toEqual({
      ...{ matched: 1, denied: 0, missing: 0, done: 0, failed: 0, left: 1 },
    })
    expect((await read(api, `contacts/${contact.id}`)).observers).toEqual([api.userId])
    const ids = Array.from({ length: 1001 }, (_, index) => 1_000_000 + index)
    expect(await preview('/v1/contacts/bulk?dryRun=true', { ids, set })).toEqual({
      ...{ matched: 0, denied: 0, missing: 1001, done: null, failed: null, left: null },
    })
  })

  it.each([
    ['a filter without a condition', { filter: { and: [] }, set: { comment: 'x' } }, '/filter', 'condition_required'],
    [
      'empty groups',
      { filter: { or: [{ not: { and: [] } }] }, set: { comment: 'x' } },
      '/filter',
      'condition_required',
    ],
    ['all and a filter', { all: true, filter: { and: [] }, set: { comment: 'x' } }, '/all', 'not_allowed_here'],
    ['all and ids', { all: true, ids: [1], set: { comment: 'x' } }, '/all', 'not_allowed_here'],
    ['no selection', { set: { comment: 'x' } }, '/filter', 'required'],
    ['both selections', { ids: [1], filter: {}, set: { comment: 'x' } }, '/ids', 'not_allowed_here'],
    ['nothing to do', { ids: [1] }, '', 'required'],
    ['nothing to set', { ids: [1], set: {} }, '', 'required'],
    ['nothing to set in user fields', { ids: [1], set: { userFields: {} } }, '', 'required'],
    ['nothing to add', { ids: [1], add: { phones: [] }, remove: {} }, '', 'required'],
    [
      'a zone without days',
      { ids: [1], timeZone: 'Nowhere/X', set: { comment: 'x' } },
      '/timeZone',
      'not_allowed_here',
    ],
    [
      'no name for anybody',
      { ids: [1], set: { firstName: null, lastName: null, phones: [], emails: null } },
      '/set/firstName',
      'identity_required',
    ],
    ['an unknown user', { ids: [1], set: { responsibleId: 99_999 } }, '/set/responsibleId', 'not_found_reference'],
    [
      'an unknown linked record',
      { ids: [1], add: { companies: [{ id: 99_999 }] } },
      '/add/companies/0/id',
      'not_found_reference',
    ],
    ['an unknown file', { ids: [1], set: { photo: { id: 99_999 } } }, '/set/photo/id', 'not_found_reference'],
    ['a change and a deletion', { ids: [1], set: { comment: 'x' }, delete: true }, '/delete', 'not_allowed_here'],
    ['an unknown field', { ids: [1], set: { lastNam: 'x' } }, '/set/lastNam', 'unknown_field'],
    ['a name with a slash', { ids: [1], add: { 'a/b~c': [1] } }, '/add/a~1b~0c', 'unknown_field'],
    ['a wrong value', { ids: [1], set: { birthDate: '2026-02-30' } }, '/set/birthDate', 'invalid_date'],
    ['a wrong item', { ids: [1], add: { phones: [{ value: 'none' }] } }, '/add/phones/0/value', 'invalid_phone'],
    ['adding to a single value', { ids: [1], add: { lastName: 'x' } }, '/add/lastName', 'invalid_type'],
    ['a read-only field', { ids: [1], set: { createdAt: '2026-01-01T00:00:00Z' } }, '/set/createdAt', 'read_only'],
    ['an empty value of a read-only field', { ids: [1], set: { updatedBy: null } }, '/set/updatedBy', 'read_only'],
    ['an id', { ids: [1], set: { id: 0 } }, '/set/id', 'read_only'],
    ['linked records', { ids: [1], set: { expanded: { companies: [] } } }, '/set/expanded', 'read_only'],
    [
      'one field twice',
      { ids: [1], set: { observers: [] }, add: { observers: [1] } },
      '/add/observers',
      'duplicate_field',
    ],
    [
      'a wrong filter',
      { filter: { field: 'lastNam', value: 'x' }, set: { comment: 'x' } },
      '/filter/field',
      'unknown_field',
    ],
  ])('is refused with %s', async (_name, body, pointer, code) => {
    const answer = await api.call('post', '/v1/contacts/bulk', body).expect(422)
    expect(answer.body.errors).toContainEqual(expect.objectContaining({ pointer, code }))
    expect((await api.call('post', '/v1/contacts/bulk?dryRun=true', body).expect(422)).body.errors).toEqual(
      answer.body.errors,
    )
  })
})
