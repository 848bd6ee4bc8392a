import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, aUser, startApi } from '../../api.ts'
import { problem } from '../../people/callers.ts'
import { aDeal } from '../../seed.ts'

type Call = Api['call']

let api: Api
let anna: { userId: number; call: Call }
/** Anna reads her own deals, and not the field `margin`. */
beforeAll(async () => {
  api = await startApi()
  const { userId, key } = await aUser(api.db, { lastName: 'Orlova' })
  anna = { userId, call: api.as(key) }
  const permissions = [{ type: 'deal', operations: { read: 'own' } }]
  await api.call('post', '/v1/roles', { name: 'Seller', permissions, members: { userIds: [userId] } }).expect(201)
  const margin = { code: 'margin', kind: 'integer', label: 'Margin' }
  await api.call('post', '/v1/types/deal/fields', margin).expect(201)
  await api.call('put', '/v1/types/deal/fields/margin/visibility', { restricted: true }).expect(200)
  for (const [source, responsibleId] of [
    ['WEB', userId],
    ['WEB', api.userId],
    ['CALL', api.userId],
  ])
    await aDeal(api, { source, responsibleId, userFields: { margin: 5 } })
})
afterAll(() => api.close())

const bySource = { type: 'deal', measures: [{ fn: 'count' }], groupBy: [{ field: 'source' }] }
const report = { report: 'query', parameters: bySource }
const secret = { report: 'query', parameters: { ...bySource, groupBy: [{ field: 'userFields.margin' }] } }
const reports = '/v1/analytics/saved-reports'
const dashboards = '/v1/analytics/dashboards'

async function save(path: string, body: object, call: Call = api.call): Promise<number> {
  const answer = await call('post', path, body)
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
  return answer.body.id
}

/** Returns the counts of a table by the keys of its rows. */
const countsOf = (table: { rows: { key: { group0: string }; cells: Record<string, { value: number }> }[] }) =>
  Object.fromEntries(table.rows.map(({ key, cells }) => [key.group0, cells.measure0!.value]))

describe('A saved report', () => {
  it('is saved, read, calculated, replaced and deleted', async () => {
    const body = { name: ' Sources ', shared: 'everyone', ...report }
    const made = await api.call('post', reports, body).expect(201)
    const { id, createdAt } = made.body
    const stamps = { ownerId: api.userId, createdAt, updatedAt: createdAt }
    const saved = { id, version: 1, name: 'Sources', ...report, shared: 'everyone', schedule: null, ...stamps }
    expect(made.body).toEqual(saved)
    expect(made.headers.location).toBe(`${reports}/${id}`)
    const read = await api.call('get', `${reports}/${id}`).set('if-none-match', '"x"').expect(200)
    expect([read.body, read.headers.etag]).toEqual([saved, made.headers.etag])
    const data = await api.call('post', `${reports}/${id}/data`).expect(200)
    const direct = await api.call('post', '/v1/analytics/query', bySource).expect(200)
    expect(data.body).toEqual(direct.body)
    expect(countsOf(data.body)).toEqual({ WEB: 2, CALL: 1 })
    const csv = await api.call('post', `${reports}/${id}/data?csvMode=raw`).set('accept', 'text/csv').expect(200)
    expect(csv.text.split('\r\n').length).toBeGreaterThan(3)
    const svg = await api.call('post', `${reports}/${id}/data?chart=bar`).set('accept', 'image/svg+xml').expect(200)
    expect(svg.body.toString()).toMatch(/^<svg/)
    const same = await api.call('put', `${reports}/${id}`, body).expect(200)
    expect(same.body).toEqual(saved)
    const replaced = await api.call('put', `${reports}/${id}`, { name: 'Mine', ...report }).expect(200)
    expect(replaced.body).toMatchObject({ id, version: 2, name: 'Mine', shared: 'private' })
    const stale = await api.call('delete', `${reports}/${id}`).set('if-match', made.headers.etag!).expect(412)
    expect(stale.body).toMatchObject({ code: 'precondition_failed', version: 2 })
    await api.call('delete', `${reports}/${id}`).set('if-match', replaced.headers.etag!).expect(204)
    const { body: gone } = await api.call('get', `${reports}/${id}`).expect(404)
    expect(gone).toEqual(problem(404, 'saved_report_not_found', `There is no saved report ${id}.`))
  })

  it('is refused with the faults of the report', async () => {
    const refused = async (body: object) => {
      const answer = await api.call('post', reports, body).expect(422)
      return answer.body.errors.map(({ pointer, code }: Record<string, string>) => `${pointer} ${code}`)
    }
    const parameters = { ...bySource, groupBy: [{ field: 'sorce' }] }
    expect(await refused({ name: 'A', report: 'query', parameters })).toEqual([
      '/parameters/groupBy/0/field unknown_field',
    ])
    expect(await refused({ name: 'A', report: 'quary', parameters: bySource })).toEqual(['/report unknown_value'])
    expect(await refused({ name: ' ', report: 'query', parameters: {} })).toContain('/parameters/type required')
    const filter = { field: 'userFields.gone', value: 1 }
    expect(await refused({ name: 'A', report: 'trends', parameters: { period: 'lastMonht', filter } })).toEqual([
      ...['/parameters/period unknown_period', '/parameters/filter/field unknown_field'],
    ])
    expect(await refused({ name: 'A', report: 'funnel', parameters: { pipelineId: [99] } })).toContain(
      '/parameters/pipelineId/0 unknown_pipeline',
    )
    expect(await refused({ name: 'A', report: 'deals', parameters: { departmentId: [99] } })).toEqual([
      '/parameters/departmentId/0 not_found_reference',
    ])
    const list = await api.call('get', reports).expect(200)
    expect(list.body.data).toEqual([])
  })

  it('can be one of the reports', async () => {
    const parameters = { period: 'thisYear', groupBy: 'source' }
    const { body: saved } = await api.call('post', reports, { name: 'A', report: 'deals', parameters }).expect(201)
    expect(saved).toMatchObject({ report: 'deals', parameters })
    const { body } = await api.call('post', `${reports}/${saved.id}/data`).expect(200)
    expect(body).toEqual((await api.call('post', '/v1/analytics/deals', parameters).expect(200)).body)
    const wrong = await api.call('post', reports, { name: 'A', report: 'deals', parameters: bySource }).expect(422)
    expect(wrong.body.errors.map(({ pointer }: { pointer: string }) => pointer)).toContain('/parameters/measures')
    await api.call('delete', `${reports}/${saved.id}`).expect(204)
  })

  it('has the same chart as the report', async () => {
    const svg = async (path: string) =>
      (await api.call('post', path, {}).set('accept', 'image/svg+xml').expect(200)).body.toString()
    const id = await save(reports, { name: 'A', report: 'forecast', parameters: {} })
    const { body } = await api.call('post', `${reports}/${id}/data`).set('accept', 'image/svg+xml').expect(200)
    expect(body.toString()).toBe(await svg('/v1/analytics/forecast'))
    await api.call('delete', `${reports}/${id}`).expect(204)
  })

  it('tells its owner what is wrong when it is calculated, and others only that it is', async () => {
    const filter = { field: 'userFields.gone', value: 1 }
    const body = { name: 'A', shared: 'everyone', report: 'deals', parameters: { filter } }
    await api.call('post', '/v1/types/deal/fields', { code: 'gone', kind: 'integer', label: 'Gone' }).expect(201)
    const id = await save(reports, body)
    await api.call('delete', '/v1/types/deal/fields/gone').expect(204)
    const { body: mine } = await api.call('post', `${reports}/${id}/data`).expect(422)
    expect(mine.errors).toMatchObject([{ code: 'unknown_field' }])
    expect(mine.errors[0].pointer).toMatch(/^\/parameters\/filter\b/)
    const { body: hers } = await anna.call('post', `${reports}/${id}/data`).expect(422)
    expect([hers.code, hers.errors]).toEqual(['saved_report_unavailable', undefined])
    expect((await anna.call('get', `${reports}/${id}`).expect(200)).body.parameters).toBeNull()
    await api.call('delete', `${reports}/${id}`).expect(204)
  })

  it('is seen by its owner only, until it is shared', async () => {
    const own = await save(reports, { name: 'Own', ...report })
    const open = await save(reports, { name: 'Open', shared: 'everyone', ...report })
    const hers = await save(reports, { name: 'Hers', ...report }, anna.call)
    const list = async (call: Call) =>
      (await call('get', reports).expect(200)).body.data.map(({ id }: { id: number }) => id)
    expect(await list(anna.call)).toEqual([open, hers])
    expect(await list(api.call)).toEqual([own, open])
    await anna.call('get', `${reports}/${own}`).expect(404)
    await anna.call('post', `${reports}/${own}/data`).expect(404)
    await api.call('put', `${reports}/${hers}`, { name: 'A', ...report }).expect(404)
    const detail = 'Only the owner and administrators of the CRM can change this.'
    const refused = await anna.call('delete', `${reports}/${open}`).expect(403)
    expect(refused.body).toEqual(problem(403, 'owned_by_another_user', detail))
    await anna.call('put', `${reports}/${hers}`, { name: 'Hers', shared: 'everyone', ...report }).expect(200)
    for (const id of [own, open, hers]) await api.call('delete', `${reports}/${id}`).expect(204)
  })

  it('is calculated in the rights of the reader', async () => {
    const id = await save(reports, { name: 'Sources', shared: 'everyone', ...report })
    const { body } = await anna.call('post', `${reports}/${id}/data`).expect(200)
    expect(countsOf(body)).toEqual({ WEB: 1 })
  })

  it('does not tell others about fields that they may not see', async () => {
    const id = await save(reports, { name: 'Margins', shared: 'everyone', ...secret })
    const { body: mine } = await api.call('get', `${reports}/${id}`).expect(200)
    expect(mine.parameters).toEqual(secret.parameters)
    const { body } = await anna.call('get', `${reports}/${id}`).expect(200)
    expect(body).toEqual({ ...mine, parameters: null })
    const { body: data } = await anna.call('post', `${reports}/${id}/data`).expect(422)
    const detail = 'The report names something that does not exist or that you may not read.'
    expect(data).toEqual(problem(422, 'saved_report_unavailable', detail))
    expect(JSON.stringify(data)).not.toContain('margin')
  })
})

describe('A dashboard', () => {
  it('answers all its tiles in one request, each in the rights of the reader', async () => {
    const shared = await save(reports, { name: 'Sources', shared: 'everyone', ...report })
    const own = await save(reports, { name: 'Own', ...report })
    const tiles = [
      { title: 'All', chart: 'bar', savedReportId: shared },
      { savedReportId: own },
      { title: 'Margins', ...secret },
      report,
    ]
    const made = await api.call('post', dashboards, { name: 'Sales', shared: 'everyone', tiles }).expect(201)
    const empty = { title: null, chart: null, savedReportId: null, report: null, parameters: null }
    expect(made.body.tiles).toEqual(tiles.map((tile) => ({ ...empty, ...tile })))
    const path = `${dashboards}/${made.body.id}`
    const { body } = await api.call('post', `${path}/data`).expect(200)
    expect(body).toMatchObject({ id: made.body.id, name: 'Sales' })
    type Tile = { title: string; status: number; table: Parameters<typeof countsOf>[0] | null; problem: object | null }
    const briefly = ({ title, status, table }: Tile) => [title, status, table && countsOf(table)]
    const all = { WEB: 2, CALL: 1 }
    expect(body.tiles.map(briefly)).toEqual([
      ['All', 200, all],
      ['Own', 200, all],
      ['Margins', 200, { 5: 3 }],
      ['Query', 200, all],
    ])
    const { body: hers } = await anna.call('post', `${path}/data`).expect(200)
    expect(hers.tiles.map(briefly)).toEqual([
      ['All', 200, { WEB: 1 }],
      ['Saved report not found', 404, null],
      ['Margins', 422, null],
      ['Query', 200, { WEB: 1 }],
    ])
    expect(hers.tiles[2].problem).toMatchObject({ code: 'saved_report_unavailable', instance: `${path}/data` })
    const { body: seen } = await anna.call('get', path).expect(200)
    expect(seen.tiles.map(({ parameters }: { parameters: object }) => parameters)).toEqual([null, null, null, bySource])
  })

  it('is refused with the faults of all tiles', async () => {
    const wrong = { report: 'query', parameters: { ...bySource, groupBy: [{ field: 'sorce' }] } }
    const body = {
      name: 'A',
      tiles: [report, { savedReportId: 99_999 }, wrong, { report: 'forecast', parameters: { currency: 'RUX' } }],
    }
    const { body: refused } = await api.call('post', dashboards, body).expect(422)
    expect(refused.errors.map(({ pointer, code }: Record<string, string>) => `${pointer} ${code}`)).toEqual([
      '/tiles/1/savedReportId not_found_reference',
      '/tiles/2/parameters/groupBy/0/field unknown_field',
      '/tiles/3/parameters/currency unknown_value',
    ])
    const both = { name: 'A', tiles: [{ savedReportId: 1, ...report }] }
    const { body: twice } = await api.call('post', dashboards, both).expect(422)
    expect(twice.errors.map(({ pointer }: { pointer: string }) => pointer)).toContain('/tiles/0/savedReportId')
    await api.call('post', dashboards, { name: 'A', tiles: Array(31).fill(report) }).expect(422)
  })

  it('is saved again and deleted like a report', async () => {
    const id = await save(dashboards, { name: 'Sales', tiles: [] })
    const { body } = await api.call('put', `${dashboards}/${id}`, { name: 'Sales', tiles: [report] }).expect(200)
    expect(body).toMatchObject({ version: 2, tiles: [report] })
    await anna.call('get', `${dashboards}/${id}`).expect(404)
    await api.call('get', `${reports}/${id}`).expect(404)
    await api.call('delete', `${dashboards}/${id}`).expect(204)
    const { body: gone } = await api.call('post', `${dashboards}/${id}/data`).expect(404)
    expect(gone).toEqual(problem(404, 'dashboard_not_found', `There is no dashboard ${id}.`))
  })
})
