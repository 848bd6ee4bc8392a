import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { createFields } from '../fields-of-every-kind.ts'
import { aCompany, aContact, aDeal, asCaller, callers, limitsOf } from '../seed.ts'
import { randomOf } from '../storm/random.ts'
import { expectListed, query } from './cells.ts'

const options = ['red', 'blue', 'green'].map((code) => ({ code, label: code }))
const fields = [
  { code: 'line', kind: 'string', label: 'Line' },
  { code: 'page', kind: 'url', label: 'Page' },
  { code: 'number', kind: 'integer', label: 'Number' },
  { code: 'numbers', kind: 'integer', multiple: true, label: 'Numbers' },
  { code: 'flag', kind: 'boolean', label: 'Flag' },
  { code: 'day', kind: 'date', label: 'Day' },
  { code: 'days', kind: 'date', multiple: true, label: 'Days' },
  { code: 'time', kind: 'datetime', label: 'Time' },
  { code: 'color', kind: 'enumeration', label: 'Color', options },
  { code: 'colors', kind: 'enumeration', multiple: true, label: 'Colors', options },
  { code: 'helper', kind: 'employee', label: 'Helper' },
  { code: 'helpers', kind: 'employee', multiple: true, label: 'Helpers' },
  { code: 'origin', kind: 'dictionary', label: 'Origin', settings: { dictionary: 'SOURCE' } },
  { code: 'price', kind: 'money', label: 'Price' },
  { code: 'place', kind: 'address', label: 'Place' },
  { code: 'client', kind: 'crm', label: 'Client', settings: { types: ['company', 'contact'] } },
  { code: 'clients', kind: 'crm', multiple: true, label: 'Clients', settings: { types: ['company', 'contact'] } },
]

/** Instants around the changes of clocks, when days have 23 and 25 hours and hours come twice. */
const instants = [
  ...['2026-03-08T04:59:59.999Z', '2026-03-08T05:00:00Z', '2026-03-08T06:59:59Z', '2026-03-08T07:00:00Z'],
  ...['2026-03-09T03:59:59Z', '2026-03-09T04:00:00Z', '2026-11-01T03:59:59Z', '2026-11-01T04:00:00Z'],
  ...['2026-11-01T05:30:00Z', '2026-11-01T06:30:00Z', '2026-11-02T04:59:59Z', '2026-11-02T05:00:00Z'],
  ...['2026-04-04T14:10:00Z', '2026-04-04T14:50:00Z', '2026-04-04T15:10:00Z', '2026-01-01T00:30:00Z'],
]

let api: Api
let readers: Api[]
beforeAll(async () => {
  api = await startApi({ limitsOf })
  await createFields(api, 'deal', fields)
  const limited = await asCaller(api, 'Limited')
  readers = [api, limited]
  const industries = ['IT', 'TELECOM', null]
  const companies = await Promise.all(
    industries.map((industry, at) =>
      aCompany(api, { industry, responsibleId: at ? api.userId : limited.userId, address: { city: 'Omsk' } }),
    ),
  )
  const gone = await aCompany(api)
  const contact = await aContact(api, { lastName: 'Petrov' })
  const random = randomOf(17)
  const maybe = <T>(values: readonly T[]) => random.pick([...values, null])
  const some = <T>(values: readonly T[]) => values.filter(() => random.chance(0.4))
  const users = [api.userId, limited.userId]
  for (let n = 0; n < 60; n++) {
    const { id } = await aDeal(api, {
      title: random.pick(['Стол', 'стол', 'Ёлка', '"x", y']),
      source: maybe(['CALL', 'WEB']),
      stageId: random.pick(['NEW', 'WON', 'LOSE']),
      responsibleId: random.pick(users),
      companyId: maybe([...companies.map((one) => one.id), gone.id]),
      contacts: random.chance(0.5) ? [contact.id].map((one) => ({ id: one })) : [],
      observers: some(users),
      amount: random.pick(['0', '10.50', '1000', null]),
      currency: random.pick(['RUB', 'USD']),
      utm: maybe([{ source: 'google' }, { source: 'yandex', medium: 'cpc' }]),
      beginDate: maybe(['2026-01-31', '2026-02-01', '2025-12-31', '0001-01-01', '9999-12-31']),
      userFields: {
        line: maybe(['one', 'two', 'Two']),
        page: maybe(['https://a.example']),
        number: maybe([1, 2, -3]),
        numbers: some([1, 2, 3]),
        flag: maybe([true, false]),
        day: maybe(['2026-03-01', '2026-03-31']),
        days: some(['2026-03-01', '2026-03-31', '2026-04-01']),
        time: maybe(instants),
        color: maybe(['red', 'blue']),
        colors: some(['red', 'blue', 'green']),
        helper: maybe(users),
        helpers: some(users),
        client: maybe([
          { type: 'contact', id: contact.id },
          { type: 'company', id: gone.id },
        ]),
        clients: some([
          { type: 'contact', id: contact.id },
          { type: 'company', id: companies[0]!.id },
        ]),
        origin: maybe(['CALL', 'WEB']),
        price: maybe([
          { amount: '5', currency: 'RUB' },
          { amount: '7.25', currency: 'EUR' },
        ]),
        place: maybe([{ city: 'Omsk' }, { city: 'Kazan', lines: ['Street 1', 'Street 2'] }]),
      },
    })
    await api.pool.query('update deal set created_at = $2 where id = $1', [id, random.pick(instants)])
  }
  await api.call('delete', `/v1/companies/${gone.id}`).expect(204)
}, 60_000)
afterAll(() => api.close())

const measures = [
  { as: 'count', fn: 'count' },
  { as: 'won', fn: 'count', filter: { field: 'stageSemantic', op: 'eq', value: 'success' } },
  { as: 'sum', fn: 'sum', field: 'amount' },
  { as: 'median', fn: 'median', field: 'userFields.number' },
]

const values = [
  ...['title', 'source', 'stageId', 'stageSemantic', 'pipelineId', 'responsibleId', 'createdBy', 'opened', 'companyId'],
  ...['contacts', 'observers', 'currency', 'isRepeat', 'dealType', 'probability'],
  ...['company.industry', 'company.responsibleId', 'company.address.city', 'company.title', 'responsible.lastName'],
  ...[
    'line',
    'page',
    'number',
    'numbers',
    'flag',
    'color',
    'colors',
    'helper',
    'helpers',
    'origin',
    'client',
    'clients',
  ].map((code) => `userFields.${code}`),
  ...['userFields.price.currency', 'userFields.place.city', 'userFields.place.lines', 'userFields.helper.lastName'],
]
const days = ['day', 'week', 'month', 'quarter', 'year', 'dayOfWeek']
const times = [...days, 'hour', 'hourOfDay']
const parts = [
  ...['beginDate', 'userFields.day', 'userFields.days'].flatMap((field) => days.map((bucket) => ({ field, bucket }))),
  ...['createdAt', 'userFields.time', 'company.createdAt', 'closedAt'].flatMap((field) =>
    times.map((bucket) => ({ field, bucket })),
  ),
]
const zones = ['America/New_York', 'Australia/Lord_Howe']

describe.each(callers)('For $name, the list of each cell has as many records as the cell says', (caller) => {
  const reader = () => readers[callers.indexOf(caller)]!
  const ask = async (body: object) => {
    const table = await query(reader(), { currency: 'each', measures, ...body })
    await expectListed(reader(), table, 'count')
    return table
  }
  const expectSums = (table: Awaited<ReturnType<typeof ask>>) => {
    const sum = table.rows.reduce((total, { cells }) => total + Number(cells.count!.value), 0)
    expect(sum).toBe(table.totals.cells.count!.value)
  }

  it.each(values)('by %s', async (field) => {
    const table = await ask({ groupBy: [{ field }] })
    expect(table.rows.length).toBeGreaterThan(0)
  })

  it.each(values)('by the largest groups of %s and all others', async (field) => {
    await ask({ groupBy: [{ field, top: 1, other: true }] })
    await ask({ groupBy: [{ field, top: 2, other: true }], sort: ['count'] })
  })

  it.each(parts)('by $bucket of $field', async ({ field, bucket }) => {
    for (const timeZone of zones) {
      const table = await ask({ groupBy: [{ field, bucket }], timeZone })
      if (!field.endsWith('days')) expectSums(table)
    }
  })

  it('by parts of a value', async () => {
    if (caller.hidden.includes('utm')) return
    for (const field of ['utm.source', 'utm.medium']) expectSums(await ask({ groupBy: [{ field }] }))
  })

  it('by several fields', async () => {
    await ask({ groupBy: [{ field: 'source', top: 1, other: true }, { field: 'company.industry' }] })
    await ask({ groupBy: [{ field: 'userFields.colors', top: 1, other: true }, { field: 'observers' }] })
    expectSums(
      await ask({ groupBy: [{ field: 'stageId' }, { field: 'createdAt', bucket: 'month' }, { field: 'source' }] }),
    )
  })

  it('with a filter of several levels', async () => {
    const filter = {
      or: [
        { field: 'source', op: 'eq', value: 'CALL' },
        { and: [{ field: 'amount', op: 'gt', value: '5' }, { not: { field: 'observers', op: 'eq', value: 'me' } }] },
      ],
    }
    const nested = measures.map((measure) => ({ ...measure, ...(measure.as === 'won' && { filter }) }))
    expectSums(await ask({ filter, groupBy: [{ field: 'stageId' }], measures: nested }))
  })
})
