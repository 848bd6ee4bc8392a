import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { aFile, type SavedFile } from '../files/stored.ts'
import { type JobApi, startJobApi } from '../jobs.ts'
import { aContact } from '../seed.ts'
import { attach } from './attached.ts'

let api: JobApi
let path: string
let files: SavedFile[]
beforeAll(async () => {
  api = await startJobApi()
  const { id } = await aContact(api)
  path = `/v1/contacts/${id}/files`
  files = []
  for (const [name, content] of Object.entries({
    'Ель.txt': 'four',
    'apple.csv': 'a',
    'берёза.txt': 'two',
    'b.pdf': '%PDF-1.4',
  })) {
    const file = await aFile(api, content, name)
    files.push(file)
    await attach(api, `contacts/${id}`, file)
  }
  await aFile(api, 'not attached', 'c.txt')
  const other = await aContact(api)
  await attach(api, `contacts/${other.id}`, files[0]!)
})
afterAll(() => api.close())

/** Returns the names of the files on a page. */
async function names(query: string): Promise<string[]> {
  const { body } = await api.call('get', `${path}?${query}`).expect(200)
  return body.data.map(({ name }: SavedFile) => name)
}

it('lists the files of a record, the latest first, in pages', async () => {
  expect(await names('')).toEqual(['b.pdf', 'берёза.txt', 'apple.csv', 'Ель.txt'])
  const first = await api.call('get', `${path}?limit=3&count=exact`).expect(200)
  expect(first.body).toMatchObject({ total: 4, totalKind: 'exact', page: { prev: null } })
  expect(first.headers.link).toContain('rel="next"')
  const second = await api.call('get', `${path}?limit=3&cursor=${first.body.page.next}`).expect(200)
  expect(second.body.data).toMatchObject([{ name: 'Ель.txt' }])
  const back = await api.call('get', `${path}?limit=3&cursor=${second.body.page.prev}`).expect(200)
  expect(back.body.data).toEqual(first.body.data)
  expect(await names('limit=1&page=3')).toEqual(['apple.csv'])
})

it('sorts by any field', async () => {
  expect(await names('sort=name')).toEqual(['apple.csv', 'b.pdf', 'берёза.txt', 'Ель.txt'])
  expect(await names('sort=-size')).toEqual(['b.pdf', 'Ель.txt', 'берёза.txt', 'apple.csv'])
  expect(await names('sort=attachedAt')).toEqual(['Ель.txt', 'apple.csv', 'берёза.txt', 'b.pdf'])
  const { body } = await api
    .call('get', `${path}?filter[id][in]=${files[2]!.id},99999,${files[0]!.id}&sort=given`)
    .expect(200)
  expect(body.data.map(({ id }: SavedFile) => id)).toEqual([files[2]!.id, files[0]!.id])
})

it('filters by any field', async () => {
  expect(await names('filter[name][contains]=ЕЛЬ')).toEqual(['Ель.txt'])
  expect(await names('filter[name][contains]=береза')).toEqual(['берёза.txt'])
  expect(await names('filter[contentType]=application/pdf')).toEqual(['b.pdf'])
  expect(await names('filter[size][lt]=4&sort=size')).toEqual(['apple.csv', 'берёза.txt'])
  expect(await names('filter[attachedBy]=me&filter[attachedAt][gte]=today&filter[createdBy]=me&limit=2')).toEqual([
    'b.pdf',
    'берёза.txt',
  ])
  expect(await names('filter[createdAt][lt]=2020-01-01')).toEqual([])
})

it('returns the chosen fields and the id', async () => {
  const { body } = await api.call('get', `${path}?fields=name,links&sort=name&limit=1`).expect(200)
  const { id, name, links } = files[1]!
  expect(body.data).toEqual([{ id, name, links }])
})

it('names the right parameters and fields', async () => {
  const faultsOf = async (query: string, language = 'en') => {
    const { body } = await api.call('get', `${path}?${query}`).set('accept-language', language).expect(400)
    return body.errors
  }
  expect(await faultsOf('fields=nme,size,createBy')).toEqual([
    { parameter: 'fields', code: 'unknown_field', message: 'There is no field nme. Did you mean name?', hint: 'name' },
    {
      parameter: 'fields',
      code: 'unknown_field',
      message: 'There is no field createBy. Did you mean createdBy?',
      hint: 'createdBy',
    },
  ])
  expect(await faultsOf('sort=nme', 'ru')).toEqual([
    {
      parameter: 'sort',
      code: 'unknown_field',
      message: 'Неизвестное поле nme. Возможно, имелось в виду name?',
      hint: 'name',
    },
  ])
  expect(await faultsOf('filter[nam]=a')).toEqual([
    {
      parameter: 'filter[nam]',
      code: 'unknown_field',
      message: 'There is no field nam. Did you mean name?',
      hint: 'name',
    },
  ])
  expect(await faultsOf('name=a')).toEqual([
    {
      parameter: 'name',
      code: 'unknown_parameter',
      message: 'There is no parameter name. Did you mean filter[name]?',
      hint: 'filter[name]',
    },
  ])
})
