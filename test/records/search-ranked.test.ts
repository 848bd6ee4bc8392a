import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { aContact, type Saved } from '../seed.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

/** Creates contacts in SQL. Their last names are an SQL expression over the number `i`. */
const fill = (lastName: string, count: number) =>
  api.pool.query(
    `insert into contact (responsible_id, created_by, created_at, updated_by, updated_at, opened, observers, participates_in_export, last_name)
     select 1, 1, now(), 1, now(), i % 3 = 0, '{}', true, ${lastName} from generate_series(1, ${count}) as i`,
  )

type Page = { data: Saved[]; page: { next: string | null; prev: string | null }; total?: number; totalKind?: string }

const get = async (parameters: Record<string, string>): Promise<Page> => {
  const { body } = await api.call('get', `/v1/contacts?${new URLSearchParams(parameters)}`).expect(200)
  return body
}

/** Returns all pages from the first one on, and runs a step between them. */
async function walk(parameters: Record<string, string>, between?: (page: number) => Promise<unknown>): Promise<Page[]> {
  const pages = [await get(parameters)]
  for (let next = pages[0]!.page.next; next; next = pages.at(-1)!.page.next) {
    await between?.(pages.length)
    pages.push(await get({ cursor: next, limit: parameters.limit ?? '50' }))
  }
  return pages
}

/** Returns the same pages from the last one back to the first. */
async function walkBack(last: Page): Promise<Page[]> {
  const pages = [last]
  for (let { prev } = last.page; prev; prev = pages[0]!.page.prev) {
    pages.unshift(await get({ cursor: prev, limit: '500' }))
  }
  return pages
}

const idsOf = (pages: readonly Page[]) => pages.flatMap(({ data }) => data.map(({ id }) => id))
const namesOf = (pages: readonly Page[]) => pages.flatMap(({ data }) => data.map(({ lastName }) => lastName as string))
const descending = (ids: readonly number[]) => ids.toSorted((a, b) => b - a)

describe('with more hits than are ranked', () => {
  it('the oldest record is first if it matches exactly, and every hit is returned once', async () => {
    const exact = await aContact(api, { lastName: 'Зюм' })
    await fill(`'Зюмов' || i`, 900)
    const pages = await walk({ q: 'Зюм', count: 'exact', limit: '500', fields: 'lastName' })
    expect(pages[0]).toMatchObject({ total: 901, totalKind: 'exact' })
    const ids = idsOf(pages)
    expect(ids[0]).toBe(exact.id)
    expect(new Set(ids).size).toBe(901)
    expect(ids.slice(1)).toEqual(descending(ids.slice(1)))
    expect(idsOf(await walkBack(pages.at(-1)!))).toEqual(ids)
    const { body } = await api.call('get', `/v1/search?q=${encodeURIComponent('зюм')}&limit=3`).expect(200)
    expect(body.data.map(({ id, score }: Saved) => [id, score])).toEqual([
      [exact.id, 1],
      [ids[1], 0.8],
      [ids[2], 0.8],
    ])
  })

  it('a file has the order of the list, without records that are excluded from exports', async () => {
    await aContact(api, { lastName: 'Файлова', firstName: 'Файл' })
    await aContact(api, { lastName: 'Файлик', participatesInExport: false })
    await aContact(api, { lastName: 'Файл' })
    await aContact(api, { lastName: 'Микрофайл' })
    const inFile = async (omitted: string) => {
      const file = await api.call('get', `/v1/contacts/export?q=${encodeURIComponent('файл')}&mode=raw&fields=id`)
      expect(file.headers['export-omitted']).toBe(omitted)
      return file.text.trim().split('\r\n').slice(1).map(Number)
    }
    const listed = async () =>
      idsOf(await walk({ q: 'файл', 'filter[participatesInExport]': 'true', limit: '500', fields: 'id' }))
    const few = await inFile('1')
    expect(few).toHaveLength(3)
    expect(few).toEqual(await listed())
    await fill(`(array['Файлов', 'Файл', 'Профайл'])[1 + i % 3]`, 2600)
    const many = await inFile('1')
    expect(many).toHaveLength(2603)
    expect(many).toEqual(await listed())
  })

  it('whole values come before words, words before beginnings, and beginnings before parts', async () => {
    await fill(`(array['Газпамятный', 'ЗАО Газпам', 'Газпам', 'Мегагазпам'])[1 + i % 4]`, 4000)
    await fill(`'Газпам'`, 1)
    await fill(`'Мегагазпам ' || i`, 600)
    const names = namesOf(await walk({ q: 'газпам', limit: '500', fields: 'lastName' }))
    const order = names.map((name) => [/^Газпам$/, / Газпам$/, /^Газпам/, /газпам/].findIndex((one) => one.test(name)))
    expect(order).toEqual(order.toSorted((a, b) => a - b))
    expect(order.filter((rank) => rank === 0)).toHaveLength(1001)
    expect(names).toHaveLength(4601)
  })

  it('a search for two very common words pages through all records with both', async () => {
    await fill(`case when i % 2 = 0 then 'Двусловов Второв' else 'Двусловский' end`, 3000)
    await aContact(api, { lastName: 'Второв', firstName: 'Двусловов' })
    const pages = await walk({ q: 'второв двусло', limit: '500', count: 'exact', fields: 'lastName' })
    expect(pages[0]).toMatchObject({ total: 1501 })
    expect(new Set(idsOf(pages)).size).toBe(1501)
  })

  it('hits older than many newer ones of another kind are all returned', async () => {
    await fill(`case when i % 2 = 0 then 'Дальний' else 'Даль ' || i end`, 5000)
    await fill(`'Ближний'`, 2500)
    const pages = await walk({ q: 'даль', count: 'exact', limit: '500', fields: 'lastName' })
    expect(pages[0]).toMatchObject({ total: 5000, totalKind: 'exact' })
    expect(new Set(idsOf(pages)).size).toBe(5000)
    const names = namesOf(pages)
    expect(names.slice(0, 2500).every((name) => name.startsWith('Даль '))).toBe(true)
    expect(new Set(names.slice(2500))).toEqual(new Set(['Дальний']))
    expect(idsOf(await walkBack(pages.at(-1)!))).toEqual(idsOf(pages))
  })

  it('a filter reduces the hits that are paged', async () => {
    await fill(`'Массовый ' || i`, 4000)
    const filter = { q: 'массовый', 'filter[opened]': 'true', count: 'exact', limit: '500', fields: 'id' }
    const pages = await walk(filter)
    expect(pages[0]!.total).toBe(1333)
    expect(new Set(idsOf(pages)).size).toBe(1333)
    const all = await walk({ q: 'Массовый', limit: '500', fields: 'id' })
    expect(new Set(idsOf(all)).size).toBe(4000)
  })
})

describe('while records are created and deleted', () => {
  const stir = async (page: number) => {
    await fill(`(array['Качкин', 'Качка', 'Прокачка'])[1 + i % 3]`, 90)
    await api.pool.query(
      `update contact set deleted_at = now(), deleted_by = 1 where id in (
         select id from contact where last_name like '%ачк%' and deleted_at is null and id % 20 = 1 order by id % ${page + 7}, id limit 20)`,
    )
  }
  const untouched = async () => {
    const { rows } = await api.pool.query(
      `select id from contact where last_name like '%ачк%' and deleted_at is null and id % 20 <> 1`,
    )
    return rows.map(({ id }: { id: number }) => id)
  }
  const once = async (start: readonly number[], pages: readonly Page[]) => {
    const wanted = new Set(start)
    const seen = idsOf(pages).filter((id) => wanted.has(id))
    expect(seen).toHaveLength(wanted.size)
    expect(new Set(seen).size).toBe(wanted.size)
  }

  it('every unchanged hit is returned once, also when there are more hits than are ranked', async () => {
    await fill(`(array['Качкин', 'Качка', 'Прокачка'])[1 + i % 3]`, 450)
    const few = await untouched()
    await once(few, await walk({ q: 'качк', limit: '40', fields: 'lastName' }, stir))
    await fill(`'Качкин ' || i`, 1500)
    const many = await untouched()
    await once(many, await walk({ q: 'качк', limit: '300', fields: 'lastName' }, stir))
  })
})
