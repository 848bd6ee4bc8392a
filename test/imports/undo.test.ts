import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { everyRow } from '../every-row.ts'
import { type JobApi, startJobApi } from '../jobs.ts'
import { aCompany, aContact } from '../seed.ts'

let api: JobApi
beforeAll(async () => {
  api = await startJobApi()
  await api.call('post', '/v1/types/contact/fields', { code: 'city', kind: 'string', label: 'City' }).expect(201)
  await api
    .call('post', '/v1/types/contact/fields', {
      ...{ code: 'colours', kind: 'enumeration', multiple: true, label: 'Colours' },
      options: [
        { code: 'red', label: 'Red' },
        { code: 'blue', label: 'Blue' },
      ],
    })
    .expect(201)
  // The indexes of the fields.
  await api.work()
  const company = await aCompany(api, { title: 'Vector' })
  await aContact(api, {
    firstName: 'Anna',
    lastName: 'Earlier',
    phones: [{ value: '+7 945 123-45-67' }],
    companies: [{ id: company.id }],
  })
})
afterAll(() => api.close())

const everything = () => everyRow(api)

async function done(path: string, body?: string) {
  const call = api.call('post', path)
  const { body: job } = await (body === undefined ? call : call.set('content-type', 'text/csv').send(body)).expect(202)
  await api.work()
  const over = (await api.call('get', job.links.self)).body
  return { ...over, faults: (await api.call('get', `${over.links.errors}?limit=500`)).body.data }
}

const row = (index: number) =>
  [
    `${index};Contact ${index};8 945 ${1_000_000 + index};c${index}@vector.example;Omsk;red, blue`,
    // Some companies exist, some are created, some by several rows.
    `${index % 3 ? `New ${index % 40}` : 'Vector'};WEB;note ${index}`,
  ].join(';')
const contactsFile = (count: number) =>
  [
    'ID;Last name;Work phone;Work e-mail;City;Colours;Companies;Source;Comment',
    ...Array.from({ length: count }, (_, index) => row(index)),
  ].join('\n')

it('leaves the database as it was before the import, in every table', async () => {
  const before = await everything()
  const job = await done('/v1/contacts/import', contactsFile(700))
  expect(job).toMatchObject({ status: 'completed', result: { created: 700, failed: 0 } })
  const between = await everything()
  for (const table of ['contact', 'company', 'communication', 'external_id', 'link']) {
    const [less, more] = [before, between].map((all) => all[`public.${table}`]!.length)
    expect({ table, grew: more! > less! }).toEqual({ table, grew: true })
  }
  expect(await done(`/v1/jobs/${job.id}/revert`)).toMatchObject({ status: 'completed', faults: [] })
  expect(await everything()).toEqual(before)
})

it('leaves the records of deals with their stages as they were', async () => {
  const before = await everything()
  const stages = ['NEW', 'EXECUTING', 'WON']
  const lines = Array.from({ length: 300 }, (_, index) => `Deal ${index},${stages[index % 3]},${index}.50,Anna Earlier`)
  const job = await done('/v1/deals/import', ['Title,Stage,Amount,Contacts', ...lines].join('\n'))
  expect(job).toMatchObject({ status: 'completed', result: { created: 300 } })
  expect(await done(`/v1/jobs/${job.id}/revert`)).toMatchObject({ status: 'completed', faults: [] })
  expect(await everything()).toEqual(before)
})

it('leaves and reports the records that were changed since, and nothing else', async () => {
  const before = await everything()
  const job = await done('/v1/contacts/import', contactsFile(120))
  const { body: found } = await api.call('get', '/v1/contacts?filter[lastName][startsWith]=Contact&limit=500&fields=id')
  const ids: number[] = found.data.map(({ id }: { id: number }) => id)
  expect(ids).toHaveLength(120)
  const changed = ids.filter((_, index) => index % 2)
  for (const id of changed) await api.call('patch', `/v1/contacts/${id}`, { comment: 'By hand' }).expect(200)
  const undone = await done(`/v1/jobs/${job.id}/revert`)
  expect(undone.status).toBe('completedWithErrors')
  const reported = undone.faults.map(({ recordId, code }: { recordId: number; code: string }) => [recordId, code])
  for (const id of changed) expect(reported).toContainEqual([id, 'changed_since'])
  // The companies of the changed contacts are still in use.
  const { body: rest } = await api.call('get', '/v1/contacts?filter[lastName][startsWith]=Contact&limit=500')
  expect(rest.data.map(({ id }: { id: number }) => id).sort()).toEqual([...changed].sort())
  for (const { comment, phones, emails, companies } of rest.data) {
    expect([comment, phones.length, emails.length, companies.length]).toEqual(['By hand', 1, 1, 1])
  }
  const used = new Set(
    rest.data.flatMap(({ companies }: { companies: { id: number }[] }) => companies.map(({ id }) => id)),
  )
  const { body: companies } = await api.call('get', '/v1/companies?limit=500&fields=id,title')
  const isNew = ({ title }: { title: string }) => title.startsWith('New')
  expect(companies.data.filter(isNew).every(({ id }: { id: number }) => used.has(id))).toBe(true)
  // When the rest is deleted by hand, nothing of the import is left.
  for (const { id } of rest.data) await purge('C', `/v1/contacts/${id}`)
  for (const { id } of companies.data.filter(isNew)) await purge('CO', `/v1/companies/${id}`)
  expect(await everything()).toEqual(before)
})

async function purge(prefix: string, path: string): Promise<void> {
  await api.call('delete', path).expect(204)
  await api.call('delete', `/v1/recycle-bin/${prefix}_${path.split('/').at(-1)}`).expect(204)
}
