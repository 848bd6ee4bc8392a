import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type JobApi, startJobApi } from '../../jobs.ts'
import { read } from '../../seed.ts'

let api: JobApi
beforeAll(async () => {
  api = await startJobApi()
})
afterAll(() => api.close())

const settings = '/v1/contacts/duplicates/settings'
const last = ['Ivanov', 'Orlova', 'Sidorov', 'Kuznetsova', 'Volkov', 'Belova', 'Titov', 'Zueva']
const first = ['Alexander', 'Olga', 'Peter', 'Maria', 'Igor', 'Elena', 'Oleg', 'Vera']

/** Returns the rows of a person: full, and in upper case with another phone format. */
function rowsOf(at: number): string[] {
  const phone = `8 945 ${300 + at * 7}-${20 + at}-${90 - at}`
  return [
    `${last[at]};${first[at]};${phone};p${at}@vector${at}.example;`,
    `${last[at]!.toUpperCase()};${first[at]};+7${phone.replaceAll(/\D/g, '').slice(1)};p${at}@vector${at}.example;Again`,
  ]
}

async function done(path: string) {
  const { body: job } = await api.call('post', path).expect(202)
  await api.work()
  return (await api.call('get', job.links.self).expect(200)).body
}

/** Returns the jobs that merge automatically, the latest first. */
async function mergeJobs(): Promise<{ id: number; type: string }[]> {
  const { body } = await api.call('get', '/v1/jobs').expect(200)
  return body.data.filter(({ type }: { type: string }) => type === 'duplicate-merge')
}

it('merges the duplicates of an imported base, and stops after three undone merges', async () => {
  const file = ['Last name;First name;Phone;E-mail;Comment', ...last.flatMap((_, at) => rowsOf(at))].join('\n')
  await api.call('post', '/v1/contacts/import').set('content-type', 'text/csv').send(file).expect(202)
  await api.work()
  await api.call('put', settings, { autoMerge: true }).expect(200)
  await done('/v1/contacts/duplicates/scan')

  const [job] = await mergeJobs()
  expect(job).toMatchObject({ status: 'completed', result: { groups: 8, merged: 8, mergedRecords: 8, conflicts: 0 } })
  const { body: report } = await api.call('get', `/v1/merges?automatic=true&job=${job!.id}`).expect(200)
  expect(report.data).toHaveLength(8)
  const survivor = await read(api, `contacts/${report.data[7].survivorId}`)
  expect(survivor).toMatchObject({ lastName: 'Ivanov', firstName: 'Alexander', comment: 'Again' })
  expect(survivor.phones).toHaveLength(1)
  expect((await api.call('get', '/v1/contacts?count=exact')).body.total).toBe(8)

  for (const { id } of report.data.slice(0, 2)) await api.call('post', `/v1/merges/${id}/revert`).expect(200)
  expect((await read(api, settings.slice(4))) as object).toMatchObject({ autoMerge: true, autoMergeStopped: null })
  await api.call('post', `/v1/merges/${report.data[2].id}/revert`).expect(200)
  expect(await read(api, settings.slice(4))).toEqual({
    ...{ fields: [], schedule: 'never', autoMerge: false },
    autoMergeStopped: {
      at: expect.any(String),
      code: 'undone_too_often',
      message:
        'Automatic merging stopped: 3 of its last 100 merges were undone. Switch `autoMerge` on again to continue.',
    },
  })
  const { body: refusal } = await api.call('post', '/v1/contacts/duplicates/merge').expect(409)
  expect(refusal.code).toBe('automatic_merging_stopped')
  await api.call('put', settings, { autoMerge: true }).expect(200)
  const { result } = await done('/v1/contacts/duplicates/merge')
  expect(result).toMatchObject({ groups: 3, merged: 0, undone: 3 })
  expect((await api.call('get', '/v1/contacts?count=exact')).body.total).toBe(11)
})

it('undoes all merges of a job', async () => {
  const first = (await mergeJobs()).at(-1)!
  const { body: preview } = await api.call('post', `/v1/jobs/${first.id}/revert?dryRun=true`).expect(200)
  expect(preview).toMatchObject({ matched: 5, done: 5, failed: 0, left: 0 })
  const job = await done(`/v1/jobs/${first.id}/revert`)
  expect(job).toMatchObject({ status: 'completed', result: { records: 5, done: 5, failed: 0, left: 0 } })
  expect((await api.call('get', '/v1/contacts?count=exact')).body.total).toBe(16)
  const { body } = await api.call('post', `/v1/jobs/${first.id}/revert`).expect(409)
  expect(body.code).toBe('already_reverted')
})
