import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { migrate } from '../../src/database/migrate.ts'
import { systemType, systemTypes } from '../../src/entities/types.ts'
import { type Api, startApi } from '../api.ts'
import { freshDatabase } from '../database.ts'

/** The complete descriptor of a new record type. Only its migration is separate. */
const asset = systemType({
  id: 900,
  code: 'asset',
  plural: 'assets',
  prefix: 'T384',
  title: { en: 'Asset', ru: 'Актив' },
  titles: { en: 'Assets', ru: 'Активы' },
  traits: ['title', 'money', 'stages'],
  example: { title: 'Printer' },
  own: [{ code: 'boughtOn', kind: 'date', label: { en: 'Bought on', ru: 'Куплен' } }],
})

let api: Api
beforeAll(async () => {
  const database = await freshDatabase()
  await migrate(database.db, { folders: [join(import.meta.dirname, 'made-up-type')] })
  api = await startApi({ database, types: [...systemTypes, asset], work: true })
})
afterAll(() => api.close())

it('a record type needs one descriptor and one migration to be created, listed, filtered and transferred', async () => {
  const created = await api
    .call('post', '/v1/assets', { title: 'Printer', amount: '99.90', boughtOn: '2026-01-31' })
    .expect(201)
  expect(created.body).toMatchObject({ title: 'Printer', amount: '99.90', boughtOn: '2026-01-31', stageId: 'IN_USE' })
  await api
    .call('post', '/v1/types/asset/fields', { code: 'shelf', kind: 'string', label: { en: 'Shelf', ru: 'Полка' } })
    .expect(201)
  await api.call('patch', `/v1/assets/${created.body.id}`, { stageId: 'SOLD', userFields: { shelf: 'A1' } }).expect(200)

  const csv = 'Название,Куплен,Сумма,Полка\nСтол,01.02.2026,"1500,50",B2\n'
  const job = await api.call('post', '/v1/assets/import').set('content-type', 'text/csv').send(csv).expect(202)
  const done = await api.call('get', `/v1/jobs/${job.body.id}?wait=30`).expect(200)
  expect(done.body).toMatchObject({ status: 'completed', result: { rows: 1, created: 1, failed: 0 } })

  const { body } = await api.call(
    'get',
    '/v1/assets?filter[amount][gt]=100&sort=boughtOn&fields=title,boughtOn,userFields',
  )
  expect(body.data).toEqual([
    { id: expect.any(Number), title: 'Стол', boughtOn: '2026-02-01', userFields: { shelf: 'B2' } },
  ])
  const stages = await api.call('get', `/v1/assets/${created.body.id}/stage-history`).expect(200)
  expect(stages.body.data.map(({ kind }: { kind: string }) => kind)).toEqual(['closed', 'created'])

  const file = await api
    .call('get', '/v1/assets/export?mode=raw&sort=id&fields=title,amount,stageId,userFields')
    .expect(200)
  expect(file.text).toBe('title,amount,stageId,userFields.shelf\r\nPrinter,99.90,SOLD,A1\r\nСтол,1500.50,IN_USE,B2\r\n')
})
