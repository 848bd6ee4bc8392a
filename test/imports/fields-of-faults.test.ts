import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type JobApi, startJobApi } from '../jobs.ts'
import { importedJob } from './import-file.ts'

let api: JobApi
beforeAll(async () => {
  api = await startJobApi()
  const field = { code: 'region', kind: 'string', label: { en: 'Region', ru: 'Регион' }, required: true }
  await api.call('post', '/v1/types/deal/fields').send(field).expect(201)
  const stage = { requiredFields: ['closeDate', 'probability'] }
  const { body } = await api.call('get', '/v1/types/deal/pipelines').expect(200)
  await api.call('patch', `/v1/types/deal/pipelines/${body.data[0].id}/stages/PREPARATION`).send(stage).expect(200)
})
afterAll(() => api.close())

it('a fault of a field without a column names the field in the language of the caller', async () => {
  const job = await importedJob(api, 'title;stageId;closeDate\nA;;\nB;PREPARATION;\n', { path: 'deals' })
  const region = { code: 'required', column: null, message: 'Region (userFields.region): This value is required.' }
  const stage = (column: string | null, name: string) => ({
    ...{ row: 2, code: 'required_in_stage', column, message: `${name}Required in the stage PREPARATION.` },
  })
  expect(job.faults).toMatchObject([
    { row: 1, ...region },
    { row: 2, ...region },
    stage(null, 'Probability, % (probability): '),
    stage('closeDate', ''),
  ])
  const { text } = await api.call('get', `/v1/jobs/${job.id}/errors.csv`).set('accept-language', 'ru').expect(200)
  const reason = 'Регион (userFields.region): Укажите значение.'
  expect(text.split('\r\n')[1]).toBe(`A;;;${reason}`)
  expect(text).toContain(`${reason} Вероятность, % (probability): Обязательное поле на стадии PREPARATION. closeDate: `)
})

it('a required field with an empty cell is named by its column', async () => {
  const job = await importedJob(api, 'title;Регион\nC;', { path: 'deals' })
  expect(job.faults).toMatchObject([{ row: 1, column: 'Регион', code: 'required', message: 'This value is required.' }])
})

it('an unknown value is told with the allowed ones, and in a preview with the text of the cell', async () => {
  const file = 'title;region;currency\nD;North;Gulden of a country that nobody remembers today'
  const job = await importedJob(api, file, { path: 'deals' })
  const { body } = await api.call('get', '/v1/currencies').expect(200)
  const names = body.data.map(({ name }: { name: string }) => name).join(', ')
  expect(job.faults).toMatchObject([
    { code: 'unknown_value', message: `Must be one of the allowed values. Allowed: ${names}.` },
  ])
  const preview = await api
    .call('post', '/v1/deals/import/preview')
    .set('content-type', 'text/csv')
    .send(file as never)
    .expect(200)
  const found = 'Found: Gulden of a country that nobody remember…'
  expect(preview.body.faults[0].message).toMatch(`Must be one of the allowed values. ${found}`)
})
