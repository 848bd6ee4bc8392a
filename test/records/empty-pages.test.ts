import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { aDeal, type Saved } from '../seed.ts'

let api: Api
let ids: number[]
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

beforeEach(async () => {
  await api.pool.query('delete from deal')
  const closeDates = ['2026-01-01', null, '2026-01-01', '2026-02-01', null, null]
  for (const [index, closeDate] of closeDates.entries()) {
    await aDeal(api, { title: 'Пахта', closeDate, amount: index % 3 ? '5' : null })
  }
})

interface Page {
  ids: number[]
  next: string | null
  prev: string | null
}

const list = async (query: string): Promise<Page> => {
  const { body } = await api.call('get', `/v1/deals?limit=2&fields=id&${query}`).expect(200)
  return { ids: body.data.map(({ id }: Saved) => id), ...body.page }
}
const at = (cursor: string | null) => list(`cursor=${cursor}`)
const remove = async (gone: readonly number[]) => {
  for (const id of gone) await api.call('delete', `/v1/deals/${id}`).expect(204)
}

describe.each(['sort=-id', 'sort=id', 'sort=closeDate', 'sort=-closeDate,amount', 'sort=title,-amount', 'q=pahta'])(
  'A page of %s that became empty',
  (order) => {
    let pages: Page[]
    beforeEach(async () => {
      pages = [await list(order)]
      while (pages.at(-1)!.next) pages.push(await at(pages.at(-1)!.next))
      ids = pages.flatMap((page) => page.ids)
      expect(pages.map((page) => page.ids.length)).toEqual([2, 2, 2])
    })

    it('at the beginning links to the remaining records', async () => {
      await remove(ids.slice(0, 2))
      const empty = await at(pages[1]!.prev)
      expect(empty).toEqual({ ids: [], next: expect.any(String), prev: null })
      const second = await at(empty.next)
      expect(second.ids).toEqual(ids.slice(2, 4))
      expect((await at(second.next)).ids).toEqual(ids.slice(4))
      expect((await at(second.prev)).ids).toEqual([])
    })

    it('at the end links back to the remaining records', async () => {
      await remove(ids.slice(4))
      const empty = await at(pages[1]!.next)
      expect(empty).toEqual({ ids: [], next: null, prev: expect.any(String) })
      const second = await at(empty.prev)
      expect(second.ids).toEqual(ids.slice(2, 4))
      expect((await at(second.prev)).ids).toEqual(ids.slice(0, 2))
    })

    it('stays correct when the record next to it is deleted as well, or restored', async () => {
      await remove(ids.slice(0, 3))
      const empty = await at(pages[1]!.prev)
      const rest = await at(empty.next)
      expect(rest.ids).toEqual(ids.slice(3, 5))
      await remove(ids.slice(3))
      const nothing = await at(empty.next)
      expect(nothing).toEqual({ ids: [], next: null, prev: expect.any(String) })
      for (const id of ids) await api.call('post', `/v1/recycle-bin/D_${id}/restore`).expect(200)
      expect((await at(nothing.prev)).ids).toEqual(ids.slice(0, 2))
      expect((await at(empty.next)).ids).toEqual(ids.slice(2, 4))
    })
  },
)

it('An empty page of the recycle bin links to the remaining records', async () => {
  const { body } = await api.call('get', '/v1/deals?fields=id').expect(200)
  await remove(body.data.map(({ id }: Saved) => id))
  const bin = async (query: string) => (await api.call('get', `/v1/recycle-bin?limit=1&${query}`).expect(200)).body
  const first = await bin('')
  const second = await bin(`cursor=${first.page.next}`)
  await api.call('post', `/v1/recycle-bin/${first.data[0].id}/restore`).expect(200)
  const empty = await bin(`cursor=${second.page.prev}`)
  expect(empty).toEqual({ data: [], page: { next: expect.any(String), prev: null } })
  expect((await bin(`cursor=${empty.page.next}`)).data).toEqual(second.data)
})
