import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type JobApi, startJobApi } from '../jobs.ts'
import { aDeal, type Saved } from '../seed.ts'
import { counts, importFile } from './import-file.ts'

let api: JobApi
beforeAll(async () => {
  api = await startJobApi()
})
afterAll(() => api.close())
const imported = (file: string, query: string, more?: { path: string }) => importFile(api, file, query, more)

describe('rows with the id of an earlier row', () => {
  it('belong to the same deal', async () => {
    const rows = Array.from({ length: 620 }, (_, at) => `${at < 610 ? at : at - 610};Sale ${at}`)
    const job = await imported(['ID;title', '5;First', '5;Second', ...rows].join('\n'), '', { path: 'deals' })
    // The id 5 occurs four times, ten ids twice.
    expect(job.counts).toEqual(counts({ created: 610, skipped: 12 }))
    const deals: Saved[] = (await api.call('get', '/v1/deals?filter[title]=First')).body.data
    expect(deals).toMatchObject([{ externalIds: [{ source: 'csv', key: '5' }] }])
    expect(job.faults[0]).toEqual({ row: 2, severity: 'info', code: 'further_row', recordId: deals[0]!.id })
  })

  it('are deals of their own if the id comes from another file', async () => {
    await aDeal(api, { title: 'Theirs', externalIds: [{ source: 'csv', key: 'X1' }] })
    const job = await imported('ID;title\nX1;Ours', '', { path: 'deals' })
    expect(job.counts).toEqual(counts({ created: 1, warnings: 1 }))
  })

  it('are contacts of their own', async () => {
    const job = await imported('ID;lastName\n5;First\n5;Second', '')
    expect(job.counts).toEqual(counts({ created: 2, warnings: 1 }))
  })
})
