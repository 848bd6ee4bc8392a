import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals'
import type { Limits } from '../../../src/rights/limits.ts'
import { aUser } from '../../api.ts'
import { type JobApi, startJobApi } from '../../jobs.ts'
import { aCompany, aContact, aLead, asCaller, having, read } from '../../seed.ts'

let api: JobApi
beforeAll(async () => {
  api = await startJobApi({ limitsOf: (caller) => limits[caller.lastName ?? ''] ?? {} })
})
afterAll(() => api.close())
beforeEach(async () => {
  await api.pool.query('delete from link; delete from communication; delete from record_merge; delete from history')
  await api.pool.query('delete from contact; delete from company; delete from lead; delete from local.duplicate_state')
})

/** Limits of administrators, by last name. */
const limits: Record<string, Limits> = {
  Careful: { rows: { delete: having('last_name', 'Nobody') } },
  Blind: { hidden: ['comment'] },
}

const person = {
  ...{ lastName: 'Petrov', firstName: 'Ivan', birthDate: '1980-02-03' },
  ...{ phones: [{ value: '+7 945 123-45-67' }], emails: [{ value: 'ivan.petrov@vector.example' }] },
}

const nobody = {
  ...{ lastName: 'Nobody', firstName: 'Olga', birthDate: '1971-05-06' },
  ...{ phones: [{ value: '+7 945 765-43-21' }], emails: [{ value: 'olga@romashka.example' }] },
}

async function work(path: string, call = api.call) {
  const { body: job } = await call('post', path).expect(202)
  await api.work()
  return (await api.call('get', job.links.self).expect(200)).body
}

/** Scans the records, merges what can be merged, and returns the job without counters that are 0. */
async function merge(plural: string, query = '') {
  await work(`/v1/${plural}/duplicates/scan`)
  const listed = (await read(api, `${plural}/duplicates/groups`)) as object as { data: Listed[] }
  const job = await work(`/v1/${plural}/duplicates/merge${query}`)
  const result = Object.fromEntries(Object.entries(job.result).filter(([, count]) => count !== 0))
  const { body: faults } = await api.call('get', `/v1/jobs/${job.id}/errors`).expect(200)
  // The groups that are listed say what the job will do.
  const differing = faults.data.filter(({ code }: Fault) => code === 'values_differ')
  expect(listed.data.filter(({ automatic }) => automatic)).toHaveLength(job.result.merged)
  for (const { recordId, column } of differing as Fault[]) {
    expect(listed.data.find(({ id }) => id === recordId)?.conflicts).toContain(column)
  }
  return { id: job.id, status: job.status, result, left: faults.data }
}

/** A group in the list. */
interface Listed {
  id: number
  conflicts: string[]
  automatic: boolean
}

interface Fault {
  recordId: number
  code: string
  column: string | null
}

const left = (recordId: number, code: string, column: string | null = null) =>
  expect.objectContaining({ recordId, severity: 'info', code, column })
const merged = { groups: 1, merged: 1, mergedRecords: 1 }

it('keeps the more complete of values that mean the same', async () => {
  const survivor = await aContact(api, {
    ...person,
    ...{ firstName: 'I.', lastName: 'PETROV', address: { city: 'Omsk' }, position: 'director' },
  })
  const other = await aContact(api, {
    ...person,
    ...{
      firstName: 'Ivan',
      address: { city: 'Omsk', lines: ['Lenin st. 5'], postalCode: '644000' },
      position: 'Director',
    },
  })
  expect(await merge('contacts')).toMatchObject({ status: 'completed', result: merged, left: [] })
  const saved = await read(api, `contacts/${other.id}`)
  expect(saved).toMatchObject({ id: survivor.id, mergedInto: survivor.id, lastName: 'Petrov', firstName: 'Ivan' })
  expect(saved).toMatchObject({ address: { lines: ['Lenin st. 5'], postalCode: '644000' }, position: 'Director' })
})

it('leaves groups with different responsible users', async () => {
  const { userId } = await aUser(api.db)
  const first = await aContact(api, person)
  await aContact(api, { ...person, responsibleId: userId })
  expect(await merge('contacts')).toMatchObject({
    result: { groups: 1, otherResponsible: 1 },
    left: [left(first.id, 'other_responsible')],
  })
})

it('leaves groups whose values differ, also values that are not compared', async () => {
  await api.call('post', '/v1/types/contact/fields', { code: 'segment', kind: 'string', label: 'Segment' }).expect(201)
  const first = await aContact(api, { ...person, source: 'CALL', userFields: { segment: 'A' } })
  await aContact(api, { ...person, birthDate: '1991-11-30', source: 'EMAIL', userFields: { segment: 'B' } })
  const { result, left: reasons } = await merge('contacts')
  expect(result).toEqual({ groups: 1, conflicts: 1 })
  const columns = reasons.map(({ column }: { column: string }) => column)
  expect(columns.toSorted()).toEqual(['birthDate', 'source', 'userFields.segment'])
  expect(reasons[0]).toMatchObject({ recordId: first.id, code: 'values_differ', severity: 'info' })
})

it('joins titles, comments and amounts of leads', async () => {
  const first = await aLead(api, {
    ...person,
    title: 'Chairs',
    amount: '100.50',
    currency: 'RUB',
    comment: 'Call later',
  })
  await aLead(api, { ...person, title: 'Tables', amount: '99.9', currency: 'RUB', comment: 'Asks for a discount' })
  expect(await merge('leads')).toMatchObject({ result: merged })
  expect(await read(api, `leads/${first.id}`)).toMatchObject({
    ...{ title: 'Chairs / Tables', amount: '100.50', currency: 'RUB' },
    comment: 'Call later\n\nAsks for a discount',
  })
})

it('leaves leads at different stages, and amounts in different currencies', async () => {
  const first = await aLead(api, person)
  const other = await aLead(api, { ...person, stageId: 'IN_PROCESS' })
  expect(await merge('leads')).toMatchObject({
    result: { groups: 1, otherStage: 1 },
    left: [left(first.id, 'other_stage')],
  })
  await api.call('patch', `/v1/leads/${other.id}`, { stageId: 'NEW', amount: '10', currency: 'USD' }).expect(200)
  await api.call('patch', `/v1/leads/${first.id}`, { amount: '10', currency: 'RUB' }).expect(200)
  expect(await merge('leads')).toMatchObject({
    result: { groups: 1, conflicts: 1 },
    left: [left(first.id, 'values_differ', 'currency')],
  })
})

it('merges companies', async () => {
  const about = { phones: [{ value: '+7 945 555-44-33' }], emails: [{ value: 'info@romashka.example' }] }
  const address = { city: 'Омск', lines: ['Ленина, 5'] }
  const first = await aCompany(api, { ...about, address, title: 'Ромашка-Сервис' })
  await aCompany(api, { ...about, address, title: 'ООО «Ромашка-Сервис»' })
  expect(await merge('companies')).toMatchObject({ result: merged })
  expect(await read(api, `companies/${first.id}`)).toMatchObject({ title: 'ООО «Ромашка-Сервис»' })
})

it('looks again at records that were changed or deleted since the scan', async () => {
  const [first, other] = [await aContact(api, person), await aContact(api, person)]
  await work('/v1/contacts/duplicates/scan')
  await api.call('patch', `/v1/contacts/${other.id}`, { lastName: 'Sidorov', firstName: 'Oleg' }).expect(200)
  expect((await work('/v1/contacts/duplicates/merge')).result).toMatchObject({ merged: 0 })
  await api.call('patch', `/v1/contacts/${other.id}`, person).expect(200)
  await api.call('delete', `/v1/contacts/${first.id}`).expect(204)
  expect((await work('/v1/contacts/duplicates/merge')).result).toMatchObject({ groups: 0, merged: 0 })
})

it('uses the rights of the user who started the job', async () => {
  const first = await aContact(api, person)
  await aContact(api, person)
  await work('/v1/contacts/duplicates/scan')
  const careful = await asCaller(api, 'Careful')
  const job = await work('/v1/contacts/duplicates/merge', careful.call)
  expect(job).toMatchObject({ status: 'completed', result: { groups: 1, merged: 0, refused: 1 } })
  const { body: faults } = await api.call('get', `/v1/jobs/${job.id}/errors`).expect(200)
  expect(faults.data).toEqual([left(first.id, 'forbidden')])
  const blind = await asCaller(api, 'Blind')
  expect((await blind.call('post', '/v1/contacts/duplicates/merge').expect(403)).body.code).toBe('fields_hidden')
})

it('merges groups whose records link to each other', async () => {
  const partner = { code: 'partner', kind: 'crm', label: 'Partner', settings: { types: ['contact'] } }
  await api.call('post', '/v1/types/contact/fields', partner).expect(201)
  const link = (id: number) => ({ userFields: { partner: { type: 'contact', id } } })
  const [first, second] = [await aContact(api, person), await aContact(api, person)]
  const third = await aContact(api, { ...nobody })
  const fourth = await aContact(api, { ...nobody, ...link(second.id) })
  await api.call('patch', `/v1/contacts/${first.id}`, link(fourth.id)).expect(200)
  expect((await merge('contacts')).result).toEqual({ groups: 2, merged: 2, mergedRecords: 2 })
  expect(await read(api, `contacts/${fourth.id}`)).toMatchObject({ id: third.id, ...link(first.id) })
  expect(await read(api, `contacts/${second.id}`)).toMatchObject({ id: first.id, ...link(third.id) })
})

it('merges the groups beside those that the user may not merge', async () => {
  for (const fields of [person, person, nobody, nobody]) await aContact(api, fields)
  await work('/v1/contacts/duplicates/scan')
  const { call } = await asCaller(api, 'Careful')
  const job = await work('/v1/contacts/duplicates/merge', call)
  expect(job.result).toMatchObject({ groups: 2, merged: 1, mergedRecords: 1, refused: 1 })
})

it('only counts in a dry run', async () => {
  await aContact(api, person)
  const other = await aContact(api, person)
  expect((await merge('contacts', '?dryRun=true')).result).toEqual({ ...merged, dryRun: true })
  expect((await read(api, `contacts/${other.id}`)).version).toBe(other.version)
})

it('needs the settings right, the plan, and a type that is merged automatically', async () => {
  const { key } = await aUser(api.db)
  const path = '/v1/contacts/duplicates/merge'
  await api.as(key)('post', path).expect(403)
  expect((await api.call('post', '/v1/deals/duplicates/merge').expect(422)).body.code).toBe('duplicates_not_supported')
  await api.call('post', '/v1/types', { code: 'visit', title: 'Visit', features: ['duplicates'] }).expect(201)
  const { body: smart } = await api.call('post', '/v1/types/visit/items/duplicates/merge').expect(422)
  expect(smart.code).toBe('automatic_merging_not_supported')
  await api.pool.query(`update plan set features = array_remove(features, 'autoMerge')`)
  const { body } = await api.call('post', path).expect(403)
  expect(body).toMatchObject({ code: 'plan_feature_required', feature: 'autoMerge' })
})
