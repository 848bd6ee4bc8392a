import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { jobsOf } from '../bulk/jobs-of.ts'
import { aContact, aDeal, aLead, read } from '../seed.ts'
import { inThePast } from './past.ts'

let api: Api
let at: ReturnType<typeof inThePast>
beforeAll(async () => {
  api = await startApi({ work: true })
  at = inThePast(api)
})
afterAll(() => api.close())

const period = { from: '2026-02-01', to: '2026-03-01' }

describe('A condition on an event is refused', () => {
  const won = { event: 'won', period }
  it.each<[string, object, string[]]>([
    ['an unknown event', { event: 'wonn', period }, ['/event unknown_event won']],
    ['a member of every object', { event: 'toString', period }, ['/event unknown_event ']],
    ['no name', { event: '', period }, ['/event required ']],
    ['a number', { event: 5, period }, ['/event invalid_type ']],
    ['no period', { event: 'won' }, ['/period required ']],
    ['an unknown period', { event: 'won', period: 'lastMoth' }, ['/period unknown_period lastMonth']],
    ['half a period', { event: 'won', period: { from: '2026-01-01' } }, ['/period/to period_incomplete ']],
    [
      'a period beside it',
      { event: 'won', ...period },
      ['/from unknown_field ', '/to unknown_field ', '/period required '],
    ],
    ['a field', { ...won, field: 'title' }, ['/field unknown_field ']],
    ['a stage that it does not need', { ...won, stageId: 'NEW' }, ['/stageId unknown_field ']],
    ['neither stage nor pipeline', { event: 'entered', period }, ['/stageId required ']],
    ['an unknown stage', { event: 'entered', period, stageId: 'NWE' }, ['/stageId unknown_event_stage NEW']],
    ['an unknown pipeline', { event: 'reached', stageId: 'NEW', pipelineId: 99 }, ['/pipelineId unknown_pipeline ']],
  ])('with %s', async (_, filter, expected) => {
    const { body } = await api.call('post', '/v1/deals/search', { filter: { and: [filter] } }).expect(422)
    const told = body.errors.map(
      ({ pointer, code, hint = '' }: Record<string, string>) =>
        `${pointer!.replace('/filter/and/0', '')} ${code} ${hint}`,
    )
    expect(told).toEqual(expected)
  })

  it('if the type has no stages, with the reason', async () => {
    const { body } = await api.call('post', '/v1/contacts/search', { filter: { event: 'won', period } }).expect(422)
    expect(body.errors).toEqual([
      {
        ...{ pointer: '/filter/event', code: 'event_needs_stages' },
        message: 'Records of this type have no stages, so won cannot happen to them.',
      },
    ])
  })

  it('in an unknown time zone, and beyond fifty conditions', async () => {
    const filter = { event: 'won', period: 'lastMonth' }
    const refused = await api.call('post', '/v1/deals/search', { filter, timeZone: 'Mars' }).expect(422)
    expect(refused.body.errors).toMatchObject([{ pointer: '/timeZone', code: 'invalid_time_zone' }])
    const { body } = await api.call('post', '/v1/deals/search', { filter: { or: Array(51).fill(filter) } }).expect(422)
    expect(body.errors).toMatchObject([{ pointer: '/filter/or/50', code: 'filter_too_large' }])
  })
})

describe('A condition on an event', () => {
  it('works for types without stages, as far as they need none', async () => {
    const { id } = await at('2026-02-10T09:00:00Z', async () => await aContact(api, { lastName: 'Petrov' }))
    await at(
      '2026-03-10T09:00:00Z',
      async () => await api.call('patch', `/v1/contacts/${id}`, { position: 'CEO' }).expect(200),
    )
    const total = async (event: string, from: string, to: string) =>
      (await api.call('post', '/v1/contacts/count', { filter: { event, period: { from, to } } }).expect(200)).body.total
    expect(await total('created', '2026-02-01', '2026-03-01')).toBe(1)
    expect(await total('changed', '2026-02-01', '2026-03-01')).toBe(0)
    expect(await total('changed', '2026-03-01', '2026-04-01')).toBe(1)
  })

  it('uses the time zone of the request', async () => {
    await at('2026-01-31T22:30:00Z', async () => await aLead(api, { title: 'Night' }))
    const created = async (timeZone: string) => {
      const filter = { event: 'created', period: { from: '2026-02-01', to: '2026-02-02' } }
      return (await api.call('post', '/v1/leads/search', { filter, timeZone }).expect(200)).body.data.length
    }
    expect([await created('Europe/Moscow'), await created('UTC')]).toEqual([1, 0])
  })

  it('can be combined with others, and negated', async () => {
    for (const title of ['a', 'b', 'c']) await at('2026-05-10T09:00:00Z', async () => await aDeal(api, { title }))
    const may = { from: '2026-05-01', to: '2026-06-01' }
    const filter = {
      and: [
        { event: 'created', period: may },
        {
          or: [
            { field: 'title', op: 'eq', value: 'a' },
            { not: { event: 'inWork', period: may } },
            { field: 'title', value: 'c' },
          ],
        },
      ],
    }
    const { body } = await api.call('post', '/v1/deals/search', { filter, sort: 'title' }).expect(200)
    expect(body.data.map(({ title }: { title: string }) => title)).toEqual(['a', 'c'])
  })

  it('is kept by cursors', async () => {
    const filter = { event: 'created', period: { from: '2026-05-01', to: '2026-06-01' } }
    const first = await api.call('post', '/v1/deals/search', { filter, sort: 'title', limit: 1 }).expect(200)
    const { next: cursor } = first.body.page
    const titles = async (more: object) => {
      const { body } = await api.call('post', '/v1/deals/search', { cursor, limit: 1, ...more }).expect(200)
      return body.data.map(({ title }: { title: string }) => title)
    }
    expect(await titles({})).toEqual(['b'])
    expect(await titles({ filter })).toEqual(['b'])
    const other = { ...filter, period: { ...filter.period, to: '2026-06-02' } }
    const { body } = await api.call('post', '/v1/deals/search', { cursor, filter: other }).expect(400)
    expect(body.errors).toMatchObject([{ pointer: '/filter', code: 'kept_by_cursor' }])
  })

  it('chooses the records of bulk actions', async () => {
    const { id } = await at('2026-07-10T09:00:00Z', async () => await aDeal(api, { title: 'July' }))
    const filter = { event: 'created', period: { from: '2026-07-01', to: '2026-08-01' } }
    const job = await jobsOf(api).bulk('deals', { filter, set: { opened: false } })
    expect(job).toMatchObject({ status: 'completed', result: { done: 1 } })
    expect(await read(api, `deals/${id}`)).toMatchObject({ opened: false })
  })

  it('can name the fiscal year of the settings', async () => {
    await api.call('patch', '/v1/settings', { fiscalYearStart: 4 }).expect(200)
    const filter = { event: 'created', period: 'thisFiscalYear' }
    await aDeal(api, { title: 'Now' })
    const { body } = await api.call('post', '/v1/deals/search', { filter, sort: '-id', limit: 1 }).expect(200)
    expect(body.data).toMatchObject([{ title: 'Now' }])
  })
})
