import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { aFile } from '../files/stored.ts'
import { type JobApi, startJobApi } from '../jobs.ts'
import { aContact, aDeal } from '../seed.ts'

interface Item {
  [member: string]: unknown
}
interface Body {
  data: Item[]
  page: { next: string | null; prev: string | null }
  total?: number
  missing?: unknown[]
}

/** Lists of things other than records, each with the prefix of its schemas and the member that identifies an item. */
const lists = [
  { path: 'users', schema: 'User', key: 'id' },
  { path: 'departments', schema: 'Department', key: 'id' },
  { path: 'groups', schema: 'Group', key: 'id' },
  { path: 'roles', schema: 'Role', key: 'id' },
  { path: 'api-keys', schema: 'ApiKey', key: 'id' },
  { path: 'dictionaries', schema: 'Dictionary', key: 'code' },
  { path: 'dictionaries/SOURCE/entries', schema: 'DictionaryEntry', key: 'code' },
  { path: 'currencies', schema: 'Currency', key: 'code' },
  { path: 'files', schema: 'StoredFile', key: 'id' },
  { path: 'jobs', schema: 'Job', key: 'id' },
  { path: 'recycle-bin', schema: 'RecycleBinEntry', key: 'id' },
]
const { schemas } = JSON.parse(readFileSync('openapi/openapi.json', 'utf8')).components as {
  schemas: Record<string, { enum: string[] }>
}
const namesOf = (schema: string) => schemas[schema]?.enum ?? []

let api: JobApi
beforeAll(async () => {
  api = await startJobApi()
  const { call } = api
  for (const lastName of ['Орлова', 'Ёлкин', 'brown']) {
    await call('post', '/v1/users', { firstName: 'Anna', lastName, email: `${lastName}@example.com` }).expect(201)
  }
  const department = { name: { en: 'Sales', ru: 'Продажи' }, headId: api.userId }
  await call('post', '/v1/departments', department).expect(201)
  for (const name of [
    { en: 'Managers', ru: 'Ведущие' },
    { en: 'Assistants', ru: 'Помощники' },
  ]) {
    await call('post', '/v1/groups', { name, userIds: [api.userId] }).expect(201)
    await call('post', '/v1/roles', { name, settings: name.en === 'Managers', permissions: [] }).expect(201)
  }
  await call('post', '/v1/api-keys', { name: 'Shop', expiresAt: '2099-01-01T00:00:00Z' }).expect(201)
  for (const name of ['b.txt', 'a.txt']) await aFile(api, name.repeat(name.length), name)
  for (const name of ['Петров', 'Anders']) {
    const { id } = await aContact(api, { lastName: name })
    await call('delete', `/v1/contacts/${id}`).expect(204)
  }
  const deal = await aDeal(api)
  for (let times = 0; times < 2; times++) {
    await call('post', '/v1/deals/bulk', { ids: [deal.id], set: { comment: `${times}` } }).expect(202)
  }
  await api.work()
})
afterAll(() => api.close())

describe.each(lists)('The list $path', ({ path, schema, key }) => {
  const list = async (query = ''): Promise<Body> =>
    (await api.call('get', `/v1/${path}?${encodeURI(query)}`).expect(200)).body
  const keysOf = ({ data }: Body) => data.map((item) => item[key])

  it('is complete, counted, and paged by cursor and by number', async () => {
    const whole = await list('count=exact')
    expect(whole.data.length).toBeGreaterThan(1)
    expect(whole).toMatchObject({ total: whole.data.length, totalKind: 'exact', page: { next: null, prev: null } })
    const pages = [await list('limit=1')]
    for (let next = pages[0]?.page.next; next; next = pages.at(-1)!.page.next) {
      pages.push(await list(`limit=1&cursor=${next}`))
    }
    expect(pages.flatMap(({ data }) => data)).toEqual(whole.data)
    expect(keysOf(await list(`limit=1&cursor=${pages[1]?.page.prev}`))).toEqual(keysOf(whole).slice(0, 1))
    expect(keysOf(await list('limit=1&page=2'))).toEqual(keysOf(whole).slice(1, 2))
  })

  it.each(namesOf(`${schema}SortName`).filter((name) => name !== 'given'))('is sorted by %s', async (name) => {
    const member = name.replace('-', '')
    const { data } = await list(`sort=${name}`)
    const values = data.map((item) => item[member])
    expect(new Set(data.map((item) => item[key])).size).toBe((await list()).data.length)
    expect(values).toEqual(sorted(values, name.startsWith('-')))
  })

  it.each(namesOf(`${schema}ConditionName`))('is filtered by %s', async (name) => {
    const { data } = await list()
    const [value] = data.flatMap((item) => item[name] ?? [])
    const having = data.filter((item) => [item[name]].flat().includes(value))
    if (value !== undefined) expect((await list(`filter[${name}]=${value}`)).data).toEqual(having)
    const empty = data.filter((item) => [item[name] ?? []].flat().length === 0)
    expect((await list(`filter[${name}][isEmpty]=true`)).data).toEqual(empty)
  })

  it('returns the chosen members', async () => {
    for (const name of namesOf(`${schema}FieldName`)) {
      const { data } = await list(`fields=${name}`)
      const members = new Set(data.flatMap((item) => Object.keys(item)))
      expect([...members].sort()).toEqual([...new Set([key, name])].sort())
    }
  })

  it('is read in the order of given keys', async () => {
    const [a, b] = keysOf(await list()) as [unknown, unknown]
    const absent = typeof a === 'number' ? 5_000_001 : 'Q_5'
    const { data, missing } = await list(`filter[${key}][in]=${b},${absent},${a}&sort=given`)
    expect([data.map((item) => item[key]), missing]).toEqual([[b, a], [absent]])
    const again = await list(`filter[${key}][in][]=${b}&filter[${key}][in][]=${a}&sort=given&limit=1`)
    expect(keysOf(again)).toEqual([b])
    expect(keysOf(await list(`cursor=${again.page.next}`))).toEqual([a])
  })

  it('refuses unknown names and suggests the nearest, all at once', async () => {
    const query = `filter[${key}x]=1&sort=${key}x,${key}:desc&fields=${key}x`
    const { body } = await api.call('get', `/v1/${path}?${query}`).expect(400)
    const errors = body.errors.map(({ parameter, code, hint }: Item) => [parameter, code, hint])
    expect(errors.sort()).toEqual([
      ['fields', 'unknown_field', key],
      [`filter[${key}x]`, 'unknown_field', key],
      ['sort', 'unknown_field', `-${key}`],
      ['sort', 'unknown_field', key],
    ])
    const { body: other } = await api.call('get', `/v1/${path}?${key}=1&pageSize=5&sort=${key}`).expect(400)
    expect(other.errors.map(({ parameter, hint }: Item) => [parameter, hint]).sort()).toEqual([
      [key, `filter[${key}]`],
      ['pageSize', 'limit'],
    ])
  })

  it('has cursors of its own', async () => {
    const { page } = await list(`limit=1&sort=-${key}`)
    const elsewhere = path === 'users' ? 'groups' : 'users'
    const { body } = await api.call('get', `/v1/${elsewhere}?cursor=${page.next}`).expect(400)
    expect(body.code).toBe('invalid_cursor')
    const { body: differing } = await api.call('get', `/v1/${path}?cursor=${page.next}&sort=${key}`).expect(400)
    expect(differing.code).toBe('cursor_mismatch')
  })
})

const collator = new Intl.Collator('und')

/** Sorts values like a list: empty ones last, text by its letters. */
function sorted(values: readonly unknown[], descending: boolean): unknown[] {
  const sign = descending ? -1 : 1
  const compare = (a: unknown, b: unknown) =>
    typeof a === 'string' && typeof b === 'string' ? collator.compare(a, b) : Number(a) - Number(b)
  const filled = values.filter((value) => value !== null)
  return [...filled.sort((a, b) => sign * compare(a, b)), ...values.filter((value) => value === null)]
}
