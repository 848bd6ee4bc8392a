import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type JobApi, startJobApi } from '../jobs.ts'
import { importedJob } from './import-file.ts'

let api: JobApi
let [general, second] = [0, 0]
beforeAll(async () => {
  api = await startJobApi()
  // Both pipelines have a stage «Новая», with different codes.
  const { rows } = await api.pool.query<{ id: number }>(
    `insert into pipeline (type_id, name, sort, failure_needs_reason)
     values (2, '{"en": "Retail", "ru": "Розница"}', 20, true) returning id::int`,
  )
  second = rows[0]!.id
  await api.pool.query(
    `insert into stage (pipeline_id, code, name, semantic, color, sort, required_fields)
     select $1, code, jsonb_build_object('en', en, 'ru', ru), semantic, '#000000', sort, required::jsonb from (values
       ('OPENED', 'New', 'Новая', 'process', 10, '[]'), ('PACKED', 'Packed', 'Упакована', 'process', 20, '["closeDate"]'),
       ('SOLD', 'Won', 'Продано', 'success', 30, '[]'), ('REFUSED', 'Refused', 'Отказ', 'failure', 40, '[]'))
       as s (code, en, ru, semantic, sort, required)`,
    [second],
  )
  const { body } = await api.call('get', '/v1/types/deal/pipelines').expect(200)
  general = body.data[0].id
})
afterAll(() => api.close())

/** Imports deals and returns the job, the faults of its rows, and the pipeline and stage of each deal by title. */
async function imported(lines: string[]) {
  const job = await importedJob(api, lines.join('\n'), { path: 'deals' })
  const { body: list } = await api.call('get', '/v1/deals?limit=500&fields=title,pipelineId,stageId').expect(200)
  const place = new Map<string, [number, string]>(
    list.data.map((one: Record<string, never>) => [one.title, [one.pipelineId, one.stageId]]),
  )
  return { ...job, place }
}

it('reads a stage by its code or its name in any language, in the pipeline of the row', async () => {
  const { result, faults, place } = await imported([
    'title,Стадия,Воронка',
    'Both 1,Новая,Розница',
    'Both 2,Новая,Общая',
    'Both 3,новая,',
    `Id,New,${second}`,
    'English,won,retail',
    'Russian,Сделка успешна,General',
    'Code,PREPARATION,',
    'Lower,opened,Розница',
    'Nothing,,Розница',
  ])
  expect(faults).toEqual([])
  expect(result).toMatchObject({ created: 9, failed: 0, warnings: 0 })
  expect(Object.fromEntries(place)).toEqual({
    ...{ 'Both 1': [second, 'OPENED'], 'Both 2': [general, 'NEW'], 'Both 3': [general, 'NEW'] },
    ...{ Id: [second, 'OPENED'], English: [second, 'SOLD'], Russian: [general, 'WON'] },
    ...{ Code: [general, 'PREPARATION'], Lower: [second, 'OPENED'], Nothing: [second, 'OPENED'] },
  })
})

it('reads the names of stages and pipelines that an export for people writes', async () => {
  const query = 'filter[title][in]=Both 1,Both 2,Russian&sort=id&fields=title,pipelineId,stageId'
  for (const language of ['en', 'ru']) {
    const { text } = await api.call('get', `/v1/deals/export?${query}`).set('accept-language', language).expect(200)
    const { faults, place } = await imported([text.replaceAll(/(Both 1|Both 2|Russian)/g, `$1 ${language}`)])
    expect(faults).toEqual([])
    expect(place.get(`Both 1 ${language}`)).toEqual([second, 'OPENED'])
    expect(place.get(`Both 2 ${language}`)).toEqual([general, 'NEW'])
    expect(place.get(`Russian ${language}`)).toEqual([general, 'WON'])
  }
})

it('refuses rows with an unknown stage or pipeline, or with a stage of another pipeline', async () => {
  const { status, result, faults, place } = await imported([
    'title,pipelineId,stageId',
    `Fine,${second},SOLD`,
    `Elsewhere,${second},PREPARATION`,
    'Default,,SOLD',
    'Unknown,,Somewhere',
    'No pipeline,Wholesale,New',
  ])
  expect(status).toBe('completedWithErrors')
  expect(result).toMatchObject({ created: 1, failed: 4, warnings: 0 })
  const at = (row: number, column: string, code: string) => ({
    ...{ row, line: row + 1, recordId: null, severity: 'error', column, code },
  })
  expect(faults).toMatchObject([
    at(2, 'stageId', 'unknown_value'),
    at(3, 'stageId', 'unknown_value'),
    at(4, 'stageId', 'unknown_value'),
    at(5, 'pipelineId', 'unknown_pipeline'),
  ])
  expect(place.get('Fine')).toEqual([second, 'SOLD'])
  for (const title of ['Elsewhere', 'Default', 'Unknown', 'No pipeline']) expect(place.has(title)).toBe(false)
})

it('refuses rows that lack what their stage requires', async () => {
  const { result, faults, place } = await imported([
    'title,Pipeline,Stage,Close date,failureReason',
    'Packed,Retail,Packed,2026-01-31,',
    'No date,Retail,Packed,,',
    'Bad date,Retail,Packed,31.02.2026,',
    'With reason,Retail,Refused,,PRICE',
    'No reason,Retail,Refused,,',
    'Needs none,General,Lost,,',
  ])
  expect(result).toMatchObject({ created: 3, failed: 3 })
  expect(faults).toMatchObject([
    { row: 2, column: 'Close date', code: 'required_in_stage', message: 'Required in the stage PACKED.' },
    // The default date does not take the place of an unreadable one.
    { row: 3, column: 'Close date', severity: 'warning', code: 'invalid_date' },
    { row: 3, column: 'Close date', severity: 'error', code: 'required_in_stage' },
    { row: 5, column: 'failureReason', code: 'failure_reason_required' },
  ])
  expect(place.get('Packed')).toEqual([second, 'PACKED'])
  expect(place.get('With reason')).toEqual([second, 'REFUSED'])
})

it('lists each of ten thousand deals that lack what the stage of a bulk move requires', async () => {
  await api.pool.query(
    `insert into deal (responsible_id, created_by, created_at, updated_by, updated_at, opened, observers, title, pipeline_id,
       stage_id, stage_semantic, moved_by, moved_at, amount_is_manual, is_repeat, close_date)
     select $1, $1, now(), $1, now(), true, '{}', 'Bulk', $2, 'OPENED', 'process', $1, now(), false, false,
       case when i > 10000 then date '2026-01-31' end from generate_series(1, 10002) as i`,
    [api.userId, second],
  )
  await api.pool.query(
    `insert into stage_history (type_id, record_id, kind, pipeline_id, stage_id, semantic, entered_at, entered_by, responsible_id)
     select 2, id, 'created', pipeline_id, stage_id, stage_semantic, moved_at, moved_by, responsible_id from deal where title = 'Bulk'`,
  )
  const move = { filter: { field: 'title', op: 'eq', value: 'Bulk' }, set: { stageId: 'PACKED' } }
  const { body } = await api.call('post', '/v1/deals/bulk', move).expect(202)
  await api.work()
  const job = (await api.call('get', body.links.self).expect(200)).body
  expect(job).toMatchObject({ status: 'completedWithErrors', result: { records: 10_002, done: 2, failed: 10_000 } })
  const named = new Set<number>()
  let page = `${job.links.errors}?limit=500`
  while (page) {
    const { body: errors } = await api.call('get', page).expect(200)
    for (const { recordId, column, code, message } of errors.data) {
      expect([column, code, message]).toEqual(['closeDate', 'required_in_stage', 'Required in the stage PACKED.'])
      named.add(recordId)
    }
    page = errors.page.next && `${job.links.errors}?limit=500&cursor=${errors.page.next}`
  }
  expect(named.size).toBe(10_000)
  const { body: left } = await api
    .call('get', '/v1/deals?filter[title]=Bulk&filter[stageId]=PACKED&count=exact')
    .expect(200)
  expect(left.total).toBe(2)
  const foreign = await api.call('post', '/v1/deals/bulk', { ...move, set: { stageId: 'WON' } }).expect(202)
  await api.work()
  const { body: refused } = await api.call('get', `${foreign.body.links.errors}?limit=1`).expect(200)
  expect(refused.data).toMatchObject([{ column: 'stageId', code: 'unknown_stage' }])
})
