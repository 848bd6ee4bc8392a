import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type JobApi, startJobApi } from '../jobs.ts'
import { importedJob } from './import-file.ts'

let api: JobApi
beforeAll(async () => {
  api = await startJobApi()
})
afterAll(() => api.close())

/** Imports one deal, and returns its external ids and the source that the preview announces. */
async function sourceOf(header: string, row: string, query = '') {
  const file = `${header}\n${row}`
  const preview = await api
    .call('post', `/v1/deals/import/preview?${query}`)
    .set('content-type', 'text/csv')
    .send(file)
    .expect(200)
  await importedJob(api, file, { path: 'deals', query })
  const { body } = await api.call('get', '/v1/deals?sort=-id&limit=1').expect(200)
  const [{ externalIds }] = body.data
  return { announced: preview.body.source, externalIds }
}

describe('the source of an ID', () => {
  it('is csv, whatever columns of no program stand beside it', async () => {
    for (const [key, more] of ['Название', 'Название;Сумма', 'Название;Сумма;Клиент;Комментарий'].entries()) {
      const cells = more.replaceAll(/[^;]+/g, '7')
      const found = await sourceOf(`ID;${more}`, `${key};${cells}`)
      expect(found).toEqual({ announced: 'csv', externalIds: [{ source: 'csv', key: String(key) }] })
    }
  })

  it('is the program that wrote the file', async () => {
    const header = 'ID;Название сделки;Бюджет;Этап сделки;Теги сделки;Основной контакт'
    const found = await sourceOf(header, '17;Полки;100;;;')
    expect(found).toEqual({ announced: 'amocrm', externalIds: [{ source: 'amocrm', key: '17' }] })
  })

  it('is what the caller says, in files with any columns', async () => {
    const headers = ['ID;Название сделки;Бюджет;Этап сделки;Теги сделки;Основной контакт', 'ID;Название;Сумма;;;']
    for (const [at, header] of headers.entries()) {
      const found = await sourceOf(header, `${at};Полки;100;;;`, 'source=our%20shop')
      expect(found).toEqual({ announced: 'our shop', externalIds: [{ source: 'our shop', key: String(at) }] })
    }
  })

  it('finds linked records by the ids of an earlier file', async () => {
    await importedJob(api, 'ID;lastName\n31;Orlova', { query: 'source=shop' })
    const job = await importedJob(api, 'ID;title;ID контакта\n1;Linked;31', { path: 'deals', query: 'source=shop' })
    expect(job.faults).toEqual([])
    const { body } = await api.call('get', '/v1/deals?filter[title]=Linked&expand=contacts').expect(200)
    expect(body.data[0].expanded.contacts).toMatchObject([{ lastName: 'Orlova' }])
  })
})
