import { Cursors } from '../src/http/cursors.ts'
import type { CursorContent } from '../src/records/query/cursor-content.ts'
import { busyUser } from './rows.ts'

/** An API request. */
export interface BenchRequest {
  method: 'GET' | 'POST' | 'PATCH'
  path: string
  body?: string
}

/** A client operation to measure. */
export interface Operation {
  name: string
  /** Minimum ratio to the bare route, at 16 connections. */
  goal?: number
  /** Number of different requests that are captured and sent again in turn. */
  variety: number
  /** Whether the operation writes. Reads come first. */
  isWrite?: boolean
  /** Whether the statements create ids, so that each run can be sent only once. */
  isNewEachTime?: boolean
  /** Whether one request is so slow that a round is a number of requests instead of a time. */
  isSlow?: boolean
  /** The counterpart on the floor. */
  floor?: FloorOperation | undefined
  /** Whether it is measured with one connection only, because many at once would exceed a time limit. */
  isAlone?: boolean
  /**
   * With one connection: the maximum median time in milliseconds, the minimum ratio to the statements alone, and the
   * maximum time relative to the floor.
   */
  alone?: { p50?: number; ofDatabase?: number; ofFloor?: number }
  /** With one connection: this operation equals `count` of the operation `of`, and must be `factor` times as fast. */
  many?: { count: number; of: string; factor: number }
  /** The time must be at most `factor` times that of the operation `of`. */
  within?: { of: string; factor: number }
  /** Returns the n-th request. There is no upper limit. */
  request(n: number): BenchRequest
}

/** What the floor is asked for in place of an operation, with the goals of Kartoteka at 16 connections. */
export interface FloorOperation {
  /** Minimum ratio to the floor. */
  goal?: number
  /** Maximum CPU time of a request to Kartoteka, its own and that of Postgres, in milliseconds. */
  cpu?: number
  request(n: number): BenchRequest
}

/** The loaded data, as operations need it. */
export interface LoadedData {
  rows: number
  /** Code of a user field with the same values as `position`. */
  field: string
  secret: string
  /** Sort values of the contact before page 10,000. */
  deep: CursorContent['position']
  /** Id of the pipeline of all deals. */
  pipeline: number
}

const json = (value: unknown) => JSON.stringify(value)
const get = (path: string): BenchRequest => ({ method: 'GET', path })
const query = (params: Record<string, string>) => `/v1/contacts?${new URLSearchParams(params)}`

/** Returns the id of a contact. Consecutive numbers give ids on different database pages. */
export const spreadId = (n: number, rows: number): number => 2 * ((n * 7919) % rows) + 1

/** Parts of last names: one in 560 contacts has each of them. */
export const rareFragments = ['орлудук', 'Степвафае', 'зайробея', 'Сидфамия']

/** Returns all operations in the order of measurement. */
export function operations({ rows, field, secret, deep, pipeline }: LoadedData): Operation[] {
  const id = (n: number) => spreadId(n, rows)
  const person = (n: number) => ({
    firstName: 'Олег',
    lastName: `Зимин ${n}`,
    position: 'менеджер',
    phones: [
      { kind: 'work', value: `8 (812) ${String(n % 10_000_000).padStart(7, '0')}` },
      { value: '+7 945 765-43-21' },
    ],
    emails: [{ value: `zimin${n}@vector.example` }],
  })
  const mine = { 'filter[responsibleId]': String(busyUser) }
  const pages = { sort: '-createdAt', limit: '10' }
  const now = new Date().toISOString()
  const list = { filter: null, q: null, sort: '-createdAt', forgiving: false }
  const pinned = { type: 'contact', userId: busyUser, ...list, now, timeZone: 'Europe/Moscow' }
  const deepPage = query({
    ...pages,
    cursor: new Cursors(secret).write({
      ...pinned,
      back: false,
      includes: false,
      position: deep,
    } satisfies CursorContent),
  })
  const byField = (how: 'filter' | 'sort', path: string, n: number): Record<string, string> =>
    how === 'filter' ? { [`filter[${path}]`]: `менеджер ${n % 500}` } : { 'filter[opened]': 'true', sort: path }
  return [
    { name: 'get', variety: 500, request: (n) => get(`/v1/contacts/${id(n)}`) },
    {
      name: 'list-mine',
      variety: 1,
      request: () => get(query({ ...mine, sort: '-createdAt', limit: '50' })),
    },
    { name: 'page-1', variety: 1, request: () => get(query(pages)) },
    {
      name: 'page-10000',
      variety: 1,
      within: { of: 'page-1', factor: 1.1 },
      request: () => get(deepPage),
    },
    ...(['filter', 'sort'] as const).flatMap((how): Operation[] => [
      { name: `system-${how}`, variety: 50, request: (n) => get(query(byField(how, 'position', n))) },
      {
        name: `user-${how}`,
        variety: 50,
        within: { of: `system-${how}`, factor: 1.2 },
        request: (n) => get(query(byField(how, `userFields.${field}`, n))),
      },
    ]),
    {
      name: 'contains',
      variety: 20,
      request: (n) => get(query({ 'filter[lastName][contains]': rareFragments[n % rareFragments.length]! })),
    },
    ...fragments(),
    {
      name: 'phone',
      variety: 500,
      request: (n) => get(query({ 'filter[phones]': `+7 495 ${String((n * 7919) % rows).padStart(7, '0')}` })),
    },
    ...searches(rows),
    ...boards(pipeline),
    {
      name: 'count',
      variety: 1,
      request: () => ({
        method: 'POST',
        path: '/v1/contacts/count',
        body: json({ filter: { field: 'responsibleId', op: 'eq', value: busyUser } }),
      }),
    },
    {
      name: 'create',
      isWrite: true,
      variety: 1,
      isNewEachTime: true,
      request: (n) => ({ method: 'POST', path: '/v1/contacts', body: json(person(n)) }),
    },
    {
      name: 'change',
      isWrite: true,
      variety: 500,
      request: (n) => ({ method: 'PATCH', path: `/v1/contacts/${id(n)}`, body: json({ position: `менеджер ${n}` }) }),
    },
    {
      name: 'batch-1000',
      isWrite: true,
      isSlow: true,
      many: { count: 1000, of: 'create', factor: 10 },
      variety: 1,
      isNewEachTime: true,
      request: (n) => ({
        method: 'POST',
        path: '/v1/contacts/batch',
        body: json({
          operations: Array.from({ length: 1000 }, (_, index) => ({ op: 'create', data: person(n * 1000 + index) })),
        }),
      }),
    },
  ]
}

/**
 * Searches for parts of texts: with no match (single, ten in `or`, over a link), and with a match in one of fourteen
 * records.
 */
function fragments(): Operation[] {
  const nothing = (n: number) => `щъыэ${'абвгдежзик'[n % 10]}юя`
  const ten = (n: number) =>
    Array.from({ length: 10 }, (_, index) => ({ field: 'lastName', op: 'contains', value: nothing(n + index) + n }))
  return [
    { name: 'contains-nothing', variety: 10, request: (n) => get(query({ 'filter[lastName][contains]': nothing(n) })) },
    {
      name: 'contains-ten',
      variety: 10,
      request: (n) => ({ method: 'POST', path: '/v1/contacts/search', body: json({ filter: { or: ten(n) } }) }),
    },
    {
      name: 'contains-linked',
      variety: 10,
      request: (n) => get(`/v1/deals?${new URLSearchParams({ 'filter[company.title][contains]': nothing(n) })}`),
    },
    {
      name: 'contains-frequent',
      variety: 4,
      request: (n) => get(query({ 'filter[lastName][contains]': ['Ива', 'Пет', 'Орл', 'Бел'][n % 4]! })),
    },
  ]
}

/** The first deals of all stages, alone, and with their numbers and sums. */
function boards(pipeline: number): Operation[] {
  const path = `/v1/types/deal/pipelines/${pipeline}/board`
  return [
    { name: 'board', variety: 1, alone: { p50: 50 }, request: () => get(path) },
    {
      name: 'board-sums',
      variety: 1,
      isSlow: true,
      isAlone: true,
      alone: { ofFloor: 2.5 },
      request: () => get(`${path}?count=exact&sums=true`),
    },
  ]
}

/** Searches for words, some of them transliterated. */
function searches(rows: number): Operation[] {
  const ask = (q: string) => get(query({ q }))
  const phone = (n: number) => String(1 + ((n * 7919) % rows)).padStart(7, '0')
  const fast = { p50: 30, ofDatabase: 0.5 }
  return [
    {
      name: 'q-substring',
      goal: 0.5,
      alone: fast,
      variety: 20,
      request: (n) => ask(['нозоко', 'гекадзе', 'шуродзе', 'няваск'][n % 4]!),
    },
    {
      name: 'q-phone',
      goal: 0.5,
      alone: fast,
      variety: 100,
      request: (n) => ask(`8 (495) ${phone(n).replace(/(...)(..)(..)/, '$1-$2-$3')}`),
    },
    {
      name: 'q-translit',
      goal: 0.5,
      alone: fast,
      variety: 20,
      request: (n) => ask(['Stepgekadze', 'Belshurodze', 'Kuznozoko', 'Orlnozoin'][n % 4]!),
    },
  ]
}
