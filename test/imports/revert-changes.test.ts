import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { type JobApi, startJobApi } from '../jobs.ts'
import { aCompany, aContact } from '../seed.ts'
import { by, counts, importFile } from './import-file.ts'

let api: JobApi
beforeAll(async () => {
  api = await startJobApi()
})
afterAll(() => api.close())
beforeEach(async () => {
  await api.pool.query(
    'delete from communication; delete from external_id; delete from link; delete from contact; delete from company',
  )
})

const imported = (file: string, query: string, more?: { path: string }) => importFile(api, file, query, more)

describe('a revert', () => {
  async function everything() {
    const tables = ['contact', 'company', 'communication', 'external_id', 'link']
    const found = tables.map(async (table) => {
      const { rows } = await api.pool.query(
        `select to_jsonb(t) - '{id,version,updated_at,updated_by}'::text[] as row from ${table} as t order by t::text`,
      )
      return [table, rows.map(({ row }) => JSON.stringify(row)).sort()] as const
    })
    return Object.fromEntries(await Promise.all(found))
  }
  const reverted = async (id: number) => {
    const { body } = await api.call('post', `/v1/jobs/${id}/revert`).expect(202)
    await api.work()
    const { body: job } = await api.call('get', body.links.self)
    const { body: faults } = await api.call('get', job.links.errors)
    return { status: job.status, result: job.result, faults: faults.data }
  }

  it.each(['replace', 'merge'])('of an import that %ss restores what was there', async (action) => {
    const { id } = await aCompany(api, { title: `Old ${action}` })
    for (let at = 0; at < 30; at++) {
      await aContact(api, {
        lastName: `Before ${at}`,
        emails: [{ value: `p${at}@firm.example` }, { value: `second${at}@firm.example` }],
        ...(at % 2 && { position: 'Lawyer', companies: [{ id }], phones: [{ value: `+7 945 123-45-${10 + at}` }] }),
      })
    }
    const before = await everything()
    const rows = Array.from({ length: 700 }, (_, at) => {
      const email = `p${at % 60}@firm.example`
      return `After ${at};${email};Director ${at};+7 945 777-${10 + (at % 90)}-10;New ${action} ${at % 7};comment ${at}`
    })
    const file = ['lastName;E-mail;Position;Phone;Company;comment', ...rows].join('\n')
    const job = await imported(file, by(action, 'emails'))
    expect(job.counts).toEqual(counts({ created: 30, updated: 670 }))
    expect(await everything()).not.toEqual(before)
    const { body: preview } = await api.call('post', `/v1/jobs/${job.id}/revert?dryRun=true`).expect(200)
    expect(preview).toMatchObject({ matched: 67, denied: 0, missing: 0, done: 67, failed: 0, left: 0 })
    expect(await reverted(job.id)).toMatchObject({ status: 'completed', result: { records: 67, left: 0 }, faults: [] })
    expect(await everything()).toEqual(before)
    await api.call('post', `/v1/jobs/${job.id}/revert`).expect(409)
  })

  it('leaves and reports fields that were changed since', async () => {
    const { id } = await aContact(api, { emails: [{ value: 'anna@firm.example' }], position: 'Lawyer' })
    const job = await imported('E-mail;Position;comment\nanna@firm.example;Director;New', by('replace', 'emails'))
    await api.call('patch', `/v1/contacts/${id}`, { position: 'By hand' }).expect(200)
    const undone = await reverted(job.id)
    expect(undone).toMatchObject({
      status: 'completedWithErrors',
      faults: [{ recordId: id, code: 'changed_since', column: 'position' }],
    })
    expect((await api.call('get', `/v1/contacts/${id}`)).body).toMatchObject({ position: 'By hand', comment: null })
  })
})
