import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'

let api: Api
/** Ids of records that nobody touches during the walks. */
let untouched: number[]
const count = 600

beforeAll(async () => {
  api = await startApi()
  await api.call('post', '/v1/types/deal/fields', { code: 'rank', kind: 'integer', label: 'Rank' }).expect(201)
  untouched = []
  for (let index = 0; index < count; index++) {
    const body = {
      title: `Deal ${index % 7}`,
      amount: index % 5 ? `${index % 11}.${index % 2 ? '5' : '50'}` : null,
      closeDate: index % 3 ? `2026-01-${String((index % 28) + 1).padStart(2, '0')}` : null,
      probability: index % 4 ? index % 10 : null,
      userFields: { rank: index % 6 ? index % 13 : null },
    }
    untouched.push((await api.call('post', '/v1/deals', body).expect(201)).body.id)
  }
}, 120_000)
afterAll(() => api.close())

type Row = { id: number; [field: string]: unknown }

/** All pages from the first one on, or from the last one backwards. */
async function walk(
  sort: string,
  between: () => Promise<unknown>,
  start?: string,
): Promise<{ rows: Row[]; last: string | null }> {
  const rows: Row[] = []
  const direction = start === undefined ? 'next' : 'prev'
  let cursor: string | null | undefined = start
  let last: string | null = null
  do {
    const path: string = cursor ? `/v1/deals?limit=37&cursor=${cursor}` : `/v1/deals?limit=37&sort=${sort}`
    const { body } = await api.call('get', path).expect(200)
    if (direction === 'next') rows.push(...body.data)
    else rows.unshift(...body.data)
    last = body.page.prev ?? last
    cursor = body.page[direction]
    await between()
  } while (cursor)
  return { rows, last }
}

describe.each(['-id', 'closeDate', '-amount', 'title,-probability', 'userFields.rank,amount,-closeDate'])(
  'sorted by %s',
  (sort) => {
    it('every untouched record comes once, while others come, change and go', async () => {
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
      const { rows } = await walk(sort, stir)
      const seen = rows.map(({ id }) => id).filter((id) => untouched.includes(id))
      expect(seen).toHaveLength(count)
      expect(new Set(seen).size).toBe(count)
    }, 60_000)

    it('the pages are in order, empty values last, and backwards they are the same', async () => {
      const { rows, last } = await walk(sort, async () => {})
      expect(rows.slice(1).every((row, index) => compare(sort, rows[index]!, row) < 0)).toBe(true)
      const backwards = await walk(sort, async () => {}, last!)
      const ids = rows.map(({ id }) => id)
      expect(backwards.rows.map(({ id }) => id)).toEqual(ids.slice(0, backwards.rows.length))
      expect(backwards.rows.length).toBeGreaterThan(count - 38)
    }, 60_000)
  },
)

/** The order that the API promises: by each key, empty last either way, and ties by id in the direction of the last key. */
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
