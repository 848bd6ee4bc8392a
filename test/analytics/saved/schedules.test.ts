import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { aDeal } from '../../seed.ts'
import { bySource, dashboards, mondays, report, reports, type ScheduleApi, startScheduleApi } from './scheduled.ts'

let api: ScheduleApi
beforeAll(async () => {
  api = await startScheduleApi()
  for (const source of ['WEB', 'WEB', 'CALL']) await aDeal(api, { source })
})
afterAll(() => api.close())

describe('a schedule', () => {
  it('is saved with the report, changed and cleared', async () => {
    const body = { name: 'Sources', ...report, schedule: mondays }
    const made = (await api.call('post', reports, body).expect(201)).body
    const shown = { ...mondays, day: null, language: 'en', nextRunAt: expect.any(String), lastJob: null }
    expect(made.schedule).toEqual(shown)
    const next = new Date(made.schedule.nextRunAt)
    expect([next.getUTCDay(), next.getUTCHours(), next.getUTCMinutes()]).toEqual([1, 5, 0])
    const ahead = next.getTime() - Date.now()
    expect(ahead > 0 && ahead <= 7 * 86_400_000).toBe(true)
    const put = async (schedule?: object | null) =>
      (await api.call('put', `${reports}/${made.id}`, { name: 'Sources', ...report, schedule }).expect(200)).body
    expect(await put(mondays)).toEqual(made)
    const monthly = { every: 'month', day: 31, weekday: null, hour: 0, timeZone: null, form: 'svg', language: 'ru' }
    const changed = await put(monthly)
    expect(changed).toMatchObject({ version: 2, schedule: { ...monthly, timeZone: 'Europe/Moscow' } })
    expect((await api.call('get', reports).expect(200)).body.data).toContainEqual(changed)
    expect(await put(null)).toMatchObject({ version: 3, schedule: null })
    expect(await put()).toMatchObject({ version: 3, schedule: null })
  })

  it('is refused with all its faults', async () => {
    const faults = async (schedule: object, path = reports) => {
      const content = path === reports ? report : { tiles: [report] }
      const { body } = await api.call('post', path, { name: 'A', ...content, schedule }).expect(422)
      return body.errors.map(({ pointer, code }: Record<string, string>) => `${pointer} ${code}`).sort()
    }
    const weekly = { every: 'week', day: 3, hour: 24, form: 'pdf', language: 'fr', minute: 5 }
    expect(await faults(weekly)).toEqual([
      '/schedule/day invalid_type',
      '/schedule/form unknown_value',
      '/schedule/hour out_of_range',
      '/schedule/language unknown_value',
      '/schedule/minute unknown_field',
      '/schedule/weekday required',
    ])
    expect(await faults({ every: 'month', day: null, weekday: 5, hour: 8.5, form: 'csv' })).toEqual([
      ...['/schedule/day invalid_type', '/schedule/hour invalid_integer', '/schedule/weekday invalid_type'],
    ])
    expect(await faults({ every: 'day' })).toEqual(['/schedule/form required', '/schedule/hour required'])
    expect(await faults({ every: 'hour', hour: 1, form: 'csv' })).toEqual(['/schedule/every unknown_value'])
    expect(await faults({ ...mondays, timeZone: 'Mars' })).toEqual(['/schedule/timeZone invalid_time_zone'])
    expect(await faults(mondays, dashboards)).toEqual(['/schedule/form unknown_value'])
    const wrong = { ...report, parameters: { ...bySource, groupBy: [{ field: 'sorce' }] } }
    const both = { name: 'A', ...wrong, schedule: { ...mondays, timeZone: 'Mars' } }
    const { body } = await api.call('post', reports, both).expect(422)
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/parameters/groupBy/0/field',
      '/schedule/timeZone',
    ])
  })
})

describe('a report whose time has come', () => {
  it('is calculated by a job, which keeps the file for its owner', async () => {
    const id = await api.save({ ...mondays, language: 'ru' })
    await api.runDue()
    expect((await api.read(id)).schedule.lastJob).toBeNull()
    await api.comeDue(id)
    await api.runDue()
    const { nextRunAt, lastJob } = (await api.read(id)).schedule
    expect(Date.parse(nextRunAt)).toBeGreaterThan(Date.now())
    expect(lastJob).toEqual({ id: expect.any(Number), status: 'completed', dueAt: expect.any(String) })
    expect(Date.parse(lastJob!.dueAt)).toBe(Date.parse(nextRunAt) - 7 * 86_400_000)
    const job = await api.jobOf(id)
    expect(job).toMatchObject({
      ...{ type: 'scheduled-report', status: 'completed', createdBy: api.userId, error: null },
      result: { savedReportId: id, dueAt: lastJob!.dueAt, rows: 2 },
      progress: { done: 1, total: 1 },
      links: { file: `/v1/jobs/${lastJob!.id}/file` },
    })
    const file = await api.download(job.links.file)
    const rows = ['Источник;Количество', 'Веб-сайт;2', 'Звонок;1', 'Итого;3']
    expect(file.bytes.toString()).toBe(`\ufeff${rows.join('\r\n')}\r\n`)
    const day = new Date(lastJob!.dueAt).toISOString().slice(0, 10)
    expect(file.headers).toMatchObject({
      'content-type': 'text/csv',
      'content-disposition': `attachment; filename="Sources ${day}.csv"`,
    })
    const { body: link } = await api.call('post', `${job.links.file}/link`).expect(201)
    expect((await api.download(link.url, api.as(null))).bytes).toEqual(file.bytes)
    await api.comeDue(id)
    const before = await api.countJobs()
    await api.runDue()
    expect(await api.countJobs()).toBe(before)
  })

  it('can be a chart or JSON', async () => {
    const svg = await api.save({ ...mondays, form: 'svg' })
    const json = await api.save({ ...mondays, form: 'json' })
    for (const id of [svg, json]) await api.comeDue(id)
    await api.runDue()
    const chart = await api.download((await api.jobOf(svg)).links.file)
    expect([chart.headers['content-type'], chart.bytes.toString().slice(0, 4)]).toEqual(['image/svg+xml', '<svg'])
    const table = await api.download((await api.jobOf(json)).links.file)
    expect(table.headers['content-type']).toBe('application/json')
    const { body } = await api.call('post', `${reports}/${json}/data`).expect(200)
    expect(JSON.parse(table.bytes.toString())).toEqual(body)
  })

  it('runs once for all times that were missed', async () => {
    const id = await api.save({ every: 'day', hour: 0, timeZone: 'UTC', form: 'csv' })
    await api.comeDue(id, '30 days')
    const before = await api.countJobs()
    await api.runDue()
    await api.runDue()
    expect(await api.countJobs()).toBe(before + 1)
    const { nextRunAt, lastJob } = (await api.read(id)).schedule
    expect(lastJob!.dueAt.slice(0, 10)).toBe(new Date(Date.parse(nextRunAt) - 86_400_000).toISOString().slice(0, 10))
  })

  it('runs also when only the form was changed since', async () => {
    const id = await api.save(mondays)
    await api.comeDue(id)
    const body = { name: 'Sources', ...report, schedule: { ...mondays, form: 'svg' } }
    await api.call('put', `${reports}/${id}`, body).expect(200)
    await api.runDue()
    const file = await api.download((await api.jobOf(id)).links.file)
    expect(file.headers['content-type']).toBe('image/svg+xml')
    await api.comeDue(id)
    await api.call('put', `${reports}/${id}`, { ...body, schedule: { ...mondays, hour: 9 } }).expect(200)
    const before = await api.countJobs()
    await api.runDue()
    expect(await api.countJobs()).toBe(before)
  })

  it('runs once with two processes', async () => {
    const ids = [await api.save(mondays), await api.save(mondays), await api.save(mondays)]
    for (const id of ids) await api.comeDue(id)
    const before = await api.countJobs()
    await Promise.all([api.startDue(), api.startDue(), api.startDue()])
    expect(await api.countJobs()).toBe(before + 3)
    await api.work()
    for (const id of ids) expect((await api.jobOf(id)).status).toBe('completed')
  })

  it('runs no more when its schedule is cleared or it is deleted, and its files stay', async () => {
    const id = await api.save(mondays)
    await api.comeDue(id)
    await api.runDue()
    const { links } = await api.jobOf(id)
    await api.comeDue(id)
    await api.call('put', `${reports}/${id}`, { name: 'Sources', ...report }).expect(200)
    const before = await api.countJobs()
    await api.runDue()
    expect(await api.countJobs()).toBe(before)
    await api.call('delete', `${reports}/${id}`).expect(204)
    await api.download(links.file)
    const started = await api.save(mondays)
    await api.comeDue(started)
    await api.startDue()
    const { lastJob } = (await api.read(started)).schedule
    await api.call('delete', `${reports}/${started}`).expect(204)
    await api.work()
    const { body } = await api.call('get', `/v1/jobs/${lastJob!.id}`).expect(200)
    expect(body).toMatchObject({
      ...{ status: 'failed', errorCode: 'saved_report_not_found', error: `There is no saved report ${started}.` },
    })
  })

  it('fails with the fault that calculating it has', async () => {
    const field = { code: 'size', kind: 'integer', label: 'Size' }
    await api.call('post', '/v1/types/deal/fields', field).expect(201)
    const sized = { ...report, parameters: { ...bySource, groupBy: [{ field: 'userFields.size' }] } }
    const id = await api.save(mondays, { body: sized })
    await api.call('delete', '/v1/types/deal/fields/size').expect(204)
    await api.comeDue(id)
    await api.runDue()
    expect(await api.jobOf(id)).toMatchObject({ status: 'failed', errorCode: 'unknown_field' })
  })
})

it('a dashboard is sent as JSON with all its tiles', async () => {
  const field = { code: 'gone', kind: 'integer', label: 'Gone' }
  await api.call('post', '/v1/types/deal/fields', field).expect(201)
  const wrong = { report: 'deals', parameters: { filter: { field: 'userFields.gone', value: 1 } } }
  const tiles = [{ title: 'All', ...report }, wrong]
  const daily = { every: 'day', hour: 6, form: 'json' }
  const id = await api.save(daily, { path: dashboards, body: { tiles } })
  await api.call('delete', '/v1/types/deal/fields/gone').expect(204)
  await api.comeDue(id)
  await api.runDue()
  const job = await api.jobOf(id, { path: dashboards })
  expect(job.result).toMatchObject({ dashboardId: id, tiles: 2, failedTiles: 1 })
  const file = await api.download(job.links.file)
  const { body } = await api.call('post', `${dashboards}/${id}/data`).expect(200)
  const sent = JSON.parse(file.bytes.toString())
  const tell = ({ tiles, ...rest }: { tiles: { problem: object | null }[] }) => ({
    ...rest,
    tiles: tiles.map(({ problem, ...tile }) => ({ ...tile, problem: problem && { ...problem, traceId: '' } })),
  })
  expect(tell(sent)).toEqual(tell(body))
})
