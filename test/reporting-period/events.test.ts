import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { CatalogueCache } from '../../src/entities/catalogue.ts'
import { systemTypes } from '../../src/entities/types.ts'
import { recordsFor } from '../../src/records/query/record-query.ts'
import { periodBetween } from '../../src/reporting-period/period.ts'
import { stateAtEnd } from '../../src/reporting-period/state.ts'
import { AccessMaker } from '../../src/rights/access.ts'
import { type Api, startApi } from '../api.ts'
import { aDeal } from '../seed.ts'
import { inThePast } from './past.ts'

let api: Api
let at: ReturnType<typeof inThePast>
beforeAll(async () => {
  api = await startApi({ work: true })
  at = inThePast(api)
  for (const [title, steps] of Object.entries(histories)) await live(title, steps)
})
afterAll(() => api.close())

/** What happens to a deal, by time. The first step creates it. */
type Steps = Record<string, string | Record<string, unknown>>

/** Deals with the name of what happens to them. Days without a time are noon in Moscow. */
const histories: Record<string, Steps> = {
  'open since January': { '2026-01-10': 'NEW' },
  'open, edited in January': { '2026-01-10': 'NEW', '2026-01-20': { comment: 'Called' } },
  'open, edited in February': { '2026-01-10': 'NEW', '2026-02-20': { comment: 'Called' } },
  'open, edited in March': { '2026-01-10': 'NEW', '2026-03-20': { comment: 'Called' } },
  'open, moved in February': { '2026-01-10': 'NEW', '2026-02-20': 'EXECUTING' },
  'open, moved in February and March': { '2026-01-10': 'NEW', '2026-02-20': 'EXECUTING', '2026-03-20': 'NEW' },
  'created in February': { '2026-02-05': 'NEW' },
  'created in February, won in March': { '2026-02-05': 'NEW', '2026-03-05': 'WON' },
  'created in March': { '2026-03-05': 'NEW' },
  'created in the first second of February': { '2026-01-31T21:00:00Z': 'NEW' },
  'created in the last second of January': { '2026-01-31T20:59:59Z': 'NEW' },
  'won in January': { '2026-01-10': 'NEW', '2026-01-20': 'WON' },
  'won in January, edited in February': { '2026-01-10': 'NEW', '2026-01-20': 'WON', '2026-02-20': { comment: 'Paid' } },
  'won in January, edited in March': { '2026-01-10': 'NEW', '2026-01-20': 'WON', '2026-03-20': { comment: 'Paid' } },
  'won in January, reopened in March': { '2026-01-10': 'NEW', '2026-01-20': 'WON', '2026-03-20': 'NEW' },
  'won in February': { '2026-01-10': 'NEW', '2026-02-20': 'WON' },
  'won in the last second of February': { '2026-01-10': 'NEW', '2026-02-28T20:59:59Z': 'WON' },
  'won in the first second of March': { '2026-01-10': 'NEW', '2026-02-28T21:00:00Z': 'WON' },
  'won in February, reopened in February': { '2026-01-10': 'NEW', '2026-02-10': 'WON', '2026-02-20': 'NEW' },
  'won in February, reopened in March': { '2026-01-10': 'NEW', '2026-02-10': 'WON', '2026-03-20': 'NEW' },
  'won in February, lost in March': { '2026-01-10': 'NEW', '2026-02-10': 'WON', '2026-03-20': 'LOSE' },
  'won in January and February, open in March': {
    ...{ '2026-01-10': 'NEW', '2026-01-20': 'WON', '2026-02-10': 'NEW', '2026-02-20': 'WON', '2026-03-10': 'NEW' },
  },
  'lost in February': { '2026-01-10': 'NEW', '2026-02-20': 'LOSE' },
  'lost in February, analysed in March': { '2026-01-10': 'NEW', '2026-02-20': 'LOSE', '2026-03-20': 'APOLOGY' },
  'lost in January, analysed in February': { '2026-01-10': 'NEW', '2026-01-20': 'LOSE', '2026-02-20': 'APOLOGY' },
  'lost in January, analysed in February, open in March': {
    ...{ '2026-01-10': 'NEW', '2026-01-20': 'LOSE', '2026-02-20': 'APOLOGY', '2026-03-20': 'NEW' },
  },
  'lost and analysed in February, open in March': {
    ...{ '2026-01-10': 'NEW', '2026-02-10': 'LOSE', '2026-02-20': 'APOLOGY', '2026-03-20': 'NEW' },
  },
}

async function live(title: string, steps: Steps): Promise<void> {
  let id = 0
  for (const [day, step] of Object.entries(steps)) {
    const change = typeof step === 'string' ? { stageId: step } : step
    await at(day.length > 10 ? day : `${day}T09:00:00Z`, async () => {
      if (id) await api.call('patch', `/v1/deals/${id}`, change).expect(200)
      else id = (await aDeal(api, { title, ...change })).id
    })
  }
}

const february = { from: '2026-02-01', to: '2026-03-01' }

async function found(filter: object): Promise<string[]> {
  const request = { filter, sort: 'title', fields: ['title'], limit: 500, count: 'exact' }
  const { status, body } = await api.call('post', '/v1/deals/search', request)
  expect([status, body.errors]).toEqual([200, undefined])
  expect(body.total).toBe(body.data.length)
  return body.data.map(({ title }: { title: string }) => title)
}

const named = (pattern: RegExp) =>
  Object.keys(histories)
    .filter((title) => pattern.test(title))
    .sort()

const won = [
  'won in February',
  'won in February, lost in March',
  'won in February, reopened in March',
  'won in January and February, open in March',
  'won in the last second of February',
]
const lost = named(/^lost.*in February($|, analysed in March|, open in March)/).filter(
  (title) => !/January/.test(title),
)
const closedBefore = [
  'lost in January, analysed in February',
  'lost in January, analysed in February, open in March',
  'won in January, edited in February',
]
const created = ['created in February', 'created in February, won in March', 'created in the first second of February']
const inWork = [
  ...[...created, 'created in the last second of January', 'won in the first second of March'],
  ...['open since January', 'open, edited in January', 'open, edited in February', 'open, edited in March'],
  ...['open, moved in February', 'open, moved in February and March', 'won in February, reopened in February'],
].sort()
const forgotten = [
  ...['created in the last second of January', 'open since January', 'open, edited in January'],
  ...['open, edited in March', 'won in the first second of March'],
]

describe('In February', () => {
  it.each<[string, readonly string[]]>([
    ['created', created],
    ['inWork', inWork],
    ['won', won],
    ['lost', lost],
    ['closed', [...won, ...lost].sort()],
    ['closedBefore', closedBefore],
    ['inReport', [...inWork, ...won, ...lost, ...closedBefore].sort()],
    ['forgotten', forgotten],
    [
      'changed',
      named(/(moved|edited|won|lost|analysed|reopened|second of) .*February|^won in January and/).filter(
        (title) => !/created|first second of March/.test(title),
      ),
    ],
    ['moved', named(/(moved|won|lost|analysed|reopened) .*February/).filter((title) => !/created|edited/.test(title))],
  ])('%s', async (event, titles) => {
    expect(await found({ event, period: february })).toEqual(titles)
    expect(await found({ not: { event, period: february } })).toEqual(
      named(/./).filter((title) => !titles.includes(title)),
    )
  })
})

it('The state at the end of February is known for each record', async () => {
  const access = await new AccessMaker(api.db, new CatalogueCache(api.db, systemTypes)).system(api.db)
  const grant = access.grant('deal')
  const period = periodBetween('2026-01-31T21:00:00.000Z', '2026-02-28T21:00:00.000Z', 'Europe/Moscow')
  const { closingTime, closedIn } = stateAtEnd(grant.type, { ...period, from: '2025-12-31T21:00:00.000Z' })
  const columns = sql`record.title, case when ${closedIn('success')} then 'success' when ${closedIn('failure')} then 'failure' else 'process' end as semantic,
    instant(${closingTime}) as closed`
  const { rows } = await recordsFor(grant, 'read')
    .select<{ title: string; semantic: string; closed: string | null }>(columns)
    .execute(api.db)
  const closed = rows.filter(({ closed }) => closed)
  const states = closed.map(({ title, semantic, closed }) => [title, `${semantic} ${closed?.slice(0, 10)}`])
  expect(Object.fromEntries(states)).toEqual({
    'lost and analysed in February, open in March': 'failure 2026-02-10',
    'lost in February': 'failure 2026-02-20',
    'lost in February, analysed in March': 'failure 2026-02-20',
    'lost in January, analysed in February': 'failure 2026-01-20',
    'lost in January, analysed in February, open in March': 'failure 2026-01-20',
    'won in February': 'success 2026-02-20',
    'won in February, lost in March': 'success 2026-02-10',
    'won in February, reopened in March': 'success 2026-02-10',
    'won in January': 'success 2026-01-20',
    'won in January and February, open in March': 'success 2026-02-20',
    'won in January, edited in February': 'success 2026-01-20',
    'won in January, edited in March': 'success 2026-01-20',
    'won in January, reopened in March': 'success 2026-01-20',
    'won in the last second of February': 'success 2026-02-28',
  })
  const open = rows.filter(({ closed }) => closed === null)
  expect(open.map(({ semantic }) => semantic)).toEqual(open.map(() => 'process'))
})
