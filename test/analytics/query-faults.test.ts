import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

describe('A query with faults', () => {
  const faultsOf = async (body: object) => {
    const found = await api.call('post', '/v1/analytics/query', { type: 'deal', measures: [{ fn: 'count' }], ...body })
    expect([body, found.status]).toEqual([body, 422])
    return found.body.errors.map(
      ({ pointer, code, hint }: Record<string, string>) => `${pointer} ${code}${hint ? ` ${hint}` : ''}`,
    )
  }

  it('reports all of them', async () => {
    expect(
      await faultsOf({
        timeZone: 'Europe/Moskow',
        filter: { field: 'amout', op: 'gt', value: '1' },
        measures: [
          { fn: 'sum', field: 'title' },
          { fn: 'percentile', field: 'amount' },
          { fn: 'count', field: 'amount', p: 5 },
          { fn: 'sum' },
          { fn: 'avg', field: 'closedAt', since: 'beginDate' },
        ],
        groupBy: [{ field: 'sorce' }, { field: 'comment' }, { field: 'createdAt' }],
      }),
    ).toEqual([
      '/timeZone invalid_time_zone',
      '/filter/field unknown_field amount',
      '/groupBy/0/field unknown_field source',
      '/groupBy/1/field not_groupable',
      '/groupBy/2/bucket required',
      '/measures/0/field not_measurable',
      '/measures/1/p required',
      '/measures/2/p not_allowed_here',
      '/measures/2/field not_allowed_here',
      '/measures/3/field required',
      '/measures/4/since other_scale',
    ])
  })

  it('reports those of the schema together with those of the meaning', async () => {
    expect(
      await faultsOf({
        limt: 5,
        labels: 'yes',
        period: 5,
        currency: 'RUX',
        filter: { and: [{ field: 'amout', op: 'gt', value: '1' }, { event: 'won' }] },
        measures: [
          { fn: 'summ', field: 'amout' },
          { as: 'won', fn: 'count', filter: { event: 'wonn' } },
          { fn: 'percentile', field: 'amount', p: 200 },
          { as: 'Wrong key', fn: 'sum', field: 'title' },
          5,
        ],
        groupBy: [{ field: 'sorce', top: 10_000 }, { field: 5 }, { field: 'comment', other: 'yes' }],
        having: [
          { measure: 'wom', op: 'gtt', value: 1 },
          { op: 'gt', value: 1 },
        ],
        sort: ['-won', 5, 'Wrong key', 'group3', 'group2'],
      }),
    ).toEqual([
      ...['/limt unknown_field limit', '/measures/0/fn unknown_value sum'],
      ...['/measures/2/p out_of_range', '/measures/3/as invalid_code', '/measures/4 invalid_type'],
      ...['/groupBy/0/top out_of_range', '/groupBy/1/field invalid_type', '/groupBy/2/other invalid_type'],
      ...['/having/0/op unknown_value gt', '/having/1/measure required', '/sort/1 invalid_type'],
      '/labels invalid_type',
      // The meaning of what matches the schema:
      ...['/period invalid_type', '/currency unknown_value RUB', '/filter/and/0/field unknown_field amount'],
      ...['/groupBy/0/field unknown_field source', '/groupBy/2/field not_groupable'],
      ...['/measures/0/field unknown_field amount', '/measures/1/filter/event unknown_event won'],
      ...['/measures/3/field not_measurable', '/having/0/measure unknown_field won', '/sort/3 unknown_field group0'],
    ])
  })

  it('reports those of conditions and orders', async () => {
    expect(
      await faultsOf({
        currency: 'each',
        measures: [
          { as: 'deals', fn: 'count' },
          { as: 'sum', fn: 'sum', field: 'amount' },
        ],
        having: [
          { measure: 'deal', op: 'gt', value: 1 },
          { measure: 'deals', op: 'gt', value: 'x' },
        ],
        sort: ['-sums', 'sum'],
      }),
    ).toEqual([
      '/having/0/measure unknown_field deals',
      '/having/1/value invalid_type',
      '/sort/0 unknown_field sum',
      '/sort/1 amounts_by_currency',
    ])
  })

  it.each([
    ['an unknown type', { type: 'deel' }, '/type unknown_type deal'],
    ['12 groups', { groupBy: Array(12).fill({ field: 'source' }) }, '/groupBy too_many'],
    ['too many groups of a field', { groupBy: [{ field: 'source', top: 10_000 }] }, '/groupBy/0/top out_of_range'],
    ['an unknown function', { measures: [{ fn: 'summ', field: 'amount' }] }, '/measures/0/fn unknown_value sum'],
    [
      'a field of several linked records',
      { groupBy: [{ field: 'contacts.source' }] },
      '/groupBy/0/field several_linked',
    ],
    [
      'a part of time of a text',
      { groupBy: [{ field: 'source', bucket: 'month' }] },
      '/groupBy/0/bucket not_allowed_here',
    ],
    ['the hour of a date', { groupBy: [{ field: 'beginDate', bucket: 'hour' }] }, '/groupBy/0/bucket unknown_value'],
    ['several values', { measures: [{ fn: 'distinct', field: 'observers' }] }, '/measures/0/field not_measurable'],
    [
      'the same key twice',
      {
        measures: [
          { as: 'a', fn: 'count' },
          { as: 'a', fn: 'count' },
        ],
      },
      '/measures/1/as duplicate_value',
    ],
    [
      'empty rows without a period',
      { groupBy: [{ field: 'beginDate', bucket: 'day', empty: true }] },
      '/period required',
    ],
    [
      'more than 1000 empty rows',
      { from: '2020-01-01', to: '2023-01-01', groupBy: [{ field: 'beginDate', bucket: 'day', empty: true }] },
      '/groupBy/0/empty too_many',
    ],
    [
      'empty rows of something else than consecutive times',
      { period: 'today', groupBy: [{ field: 'beginDate', bucket: 'dayOfWeek', empty: true }] },
      '/groupBy/0/empty not_allowed_here',
    ],
    [
      'empty rows in the order of a measure',
      { period: 'today', sort: ['measure0'], groupBy: [{ field: 'beginDate', bucket: 'day', empty: true }] },
      '/groupBy/0/empty not_allowed_here',
    ],
    [
      'empty rows of two groups',
      { period: 'today', groupBy: [{ field: 'source' }, { field: 'beginDate', bucket: 'day', empty: true }] },
      '/groupBy/1/empty not_allowed_here',
    ],
    [
      'all others without a number of groups',
      { groupBy: [{ field: 'source', other: true }] },
      '/groupBy/0/top required',
    ],
    [
      'a key that is no text',
      { measures: [{ as: {}, fn: 'count' }], sort: ['-measure0', 'a'] },
      ...['/measures/0/as invalid_type', '/sort/1 unknown_field'],
    ],
    [
      'a filter that a list would refuse once the group is added',
      { filter: { not: { not: { not: { not: { field: 'id', op: 'gt', value: 1 } } } } } },
      '/filter/not/not/not/not filter_too_deep',
    ],
  ])('is refused for %s', async (_, body, ...faults) => {
    expect(await faultsOf(body)).toEqual(faults)
  })
})
