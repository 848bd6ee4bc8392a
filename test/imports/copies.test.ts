import { afterAll, beforeEach, expect, it } from '@jest/globals'
import { aUser } from '../api.ts'
import { type JobApi, startJobApi } from '../jobs.ts'
import { aCompany, aContact, read } from '../seed.ts'

let api: JobApi
beforeEach(async () => {
  await api?.close()
  api = await startJobApi()
})
afterAll(() => api.close())

const send = (path: string, lines: readonly string[], query = 'keep=ids', call = api.call) =>
  call('post', `/v1/${path}/import?${query}`)
    .set('content-type', 'text/csv')
    .set('accept-language', 'en')
    .send(`${lines.join('\r\n')}\r\n` as never)

/** Imports a copy, and returns the job with its errors. */
async function copied(path: string, lines: readonly string[], query?: string) {
  const { body } = await send(path, lines, query).expect(202)
  await api.work()
  const job = (await api.call('get', body.links.self).set('accept-language', 'en')).body
  const { data } = (await api.call('get', job.links.errors)).body
  const errors = data.map((one: Record<string, unknown>) => [one.row, one.column, one.severity, one.code])
  return { ...job, errors }
}

it('keeps ids, versions, timestamps and their users', async () => {
  const other = await aUser(api.db)
  const job = await copied('contacts', [
    'id,version,lastName,createdBy,createdAt,updatedBy,updatedAt,lastActivityAt',
    `51,7,Petrov,${other.userId},2020-01-31T07:00:00.123456Z,999,2021-02-28T10:00:00Z,2022-01-01T00:00:00Z`,
    '31,1,Orlova,,,,,',
  ])
  expect(job).toMatchObject({ status: 'completedWithErrors', result: { created: 2, failed: 0, warnings: 1 } })
  expect(job.errors).toEqual([[1, 'updatedBy', 'warning', 'unknown_user']])
  expect(await read(api, 'contacts/51')).toMatchObject({
    ...{ version: 7, lastName: 'Petrov', createdBy: other.userId, createdAt: '2020-01-31T07:00:00.123456Z' },
    ...{ updatedBy: api.userId, updatedAt: '2021-02-28T10:00:00.000Z', lastActivityAt: '2022-01-01T00:00:00.000Z' },
  })
  expect(await read(api, 'contacts/31')).toMatchObject({ version: 1, createdBy: api.userId })
  const next = await aContact(api)
  expect(next.id).toBeGreaterThan(51)
  const changed = await api.call('patch', '/v1/contacts/51', { lastName: 'Petrova' }).expect(200)
  expect(changed.body).toMatchObject({ version: 8 })
})

it('keeps the stage of a record with its times, without the rules of moves', async () => {
  const job = await copied('deals', [
    'id,title,pipelineId,stageId,stageSemantic,movedBy,movedAt,closedAt,amount',
    `11,Closed,3,WON,success,${api.userId},2021-01-01T00:00:00Z,2021-01-02T00:00:00Z,100.00`,
  ])
  const { body } = await api.call('get', '/v1/types/deal/pipelines')
  expect([job.errors, body.data[0].id]).toEqual([[], 3])
  expect(await read(api, 'deals/11')).toMatchObject({
    ...{
      stageId: 'WON',
      stageSemantic: 'success',
      movedAt: '2021-01-01T00:00:00.000Z',
      closedAt: '2021-01-02T00:00:00.000Z',
    },
  })
  const history = (await api.call('get', '/v1/deals/11/stage-history')).body.data
  expect(history).toMatchObject([{ kind: 'created', stageId: 'WON', enteredAt: '2021-01-01T00:00:00.000Z' }])
})

it('keeps links to records that are imported later, whatever the order of the files', async () => {
  const companies = [
    'id,title,version,contacts',
    '5,Vector,3,"[{""id"":9,""primary"":false},{""id"":7,""primary"":true}]"',
  ]
  const contacts = [
    'id,lastName,version,companies',
    '7,Petrov,2,"[{""id"":5,""primary"":true}]"',
    '9,Orlova,4,"[{""id"":5,""primary"":true}]"',
  ]
  expect((await copied('companies', companies)).errors).toEqual([])
  // Nobody gets the id of a contact that is still to come.
  const { rows } = await api.pool.query(
    `select last_value::int as last from pg_sequences where sequencename = 'contact_id_seq'`,
  )
  expect(rows[0].last).toBe(9)
  expect(await read(api, 'companies/5')).toMatchObject({ contacts: [], version: 3 })
  expect((await copied('contacts', contacts)).errors).toEqual([])
  expect(await read(api, 'companies/5')).toMatchObject({
    version: 3,
    contacts: [
      { id: 9, primary: false },
      { id: 7, primary: true },
    ],
  })
  expect(await read(api, 'contacts/9')).toMatchObject({ version: 4, companies: [{ id: 5, primary: true }] })
})

it('reports links to records that do not exist, once their type has records', async () => {
  const company = await aCompany(api)
  const job = await copied('contacts', ['id,lastName,companies', `7,Petrov,"[{""id"":${company.id}},{""id"":999}]"`])
  expect(job.errors).toEqual([[1, 'companies', 'warning', 'not_found_reference']])
  expect(await read(api, 'contacts/7')).toMatchObject({ companies: [{ id: company.id, primary: true }] })
  // The other records of a copy bring their own values.
  expect(await read(api, `companies/${company.id}`)).toMatchObject({ version: 1, contacts: [{ id: 7, primary: true }] })
})

it('imports thousands of rows once, and reports ids that are there twice', async () => {
  const rows = Array.from({ length: 1_200 }, (_, index) => `${index * 2 + 1},N${index}`)
  const job = await copied('contacts', ['id,lastName', ...rows, '1,Twice', '2403,Last', '2403,Twice'])
  expect(job).toMatchObject({ result: { created: 1_201, failed: 2 } })
  expect(job.errors).toEqual([
    [1201, 'id', 'error', 'taken_id'],
    [1203, 'id', 'error', 'taken_id'],
  ])
})

it('refuses types with records, also those in the recycle bin', async () => {
  const { id } = await aContact(api)
  const refused = await send('contacts', ['id,lastName', '7,Petrov']).expect(409)
  expect(refused.body).toMatchObject({
    code: 'type_has_records',
    detail: 'contact already has records. With keep=ids, records can only be imported into an empty type.',
  })
  await api.call('delete', `/v1/contacts/${id}`).expect(204)
  await send('contacts', ['id,lastName', '7,Petrov']).expect(409)
})

it('refuses types that got records before the job ran', async () => {
  const { body } = await send('contacts', ['id,lastName', '7,Petrov']).expect(202)
  await aContact(api)
  await api.work()
  expect((await api.call('get', body.links.self)).body).toMatchObject({
    status: 'failed',
    errorCode: 'type_has_records',
  })
})

it('refuses callers who are not portal administrators', async () => {
  const { userId, key } = await aUser(api.db)
  const permissions = [{ type: 'contact', operations: { read: 'all', add: 'all', import: 'all' } }]
  const members = { userIds: [userId], departments: [], groupIds: [] }
  await api.call('post', '/v1/roles', { name: 'Importer', permissions, members }).expect(201)
  const { body } = await send('contacts', ['id,lastName', '7,Petrov'], 'keep=ids', api.as(key)).expect(403)
  expect(body.code).toBe('admin_required')
})

it.each([
  [['id,lastName', '8,Petrov'], 'other_parity', 'Ids must be odd in this database. See line 2.'],
  [['id,lastName', '7,Petrov', 'x,Petrov'], 'invalid_copied_id', 'There is no valid id in line 3.'],
  [
    ['lastName', 'Petrov'],
    'raw_export_required',
    'With keep=ids, the file must be an export in raw mode with the column id. See the column id.',
  ],
  [
    ['id,Фамилия', '7,Petrov'],
    'raw_export_required',
    'With keep=ids, the file must be an export in raw mode with the column id. See the column Фамилия.',
  ],
])('imports nothing from %j', async (lines, errorCode, error) => {
  const job = await copied('contacts', lines)
  expect(job).toMatchObject({ status: 'failed', errorCode, error })
  expect((await api.call('get', '/v1/contacts')).body.data).toEqual([])
})

it('saves nothing in a dry run', async () => {
  const job = await copied('contacts', ['id,lastName', '7,Petrov'], 'keep=ids&dryRun=true')
  expect(job).toMatchObject({ status: 'completed', result: { created: 1, dryRun: true } })
  expect((await api.call('get', '/v1/contacts')).body.data).toEqual([])
})

it('can be reverted', async () => {
  const job = await copied('contacts', ['id,lastName,version', '7,Petrov,5'])
  await api.call('post', `${job.links.self}/revert`).expect(202)
  await api.work()
  await api.call('get', '/v1/contacts/7').expect(404)
})
