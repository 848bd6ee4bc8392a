import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'

let api: Api
/** Ids of records that do not change during the test. */
let untouched: number[]
/** `npm run test:long` uses ten thousand. */
const count = Number(process.env.WALK ?? 600)
const limit = Math.min(200, Math.ceil(count / 16))

beforeAll(async () => {
  api = await startApi()
  await api.call('post', '/v1/types/deal/fields', { code: 'rank', kind: 'integer', label: 'Rank' }).expect(201)
  untouched = []
  for (let from = 0; from < count; from += 500) {
    const operations = Array.from({ length: Math.min(500, count - from) }, (_, index) => creation(from + index))
    const { body } = await api.call('post', '/v1/deals/batch', { operations }).expect(200)
    untouched.push(...body.results.map(({ id }: { id: number }) => id))
  }
}, 120_000)
afterAll(() => api.close())

function creation(index: number) {
  const data = {
    title: `Deal ${index % 7}`,
    amount: index % 5 ? `${index % 11}.${index % 2 ? '5' : '50'}` : null,
    closeDate: index % 3 ? `2026-01-${String((index % 28) + 1).padStart(2, '0')}` : null,
    probability: index % 4 ? index % 10 : null,
    userFields: { rank: index % 6 ? index % 13 : null },
  }
  return { op: 'create', data }
}

type Row = { id: number; [field: string]: unknown }

/** Returns all pages from the first one on, or from the last one backwards. */
async function walk(
  sort: string,
  between: () => Promise<unknown>,
  start?: string,
): Promise<{ rows: Row[]; last: string | null; page: Row[] }> {
  const rows: Row[] = []
  const direction = start === undefined ? 'next' : 'prev'
  let cursor: string | null | undefined = start
  let last: string | null = null
  let page: Row[] = []
  do {
    const path: string = cursor ? `/v1/deals?limit=${limit}&cursor=${cursor}` : `/v1/deals?limit=${limit}&sort=${sort}`
    const { body } = await api.call('get', path).expect(200)
    if (direction === 'next') rows.push(...body.data)
    else rows.unshift(...body.data)
    if (body.page.prev) [last, page] = [body.page.prev, body.data]
    cursor = body.page[direction]
    await between()
  } while (cursor)
  return { rows, last, page }
}

describe.each([
  '-id',
  'closeDate',
  '-amount',
  'title,-probability',
  'closeDate,amount',
  'userFields.rank,amount,-closeDate',
])('sorted by %s', (sort) => {
  it('every unchanged record is returned once while others are created, changed and deleted', async () => {
    let made = 0
    const stir = async () => {
      const created = await api.call('post', '/v1/deals', {
        title: 'Stir',
        amount: `${made++}`,
        probability: made % 10,
      })
      await api.call('patch', `/v1/deals/${created.body.id}`, { amount: null, closeDate: '2026-01-15' })
      if (made % 2) await api.call('delete', `/v1/deals/${created.body.id}`)
    }
    const forwards = await walk(sort, stir)
    const backwards = await walk(sort, stir, forwards.last!)
    const wanted = new Set(untouched)
    for (const rows of [forwards.rows, [...backwards.rows, ...forwards.page]]) {
      const seen = rows.map(({ id }) => id).filter((id) => wanted.has(id))
      expect(seen).toHaveLength(count)
      expect(new Set(seen).size).toBe(count)
    }
  }, 120_000)

  it('pages are in order with empty values last, and the same backwards', async () => {
    const { rows, last } = await walk(sort, async () => {})
    expect(rows.slice(1).every((row, index) => compare(sort, rows[index]!, row) < 0)).toBe(true)
    const backwards = await walk(sort, async () => {}, last!)
    const ids = rows.map(({ id }) => id)
    expect(backwards.rows.map(({ id }) => id)).toEqual(ids.slice(0, backwards.rows.length))
    expect(backwards.rows.length).toBeGreaterThan(count - limit - 1)
  }, 60_000)
})

/** The documented order: by each key with empty values last, and ties by id in the direction of the last key. */
function compare(sort: string, a: Row, b: Row): number {
  const keys = sort.split(',')
  const tie = keys.at(-1)?.startsWith('-') ? '-id' : 'id'
  for (const key of [...keys, tie]) {
    const [path, sign] = key.startsWith('-') ? [key.slice(1), -1] : [key, 1]
    const [left, right] = [sortValue(a, path), sortValue(b, path)]
    if (left === right) continue
    if (left === null || right === null) return left === null ? 1 : -1
    return left < right ? -sign : sign
  }
  return 0
}

function sortValue(row: Row, path: string): string | number | null {
  const value = path.startsWith('userFields.') ? (row.userFields as Record<string, unknown>)[path.slice(11)] : row[path]
  return path === 'amount' && value !== null ? Number(value) : (value as string | number | null)
}
