import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { aUser } from '../api.ts'
import { type JobApi, startJobApi } from '../jobs.ts'
import { aCompany, aContact, aDeal, without } from '../seed.ts'
import { importedJob } from './import-file.ts'

let api: JobApi
beforeAll(async () => {
  const keeps = without('last_name', 'Kept by right')
  api = await startJobApi({
    limitsOf: ({ isAdmin }, { code }) => (isAdmin || code !== 'contact' ? {} : { rows: { delete: keeps } }),
  })
})
afterAll(() => api.close())

const started = async (file: string) =>
  (await api.call('post', '/v1/contacts/import').set('content-type', 'text/csv').send(file).expect(202)).body
const read = async (link: string) => (await api.call('get', link).expect(200)).body
const fileOf = (names: string[]) => ['lastName;phones', ...names.map((name) => `${name};+7 945 123-45-67`)].join('\n')
const countOf = async (name: string) =>
  (await api.call('get', `/v1/contacts?filter[lastName][startsWith]=${name}&count=exact&limit=1`)).body.total
const contact = async (name: string) =>
  (await api.call('get', `/v1/contacts?filter[lastName]=${name}&expand=companies`)).body.data[0]

const imported = (file: string) => importedJob(api, file)

async function reverted(id: number) {
  const { body } = await api.call('post', `/v1/jobs/${id}/revert`).expect(202)
  await api.work()
  const job = await read(body.links.self)
  return { ...job, faults: (await read(job.links.errors)).data }
}

/** Everything that a revert has to restore: rows of records, their related rows and search results. */
async function everything() {
  const tables = ['contact', 'company', 'communication', 'external_id', 'link', 'stage_history', 'record_file']
  const found = tables.map(async (table) => {
    const { rows } = await api.pool.query(`select to_jsonb(t) as row from ${table} as t order by id`)
    return [table, rows.map(({ row }) => row)] as const
  })
  return Object.fromEntries(await Promise.all(found))
}

describe('a revert of an import', () => {
  it('restores the previous state', async () => {
    await aContact(api, { lastName: 'Earlier', phones: [{ value: '+7 945 123-45-67' }] })
    const before = await everything()
    const job = await imported(fileOf(Array.from({ length: 1200 }, (_, index) => `Undone ${index}`)))
    expect(job.result.created).toBe(1200)
    const { body: preview } = await api.call('post', `/v1/jobs/${job.id}/revert?dryRun=true`).expect(200)
    expect(preview).toMatchObject({ matched: 1200, denied: 0, missing: 0 })
    expect(await reverted(job.id)).toMatchObject({
      ...{ type: 'revert', status: 'completed', result: { records: 1200, done: 1200, failed: 0, left: 0 } },
    })
    expect(await everything()).toEqual(before)
    expect((await api.call('post', `/v1/jobs/${job.id}/revert`).expect(409)).body.code).toBe('already_reverted')
  })

  it('keeps and reports records that were changed or referenced since, and can be repeated for them', async () => {
    const names = ['Free', 'Changed', 'Linked', 'Deal', 'Binned']
    const job = await imported(fileOf(names.map((name) => `Left ${name}`)))
    const [changed, linked, inDeal, binned] = await Promise.all(
      names.slice(1).map(async (name) => await contact(`Left ${name}`)),
    )
    await api.call('patch', `/v1/contacts/${changed.id}`, { comment: 'Mine' }).expect(200)
    await aCompany(api, { title: 'Since', contacts: [{ id: linked.id }] })
    const deal = await aDeal(api, { title: 'Since', contacts: [{ id: inDeal.id }] })
    await api.call('delete', `/v1/contacts/${binned.id}`).expect(204)
    const first = await reverted(job.id)
    expect(first).toMatchObject({ status: 'completedWithErrors', result: { records: 5, done: 2, failed: 0, left: 3 } })
    const told = (id: number, code: string) => expect.objectContaining({ recordId: id, severity: 'warning', code })
    expect(first.faults).toHaveLength(3)
    expect(first.faults).toEqual(
      expect.arrayContaining([
        told(changed.id, 'changed_since'),
        told(linked.id, 'changed_since'),
        told(inDeal.id, 'referred_to'),
      ]),
    )
    expect(await countOf('Left')).toBe(3)
    await api.call('post', `/v1/recycle-bin/C_${binned.id}/restore`).expect(404)
    await api.call('patch', `/v1/deals/${deal.id}`, { contacts: [] }).expect(200)
    expect(await reverted(job.id)).toMatchObject({ result: { records: 3, done: 1, left: 2 } })
    expect(await contact('Left Deal')).toBeUndefined()
  })

  it('restores existing companies that contacts of the file were linked to', async () => {
    const company = await aCompany(api, { title: 'Theirs' })
    const job = await imported(`lastName;companies\nWith company;[{"id": ${company.id}}]`)
    expect((await contact('With company')).companies).toMatchObject([{ id: company.id }])
    expect(await reverted(job.id)).toMatchObject({ status: 'completed', result: { done: 1 } })
    expect((await read(`/v1/companies/${company.id}`)).contacts).toEqual([])
  })

  it('works for a failed import, whose job reports the saved records', async () => {
    await api.pool.query(`alter table contact add constraint boom check (last_name <> 'Kept 700') not valid`)
    const job = await started(fileOf(Array.from({ length: 1200 }, (_, index) => `Kept ${index}`)))
    await expect(api.work()).rejects.toThrow('boom')
    await api.pool.query('alter table contact drop constraint boom')
    expect(await read(job.links.self)).toMatchObject({
      ...{ status: 'failed', errorCode: 'internal_error', progress: { done: 500, total: 1200 } },
      result: { rows: 500, created: 500, failed: 0 },
    })
    expect(await countOf('Kept')).toBe(500)
    expect(await reverted(job.id)).toMatchObject({ status: 'completed', result: { records: 500, done: 500 } })
    expect(await countOf('Kept')).toBe(0)
  })

  it('works for a cancelled import, but not for a running one', async () => {
    const job = await imported(fileOf(['Stopped 1', 'Stopped 2']))
    const state = (status: string) => api.pool.query('update local.job set status = $1 where id = $2', [status, job.id])
    await state('running')
    expect((await api.call('post', `/v1/jobs/${job.id}/revert`).expect(409)).body.code).toBe('job_state')
    await state('cancelled')
    expect(await reverted(job.id)).toMatchObject({ status: 'completed', result: { done: 2 } })
  })

  it('deletes only records that the caller may delete', async () => {
    const caller = api.as((await aUser(api.db, { lastName: 'Importer' })).key)
    const { body } = await caller('post', '/v1/contacts/import')
      .set('content-type', 'text/csv')
      .send(fileOf(['Kept by right', 'Not kept']) as never)
      .expect(202)
    await api.work()
    const { body: preview } = await caller('post', `/v1/jobs/${body.id}/revert?dryRun=true`).expect(200)
    expect(preview).toMatchObject({ matched: 2, denied: 1, done: 1, failed: 1 })
    const { body: undoing } = await caller('post', `/v1/jobs/${body.id}/revert`).expect(202)
    await api.work()
    const job = await read(undoing.links.self)
    expect(job).toMatchObject({ status: 'completedWithErrors', result: { records: 2, done: 1, failed: 1 } })
    expect((await read(job.links.errors)).data).toMatchObject([{ severity: 'error', code: 'forbidden' }])
    expect(await countOf('Kept by right')).toBe(1)
    expect(await countOf('Not kept')).toBe(0)
  })
})
