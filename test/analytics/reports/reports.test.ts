import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { reports } from '../../../src/analytics/reports/reports.ts'
import type { ReportTable } from '../../../src/analytics/table.ts'
import { type Api, aUser, startApi } from '../../api.ts'
import { aDeal, aLead, asCaller, limitsOf } from '../../seed.ts'
import { countListed } from '../cells.ts'

let api: Api
let limited: Api
beforeAll(async () => {
  api = await startApi({ limitsOf })
  limited = await asCaller(api, 'Limited')
  await api.call('put', '/v1/currencies/USD/rates/2020-01-01', { amount: '90', nominal: 1 })
  const own = { responsibleId: limited.userId }
  await aDeal(api, { amount: '10', source: 'WEB', stageId: 'WON', ...own })
  await aDeal(api, { amount: '20.50', source: 'WEB', stageId: 'LOSE', failureReason: 'PRICE' })
  await aDeal(api, { amount: '30', source: 'CALL', stageId: 'LOSE', failureReason: 'COMPETITOR', ...own })
  await aDeal(api, { amount: '40', currency: 'USD', source: null })
  await aLead(api, { source: 'WEB', ...own })
  await aLead(api, { source: 'WEB', stageId: 'JUNK' })
})
afterAll(() => api.close())

async function report(reader: Api, name: string, parameters = ''): Promise<ReportTable> {
  const { status, body } = await reader.call('get', `/v1/analytics/${name}?${parameters}`)
  if (status !== 200) throw new Error(JSON.stringify(body))
  return body
}

/** Returns the values of a row, or of the totals. */
function values({ rows, totals }: ReportTable, label: string, keys: readonly string[]) {
  const { cells } = label === 'totals' ? totals : rows.find((row) => row.label === label)!
  return keys.map((key) => cells[key]!.value)
}

const rub = (amount: string) => ({ amount, currency: 'RUB' })

it('reports what became of deals', async () => {
  const table = await report(api, 'deals', 'groupBy=source')
  const counts = ['count', 'inWork', 'won', 'lost', 'closedBefore', 'forgotten', 'conversion']
  expect(values(table, 'Website', counts)).toEqual([2, 0, 1, 1, 0, 0, '50.0'])
  expect(values(table, 'totals', counts)).toEqual([4, 1, 1, 2, 0, 0, '33.3'])
  expect(values(table, 'Website', ['sum', 'sumWon', 'sumLost'])).toEqual([rub('30.50'), rub('10.00'), rub('20.50')])
  expect(table.columns.find(({ key }) => key === 'won')).toEqual({
    key: 'won',
    kind: 'count',
    label: 'Won',
    definition: 'Closed with success in the period, also at its end.',
  })
})

it('reports why deals were lost', async () => {
  const table = await report(api, 'lost-deals', '')
  expect(values(table, 'Price', ['count', 'sum', 'share'])).toEqual([1, rub('20.50'), '50.0'])
  expect(table.columns[0]).toMatchObject({ label: 'Reason' })
})

it('reports leads and sources', async () => {
  const keys = ['count', 'inWork', 'converted', 'junk', 'conversion']
  expect(values(await report(api, 'leads'), 'Website', keys)).toEqual([2, 1, 0, 1, '0.0'])
  expect(values(await report(api, 'sources', ''), 'Website', ['count', 'won', 'lost'])).toEqual([2, 1, 1])
})

it('lists as many records as each cell says, to every reader and by every group', async () => {
  for (const reader of [api, limited]) {
    for (const { name, report: one } of reports) {
      // The limited caller does not see the advertising fields.
      const seen = one.groupNames.filter((group) => reader === api || !group.startsWith('utm'))
      const choices = seen.length ? seen.map((group) => `groupBy=${group}`) : ['']
      for (const choice of choices) {
        const { rows, totals, columns } = await report(reader, name, choice)
        for (const { cells } of [...rows, totals]) {
          for (const { key } of columns.filter(({ kind }) => kind === 'count')) {
            const { value, list } = cells[key]!
            // A plan is no number of records.
            if (!list && name === 'sales-plan') continue
            expect([name, choice, key, await countListed(reader, cells[key]!)]).toEqual([name, choice, key, value])
          }
        }
      }
    }
  }
}, 120_000)

it('counts only what the reader may read', async () => {
  const table = await report(limited, 'deals', '')
  expect(values(table, 'totals', ['count', 'won', 'lost', 'sum'])).toEqual([2, 1, 1, rub('40.00')])
})

it('takes conditions in the URL, as lists do', async () => {
  for (const [condition, filter, count] of [
    ['filter[amount][gte]=20.5', { field: 'amount', op: 'gte', value: '20.5' }, 3],
    ['filter[source]=WEB', { field: 'source', value: 'WEB' }, 2],
    ['filter[source][in]=WEB,CALL', { field: 'source', op: 'in', value: ['WEB', 'CALL'] }, 3],
    ['filter[source][isEmpty]=true', { field: 'source', op: 'isEmpty', value: true }, 1],
    ['filter[responsibleId]=me', { field: 'responsibleId', value: 'me' }, 2],
    [`filter[responsibleId]=${limited.userId}`, { field: 'responsibleId', value: limited.userId }, 2],
    [
      'filter[amount]={"gt":10,"lt":"40"}',
      {
        and: [
          { field: 'amount', op: 'gt', value: '10' },
          { field: 'amount', op: 'lt', value: '40' },
        ],
      },
      2,
    ],
    [
      'filter[createdAt][dayOfWeek]=1,2,3,4,5,6,7',
      { field: 'createdAt', op: 'dayOfWeek', value: [1, 2, 3, 4, 5, 6, 7] },
      4,
    ],
    [
      'filter[source]=WEB&filter={"event":"won","period":"thisMonth"}',
      {
        and: [
          { field: 'source', value: 'WEB' },
          { event: 'won', period: 'thisMonth' },
        ],
      },
      1,
    ],
  ] as const) {
    const table = await report(api, 'deals', condition)
    const { body } = await api.call('post', '/v1/analytics/deals', { filter }).expect(200)
    expect([condition, values(table, 'totals', ['count', 'won'])]).toEqual([
      condition,
      values(body, 'totals', ['count', 'won']),
    ])
    expect([condition, table.totals.cells.count!.value]).toEqual([condition, count])
    expect([condition, await countListed(api, table.totals.cells.count!)]).toEqual([condition, count])
  }
  const wrong = 'filter[amout]=1&filter[amount][gte]=x&filter[responsibleId]=x&filter[]=1&period=x'
  const { body } = await api.call('get', `/v1/analytics/deals?${wrong}`).expect(400)
  expect(body.errors.map(({ parameter, code }: Record<string, string>) => `${parameter} ${code}`).sort()).toEqual([
    ...['filter[] invalid_filter', 'filter[amount][gte] invalid_decimal', 'filter[amout] unknown_field'],
    ...['filter[responsibleId] invalid_integer', 'period unknown_period'],
  ])
  const operators = ['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'in']
  const many = ['id', 'amount', 'probability'].flatMap((field) => operators.map((op) => `filter[${field}][${op}]=1`))
  const refused = await api.call('get', `/v1/analytics/deals?${many.join('&')}`).expect(400)
  expect(refused.body.errors).toMatchObject([{ parameter: 'filter', code: 'filter_too_large' }])
  await api.call('get', `/v1/analytics/deals?${many.slice(1).join('&')}`).expect(200)
}, 60_000)

it('refuses every fault at once', async () => {
  const { body } = await api.call('get', '/v1/analytics/deals?period=lastMont&timeZone=Mars/Base').expect(400)
  expect(body.errors.map(({ parameter, code }: { parameter: string; code: string }) => [parameter, code])).toEqual([
    ['timeZone', 'invalid_time_zone'],
    ['period', 'unknown_period'],
  ])
  const faultsOf = async (name: string, body: object) => {
    const { status, body: problem } = await api.call('post', `/v1/analytics/${name}`, body)
    expect([name, status, problem.code]).toEqual([name, 422, 'validation_failed'])
    return problem.errors.map(({ pointer, code }: Record<string, string>) => `${pointer} ${code}`)
  }
  const faulty = {
    ...{ from: 5, to: '2026-01-01', limit: 10_000, timeZone: 'Mars/Base', currency: 'RUX', departmentId: [99] },
    filter: { and: [{ field: 'amout', op: 'gt', value: '1' }, { event: 'won' }] },
  }
  const usual = ['/from invalid_type', '/limit out_of_range', '/timeZone invalid_time_zone']
  const meant = ['/departmentId/0 not_found_reference', '/currency unknown_value', '/filter/and/0/field unknown_field']
  for (const { name } of reports) {
    // A report about the present has no period.
    const ofEvent = name === 'forecast' ? ['/filter/and/1/period required'] : []
    expect(await faultsOf(name, faulty)).toEqual([...usual, ...meant, ...ofEvent])
  }
  expect(await faultsOf('funnel', { pipelineId: [98, 99], mode: 'cohorts', filter: { field: 'amout' } })).toEqual([
    ...['/mode unknown_value', '/pipelineId too_many', '/filter/field unknown_field'],
    ...['/pipelineId/0 unknown_pipeline', '/pipelineId/1 unknown_pipeline'],
  ])
  const long = { from: '2016-01-01', to: '2026-01-01', currency: 'RUX' }
  expect(await faultsOf('trends', long)).toEqual(['/groupBy too_many', '/currency unknown_value'])
  expect(await faultsOf('sales-plan', long)).toEqual(['/to period_too_long', '/currency unknown_value'])
  const url = 'period=lastMont&limit=0&width=5&departmentId=99&filter={&timeZone=Mars/Base&groupBy=x'
  const inUrl = await api.call('get', `/v1/analytics/deals?${url}`).expect(400)
  expect(inUrl.body.errors.map(({ parameter, code }: Record<string, string>) => `${parameter} ${code}`).sort()).toEqual(
    [
      ...['departmentId not_found_reference', 'filter invalid_filter', 'groupBy unknown_value', 'limit out_of_range'],
      ...['period unknown_period', 'timeZone invalid_time_zone', 'width out_of_range'],
    ],
  )
  const { body: grouped } = await api.call('post', '/v1/analytics/deals', { groupBy: 'sorce' }).expect(422)
  expect(grouped.errors).toEqual([expect.objectContaining({ pointer: '/groupBy', hint: 'source' })])
})

it('reports on users, also those of departments', async () => {
  const { body: parent } = await api.call('post', '/v1/departments', { name: 'Sales' }).expect(201)
  const { body: child } = await api.call('post', '/v1/departments', { name: 'Sales east', parentId: parent.id })
  await api.call('patch', `/v1/users/${limited.userId}`, { departmentIds: [child.id] }).expect(200)
  const won = async (reader: Api, parameters: string) =>
    values(await report(reader, 'deals', parameters), 'totals', ['count', 'won'])
  expect(await won(api, `departmentId=${parent.id}`)).toEqual([2, 1])
  expect(await won(api, 'responsibleId=me')).toEqual([2, 0])
  const { key, userId } = await aUser(api.db, { lastName: 'Reader' })
  await api.call('patch', `/v1/users/${userId}`, { departmentIds: [child.id] }).expect(200)
  const permissions = [{ type: 'deal', operations: { read: 'department' } }]
  await api.call('post', '/v1/roles', { name: 'Readers', permissions, members: { userIds: [userId] } }).expect(201)
  const reader = { ...api, call: api.as(key) }
  expect(await won(reader, `departmentId=${child.id}`)).toEqual([2, 1])
  for (const who of [api, reader]) {
    const table = await report({ ...api, call: who.call }, 'deals', 'groupBy=department')
    expect(table.rows.map(({ label }) => label)).toEqual(['Sales east', 'Not set'])
    expect(values(table, 'Sales east', ['count', 'won'])).toEqual([2, 1])
    for (const { cells } of table.rows) expect(await countListed(who, cells.count!)).toBe(cells.count!.value)
  }
  const { body } = await reader.call('get', `/v1/analytics/deals?departmentId=${parent.id}`).expect(400)
  expect(body.errors).toEqual([expect.objectContaining({ parameter: 'departmentId', code: 'not_found_reference' })])
})

it('is sent as JSON, CSV or a chart', async () => {
  const csv = await api.call('get', '/v1/analytics/deals?groupBy=source').set('accept', 'text/csv').expect(200)
  expect(csv.headers['content-type']).toBe('text/csv; charset=utf-8; header=present')
  const svg = await api.call('post', '/v1/analytics/deals', {}).set('accept', 'image/svg+xml').expect(200)
  expect(svg.headers['content-type']).toBe('image/svg+xml')
  await api.call('get', '/v1/analytics/deals').set('accept', 'text/html').expect(406)
})
