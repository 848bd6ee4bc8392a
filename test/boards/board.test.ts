import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { freshDatabase, statementIn } from '../database.ts'
import { aCompany, aDeal, asCaller, callers, limitsByName, limitsOf, type Saved } from '../seed.ts'
import { sentBy } from '../statements.ts'

/** A column as the API returns it. */
interface Column {
  stage: { id: string; name: unknown }
  data: Saved[]
  page: { next: string | null; prev: string | null }
  total?: number | null
  totalKind?: string
  sums?: { amount: string; currency: string | null }[] | null
  sumsStatus?: string
}

Object.assign(limitsByName, {
  Moneyless: () => ({ hidden: ['amount'] }),
  Stageless: () => ({ hidden: ['stageId'] }),
})

let server: Api
let pipelineId: number
const path = (query = '') => `/v1/types/deal/pipelines/${pipelineId}/board${query}`
const columnsOf = async (api: Api, query = ''): Promise<Column[]> =>
  (await api.call('get', path(query)).expect(200)).body.columns
const column = (columns: readonly Column[], stage: string) => columns.find((one) => one.stage.id === stage)!
const titles = ({ data }: { data: Saved[] }) => data.map(({ title }) => title)

beforeAll(async () => {
  server = await startApi({ limitsOf })
  const { body } = await server.call('get', '/v1/types/deal/pipelines').expect(200)
  pipelineId = body.data[0].id
})
afterAll(() => server.close())

describe.each(callers)('A board of $name', ({ isLimited }) => {
  let api: Api
  const deals: Saved[] = []
  const mine = isLimited ? 'limited' : 'admin'
  const own = `filter[title][startsWith]=${mine}`
  beforeAll(async () => {
    api = isLimited ? await asCaller(server, 'Limited') : server
    const made = [
      { stageId: 'NEW', amount: '10.50' },
      { stageId: 'NEW', amount: '0.25' },
      { stageId: 'NEW', amount: '7', currency: 'USD' },
      { stageId: 'NEW', amount: null },
      { stageId: 'NEW', amount: '3', currency: null },
      { stageId: 'EXECUTING', amount: '99999999999999999999.01' },
      { stageId: 'EXECUTING', amount: '0.01' },
      { stageId: 'WON', amount: null, currency: 'EUR' },
    ]
    for (const [index, fields] of made.entries()) deals.push(await aDeal(api, { title: `${mine} ${index}`, ...fields }))
    // Somebody else's deals. Limited callers do not see them.
    await aDeal(server, { title: `${mine} foreign`, stageId: 'NEW', amount: '1000000' })
  })

  const visible = (stage: string) => {
    const all = deals.map((deal) => deal.title).filter((_, index) => deals[index]!.stageId === stage)
    return (isLimited || stage !== 'NEW' ? all : [...all, `${mine} foreign`]).reverse()
  }

  it('has the stages in their order, and the first records of each as a list shows them', async () => {
    const { body } = await api.call('get', path(`?${own}`)).expect(200)
    const { body: pipeline } = await api.call('get', `/v1/types/deal/pipelines/${pipelineId}`)
    const { body: stages } = await api.call('get', `/v1/types/deal/pipelines/${pipelineId}/stages`)
    const columns = []
    for (const stage of stages.data) {
      const { body: list } = await api.call('get', `/v1/deals?${own}&filter[stageId]=${stage.id}`).expect(200)
      columns.push({ stage, data: list.data, page: { next: null, prev: null } })
    }
    expect(body).toEqual({ pipeline, columns })
    expect(titles(column(body.columns, 'NEW'))).toEqual(visible('NEW'))
    expect(stages.data.map(({ id }: { id: string }) => id).slice(0, 2)).toEqual(['NEW', 'PREPARATION'])
  })

  it('continues each column in the list of its type', async () => {
    const { page, data } = column(await columnsOf(api, `?${own}&limit=2&fields=title`), 'NEW')
    const read = [...titles({ data })]
    let cursor = page.next
    while (cursor) {
      const { body } = await api.call('get', `/v1/deals?limit=2&fields=title&cursor=${cursor}`).expect(200)
      read.push(...titles(body))
      cursor = body.page.next
      expect(body.page.prev).not.toBeNull()
    }
    expect(read).toEqual(visible('NEW'))
    expect(data).toEqual(data.map(({ id, title }) => ({ id, title })))
    const other = await api.call('get', `/v1/deals?filter[stageId]=WON&cursor=${page.next}`).expect(400)
    expect(other.body.code).toBe('cursor_mismatch')
  })

  it('counts each column and adds up its amounts by currency', async () => {
    const columns = await columnsOf(api, `?${own}&count=exact&sums=true&limit=1`)
    expect(column(columns, 'NEW')).toMatchObject({
      total: isLimited ? 5 : 6,
      totalKind: 'exact',
      sums: [
        { amount: isLimited ? '10.75' : '1000010.75', currency: 'RUB' },
        { amount: '7', currency: 'USD' },
        { amount: '3', currency: null },
      ],
      sumsStatus: 'exact',
    })
    expect(column(columns, 'EXECUTING')).toMatchObject({
      ...{ total: 2, sums: [{ amount: '99999999999999999999.02', currency: 'RUB' }] },
    })
    // An amount that is missing is not zero.
    expect(column(columns, 'WON')).toMatchObject({ total: 1, totalKind: 'exact', sums: [], sumsStatus: 'exact' })
    expect(column(columns, 'LOSE')).toMatchObject({ total: 0, totalKind: 'exact', sums: [], data: [] })
  })

  it('equals a recount by lists', async () => {
    const columns = await columnsOf(api, '?count=exact&sums=true&limit=100')
    for (const { stage, data, total, sums } of columns) {
      const { body } = await api.call('get', `/v1/deals?filter[stageId]=${stage.id}&limit=500&count=exact`).expect(200)
      expect({ data, total }).toEqual({ data: body.data, total: body.total })
      const currencies = new Set(
        body.data.filter((one: Saved) => one.amount !== null).map((one: Saved) => one.currency),
      )
      expect(new Set(sums?.map(({ currency }) => currency))).toEqual(currencies)
    }
  })

  it('counts without adding up, and adds up without counting', async () => {
    const [counted] = await columnsOf(api, `?${own}&count=exact&stages=WON`)
    expect(Object.keys(counted!)).toEqual(['stage', 'data', 'page', 'total', 'totalKind'])
    const [added] = await columnsOf(api, `?${own}&sums=true&stages=NEW`)
    expect(Object.keys(added!)).toEqual(['stage', 'sums', 'sumsStatus', 'data', 'page'])
    expect(added?.sums).toHaveLength(3)
  })

  it('is filtered, sorted and expanded like a list', async () => {
    const company = await aCompany(api, { title: 'Board' })
    await aDeal(api, { title: `${mine} with company`, stageId: 'PREPARATION', companyId: company.id })
    const query = `?${own}&filter[amount][gte]=5&sort=-amount&stages=NEW,PREPARATION`
    expect((await columnsOf(api, query)).map(titles)).toEqual([
      [...(isLimited ? [] : [`${mine} foreign`]), `${mine} 0`, `${mine} 2`],
      [],
    ])
    const expanded = await columnsOf(api, `?${own}&filter[company.title]=Board&expand=company&fields=title&count=exact`)
    expect(expanded.filter(({ data }) => data.length)).toMatchObject([
      {
        ...{ stage: { id: 'PREPARATION' }, total: 1 },
        data: [{ title: `${mine} with company`, expanded: { company: { id: company.id, title: 'Board' } } }],
      },
    ])
    expect(Object.keys(expanded[1]!.data[0]!).sort()).toEqual(['expanded', 'id', 'title'])
    for (const nothing of ['filter[amount]=77777', 'filter[title][contains]=щъыэ', 'filter[company.title]=Nobody']) {
      expect((await columnsOf(api, `?${nothing}&stages=NEW,WON`)).map(titles)).toEqual([[], []])
    }
    const empty = await columnsOf(api, `?${own}&filter[amount][isEmpty]=true&sort=closeDate&stages=WON,NEW`)
    expect(empty.map(({ stage, data }) => [stage.id, data.length])).toEqual([
      ['NEW', 1],
      ['WON', 1],
    ])
  })
})

describe('A request for a board', () => {
  const refused = async (query: string, api = server, status = 400) =>
    (await api.call('get', path(query)).expect(status)).body

  it('reports all its faults at once', async () => {
    const body = await refused('?stages=NEW,WOM,&sort=titel&fields=x&expand=y&filter[amuont]=1&filter[stageId]=NEW')
    const all = ['NEW', 'PREPARATION', 'PREPAYMENT_INVOICE', 'EXECUTING', 'FINAL_INVOICE', 'WON', 'LOSE', 'APOLOGY']
    expect(body.code).toBe('malformed_request')
    expect(body.errors).toMatchObject([
      {
        parameter: 'stages',
        code: 'unknown_stage',
        message: 'There is no stage WOM in this pipeline. Did you mean WON?',
        allowed: all,
      },
      { parameter: 'stages', code: 'required' },
      {
        ...{ parameter: 'filter[stageId]', code: 'fixed_on_board' },
        message: 'The path of a board names its pipeline. Choose its stages with stages.',
      },
      { parameter: 'fields', code: 'unknown_field' },
      { parameter: 'expand', code: 'not_expandable' },
      { parameter: 'filter[amuont]', code: 'unknown_field', hint: 'amount' },
      { parameter: 'sort', code: 'unknown_field', hint: 'title' },
    ])
    const zone = await refused('?filter[pipelineId][ne]=1&timeZone=Moon')
    expect(zone.errors).toMatchObject([{ code: 'fixed_on_board' }, { code: 'invalid_time_zone' }])
  })

  it.each([
    ['q=omsk', 'unknown_parameter'],
    ['cursor=x', 'unknown_parameter'],
    ['limit=101', 'out_of_range'],
    ['limit=0', 'out_of_range'],
    ['count=estimated', 'unknown_value'],
    ['sums=perhaps', 'unknown_value'],
    ['labels=de', 'unknown_value'],
  ])('refuses %s', async (query, code) => {
    const { errors } = await refused(`?${query}`)
    expect(errors).toMatchObject([{ parameter: query.split('=')[0], code }])
  })

  it('refuses sums of amounts that the caller does not see', async () => {
    const api = await asCaller(server, 'Moneyless')
    const { errors } = await refused('?sums=true', api)
    expect(errors).toMatchObject([
      { parameter: 'sums', code: 'no_amounts', message: 'These records have no amounts to add up.' },
    ])
    expect((await columnsOf(api, '?count=exact'))[0]?.data[0]).not.toHaveProperty('amount')
  })

  it('does not find the board of an unknown pipeline, of another type, or of stages that the caller does not see', async () => {
    const api = await asCaller(server, 'Stageless')
    expect((await refused('', api, 404)).code).toBe('pipeline_not_found')
    for (const [type, id, code] of [
      ['deal', 99999, 'pipeline_not_found'],
      ['lead', pipelineId, 'pipeline_not_found'],
      ['contact', 1, 'pipeline_not_found'],
      ['dael', 1, 'type_not_found'],
    ]) {
      const { body } = await server.call('get', `/v1/types/${type}/pipelines/${id}/board`).expect(404)
      expect(body.code).toBe(code)
    }
    await server.call('get', '/v1/types/deal/pipelines/x/board').expect(400)
    await server.as(null)('get', path()).expect(401)
  })

  it('has labels in the language of the caller, or in all languages', async () => {
    const { body: russian } = await server.call('get', path()).set('accept-language', 'ru').expect(200)
    expect(russian.columns[0].stage.name).toBe('Новая')
    const { body: all } = await server.call('get', path('?labels=all&stages=WON')).expect(200)
    expect(all.pipeline.name).toEqual({ en: 'General', ru: 'Общая' })
    expect(all.columns[0].stage.name).toEqual({ en: 'Won', ru: 'Сделка успешна' })
  })
})

it('reads all columns in one round trip, in which the plan is kept', async () => {
  await columnsOf(server)
  await columnsOf(server)
  const { statements, roundTrips } = await sentBy(() => columnsOf(server))
  expect(roundTrips).toBe(1)
  expect(statements.at(-1)?.name).toMatch(/^page_/)
})

it('shows a record that moves in one column only', async () => {
  const { id } = await aDeal(server, { title: 'moving' })
  let isOver = false
  const moves = (async () => {
    for (let n = 0; !isOver; n++)
      await server.call('patch', `/v1/deals/${id}`, { stageId: ['EXECUTING', 'NEW'][n % 2] }).expect(200)
  })()
  for (let n = 0; n < 30; n++) {
    const columns = await columnsOf(server, '?limit=5')
    expect(columns.flatMap(({ data }) => data).filter((one) => one.id === id)).toHaveLength(1)
  }
  isOver = true
  await moves
})

it('counts up to ten thousand records of a stage if a full count takes too long', async () => {
  const database = await freshDatabase()
  const run = (statement: string) => statementIn(database.connection, statement)
  // Adding up takes longer than the limit.
  await run(`create function add_slowly(numeric, numeric) returns numeric language plpgsql as $$
    begin perform pg_sleep(60); return $1; end $$`)
  await run('create aggregate public.sum (numeric) (sfunc = add_slowly, stype = numeric, initcond = 0)')
  await run(`do $$ begin
    execute format('alter database %I set search_path = public, pg_catalog', current_database()); end $$`)
  const api = await startApi({ database, countTime: 500 })
  await api.pool.query(
    `insert into deal (responsible_id, created_by, created_at, updated_by, updated_at, opened, observers, title, pipeline_id,
       stage_id, stage_semantic, moved_by, moved_at, amount, currency, amount_is_manual, is_repeat)
     select 1, 1, now(), 1, now(), true, '{}', 'Many', $1, case when i in (5, 50) then 'WON' else 'NEW' end, 'process', 1, now(),
       1, 'RUB', false, false from generate_series(1, 20003) as i`,
    [pipelineId],
  )
  const late = { sums: null, sumsStatus: 'timedOut' }
  const columns = await columnsOf(api, '?stages=NEW,WON,LOSE&count=exact&sums=true&limit=1')
  expect(columns).toMatchObject([
    { total: 10_000, totalKind: 'atLeast', ...late },
    { total: 2, totalKind: 'exact', ...late },
    { total: 0, totalKind: 'exact', ...late },
  ])
  // Counting alone is fast enough.
  expect((await columnsOf(api, '?stages=NEW&count=exact'))[0]).toMatchObject({ total: 20_001, totalKind: 'exact' })
  // There are too many to sort all of them.
  for (const query of ['filter[amount]=1', 'filter[title][contains]=man', 'sort=-movedAt']) {
    const read = await columnsOf(api, `?${query}&limit=3&fields=title`)
    expect(read.map(({ data }) => data.length)).toEqual([3, 0, 0, 0, 0, 2, 0, 0])
    const { body } = await api.call('get', `/v1/deals?filter[stageId]=NEW&${query}&limit=3&fields=title`).expect(200)
    expect(read[0]!.data).toEqual(body.data)
  }
  await api.close()
})
