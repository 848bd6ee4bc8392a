import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { aCompany, aContact, aDeal, read } from '../seed.ts'
import { fields, jobsOf } from './jobs-of.ts'

let api: Api
let jobs: ReturnType<typeof jobsOf>
beforeAll(async () => {
  api = await startApi({ work: true })
  jobs = jobsOf(api)
})
afterAll(() => api.close())

const aFile = async () =>
  (await api.call('post', '/v1/files?name=a.txt', 'hello').set('content-type', 'text/plain').expect(201)).body
const leftOf = async (id: number) => (await jobs.errorsOf(id)).map(({ column, code }) => [column, code])

describe('A revert of a bulk action', () => {
  it('restores links to records in the recycle bin, which are shown again once those are restored', async () => {
    const [old, fresh] = [await aCompany(api), await aCompany(api)]
    const deal = await aDeal(api, { companyId: old.id, comment: 'before' })
    const contact = await aContact(api, { companies: [{ id: old.id }, { id: fresh.id }] })
    const oldBefore = await read(api, `companies/${old.id}`)
    const ofDeal = await jobs.bulk('deals', { ids: [deal.id], set: { companyId: fresh.id, comment: 'by bulk' } })
    const ofContact = await jobs.bulk('contacts', { ids: [contact.id], set: { companies: [], comment: 'by bulk' } })
    await api.call('delete', `/v1/companies/${old.id}`).expect(204)
    for (const job of [ofDeal, ofContact]) {
      expect(await jobs.revert(job.id)).toMatchObject({ status: 'completed', result: { done: 1, failed: 0, left: 0 } })
    }
    expect(await read(api, `deals/${deal.id}`)).toMatchObject({ companyId: null, comment: 'before' })
    expect(await read(api, `contacts/${contact.id}`)).toMatchObject({ companies: [{ id: fresh.id, primary: true }] })
    await api.call('post', `/v1/recycle-bin/CO_${old.id}/restore`).expect(200)
    expect(fields(await read(api, `deals/${deal.id}`))).toEqual(fields(deal))
    expect(fields(await read(api, `contacts/${contact.id}`))).toEqual(fields(contact))
    expect(fields(await read(api, `companies/${old.id}`))).toEqual(fields(oldBefore))
    const { body } = await api.call('get', `/v1/companies/${old.id}/history`).expect(200)
    expect(body.data[1]).toMatchObject({
      via: 'revert',
      changes: [{ field: 'contacts', old: [], new: [{ id: contact.id, primary: true }] }],
    })
  })

  it('restores everything except deleted targets, and returns those by field', async () => {
    const [purged, merged, fresh] = [await aCompany(api), await aCompany(api), await aCompany(api)]
    const deals = await Promise.all([purged, merged].map(({ id }) => aDeal(api, { companyId: id, comment: 'before' })))
    const ids = deals.map(({ id }) => id)
    const job = await jobs.bulk('deals', { ids, set: { companyId: fresh.id, comment: 'by bulk' } })
    await api.call('delete', `/v1/companies/${purged.id}`).expect(204)
    await api.call('delete', `/v1/recycle-bin/CO_${purged.id}`).expect(204)
    await api.pool.query('update company set merged_into = $1 where id = $2', [fresh.id, merged.id])
    const undone = await jobs.revert(job.id)
    expect(undone).toMatchObject({ status: 'completedWithErrors', result: { records: 2, done: 0, failed: 0, left: 2 } })
    const { body } = await api.call('get', `/v1/jobs/${undone.id}/errors`).expect(200)
    const left = { row: null, line: null, column: 'companyId', severity: 'warning' }
    expect(body.data).toHaveLength(2)
    expect(body.data).toEqual(
      expect.arrayContaining([
        {
          ...{ ...left, recordId: ids[0], code: 'not_found_reference' },
          message: `There is no company ${purged.id}.`,
        },
        {
          ...{ ...left, recordId: ids[1], code: 'merged_record' },
          message: `The company ${merged.id} was merged into ${fresh.id}. Use ${fresh.id}.`,
        },
      ]),
    )
    for (const id of ids) {
      expect(await read(api, `deals/${id}`)).toMatchObject({ companyId: fresh.id, comment: 'before' })
    }
  })

  it('restores external keys that are free, options that exist and files that were not deleted', async () => {
    const options = ['a', 'b', 'c'].map((code) => ({ code, label: code.toUpperCase() }))
    const field = { code: 'size', kind: 'enumeration', label: 'Size', options }
    await api.call('post', '/v1/types/contact/fields', field).expect(201)
    const [kept, deleted] = [await aFile(), await aFile()]
    const before = { comment: 'before', userFields: { size: 'c' }, externalIds: [{ source: 'put', key: 'back' }] }
    const first = await aContact(api, { ...before, photo: { id: deleted.id } })
    const second = await aContact(api, { photo: { id: kept.id }, comment: 'before' })
    const set = { photo: null, externalIds: [], comment: 'by bulk', userFields: { size: 'a' } }
    const job = await jobs.bulk('contacts', { ids: [first.id, second.id], set })
    await api.call('delete', `/v1/files/${deleted.id}`).expect(204)
    await api.call('patch', '/v1/types/contact/fields/size', { options: options.slice(0, 2) }).expect(200)
    const holder = await aContact(api, { externalIds: before.externalIds })
    const undone = await jobs.revert(job.id)
    expect(undone).toMatchObject({ status: 'completedWithErrors', result: { records: 2, done: 1, left: 1 } })
    expect((await leftOf(undone.id)).toSorted()).toEqual([
      ['externalIds', 'duplicate_external_id'],
      ['photo', 'not_found_reference'],
      ['userFields.size', 'unknown_value'],
    ])
    expect(await read(api, `contacts/${first.id}`)).toMatchObject({
      ...{ comment: 'before', photo: null, externalIds: [], userFields: { size: 'a' } },
    })
    expect(fields(await read(api, `contacts/${second.id}`))).toEqual({ ...fields(second), userFields: { size: null } })
    await api.call('patch', `/v1/contacts/${holder.id}`, { externalIds: [] }).expect(200)
    // Values that became available are restored, and the rest is retried.
    const again = await jobs.revert(job.id)
    expect(again).toMatchObject({ result: { records: 1, done: 0, left: 1 } })
    expect((await leftOf(again.id)).toSorted()).toEqual([
      ['photo', 'not_found_reference'],
      ['userFields.size', 'unknown_value'],
    ])
  })

  it('does not restore a record without a name or without a field that became required', async () => {
    const label = 'Grade'
    await api.call('post', '/v1/types/contact/fields', { code: 'grade', kind: 'string', label }).expect(201)
    const contact = await aContact(api, { firstName: 'Anna' })
    const set = { lastName: 'Smirnova', comment: 'by bulk', userFields: { grade: 'A' } }
    const job = await jobs.bulk('contacts', { ids: [contact.id], set })
    await api.call('patch', `/v1/contacts/${contact.id}`, { firstName: null }).expect(200)
    await api.call('patch', '/v1/types/contact/fields/grade', { required: true }).expect(200)
    const undone = await jobs.revert(job.id)
    await api.call('patch', '/v1/types/contact/fields/grade', { required: false }).expect(200)
    expect((await leftOf(undone.id)).toSorted()).toEqual([
      ['lastName', 'identity_required'],
      ['userFields.grade', 'required'],
    ])
    expect(await read(api, `contacts/${contact.id}`)).toMatchObject({
      ...{ firstName: null, lastName: 'Smirnova', comment: null },
      userFields: expect.objectContaining({ grade: 'A' }),
    })
  })

  it('counts as done if someone restored the value by hand', async () => {
    const contact = await aContact(api, { comment: 'before', position: 'before' })
    const job = await jobs.bulk('contacts', { ids: [contact.id], set: { comment: 'by bulk', position: 'by bulk' } })
    await api.call('patch', `/v1/contacts/${contact.id}`, { comment: 'before' }).expect(200)
    expect(await jobs.revert(job.id)).toMatchObject({ status: 'completed', result: { records: 1, done: 1, left: 0 } })
    expect(fields(await read(api, `contacts/${contact.id}`))).toEqual(fields(contact))
  })

  it('restores the time when a deal was closed, and its pipeline only together with its stage', async () => {
    const deal = await aDeal(api, { stageId: 'WON' })
    const job = await jobs.bulk('deals', { ids: [deal.id], set: { stageId: 'NEW' } })
    expect((await read(api, `deals/${deal.id}`)).closedAt).toBeNull()
    await jobs.revert(job.id)
    expect(await read(api, `deals/${deal.id}`)).toMatchObject({ stageId: 'WON', closedAt: deal.closedAt })
    expect(deal.closedAt).not.toBeNull()
    const other = (
      await api.pool.query(`with made as (insert into pipeline (type_id, name, sort) values (2, '{"en":"P","ru":"P"}', 9) returning id)
        insert into stage (pipeline_id, code, name, semantic, color, sort)
        select made.id, s.code, '{"en":"S","ru":"S"}', s.semantic, '#000000', s.sort from made,
          (values ('S1', 'process', 1), ('S2', 'process', 2)) as s (code, semantic, sort) returning pipeline_id as id`)
    ).rows[0].id
    const moved = await jobs.bulk('deals', { ids: [deal.id], set: { pipelineId: Number(other), stageId: 'S1' } })
    await api.call('patch', `/v1/deals/${deal.id}`, { stageId: 'S2' }).expect(200)
    const undone = await jobs.revert(moved.id)
    expect((await leftOf(undone.id)).toSorted()).toEqual([
      ['pipelineId', 'changed_since'],
      ['stageId', 'changed_since'],
    ])
    expect(await read(api, `deals/${deal.id}`)).toMatchObject({ pipelineId: Number(other), stageId: 'S2' })
  })

  it('restores the order of links and the primary one, on both sides', async () => {
    const people = await Promise.all([1, 2, 3, 4].map((n) => aContact(api, { lastName: `N${n}` })))
    const [first, second, third, late] = people.map(({ id }) => id)
    const links = [{ id: first }, { id: second, primary: true }, { id: third }]
    const company = await aCompany(api, { contacts: links })
    const before = await Promise.all(people.map(({ id }) => read(api, `contacts/${id}`)))
    const same = async () => {
      expect(fields(await read(api, `companies/${company.id}`))).toEqual(fields(company))
      for (const one of before) expect(fields(await read(api, `contacts/${one.id}`))).toEqual(fields(one))
    }
    for (const ids of [[first], [second], [first, second, third]]) {
      const job = await jobs.bulk('contacts', { ids, set: { companies: [] } })
      await jobs.revert(job.id)
      await same()
    }
    const added = await jobs.bulk('contacts', { ids: [late], add: { companies: [{ id: company.id }] } })
    await jobs.revert(added.id)
    await same()
    // Changes by others since then are kept.
    const job = await jobs.bulk('contacts', { ids: [first, second], set: { companies: [] } })
    await api
      .call('patch', `/v1/companies/${company.id}`, { contacts: { add: [{ id: late, primary: true }] } })
      .expect(200)
    await jobs.revert(job.id)
    expect((await read(api, `companies/${company.id}`)).contacts).toEqual([
      ...[first, second, third].map((id) => ({ id, primary: false })),
      { id: late, primary: true },
    ])
  })
})
