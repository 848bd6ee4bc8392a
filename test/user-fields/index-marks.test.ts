import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type JobApi, startJobApi } from '../jobs.ts'

let api: JobApi
beforeAll(async () => {
  api = await startJobApi()
})
afterAll(() => api.close())

const pathOf = (type: string) => `/v1/types/${type}/fields`
const add = (type: string, code: string, more: object = {}) =>
  api.call('post', pathOf(type), { code, kind: 'string', label: code, ...more })
const change = (type: string, code: string, body: object) => api.call('patch', `${pathOf(type)}/${code}`, body)
const shown = async (type: string, code: string) => (await api.call('get', `${pathOf(type)}/${code}`).expect(200)).body

/** Returns the purposes of the indexes of a user field. */
async function indexesOf(type: string, code: string): Promise<string[]> {
  const { rows } = await api.pool.query(
    `select substring(c.relname from '_([a-z]+)$') as purpose from user_field f
     join pg_class c on c.relname like $1 || '\\_f\\_' || f.id || '\\_%' join pg_index i on i.indexrelid = c.oid
     where f.code = $2 and i.indisvalid order by 1`,
    [type, code],
  )
  return rows.map(({ purpose }) => purpose)
}

describe('a user field has the indexes that it is marked for', () => {
  it.each([
    [{ filterable: true, sortable: true, searchable: true }, ['parts', 'search', 'sort'], 'ready'],
    [{ filterable: true, sortable: false, searchable: false }, ['parts', 'sort'], 'ready'],
    [{ filterable: false, sortable: true, searchable: false }, ['sort'], 'ready'],
    [{ filterable: false, sortable: false, searchable: true }, ['search'], 'ready'],
    [{ filterable: false, sortable: false, searchable: false }, [], 'none'],
    [{ filterable: true, sortable: true, searchable: true }, ['parts', 'search', 'sort'], 'ready'],
  ])('%j', async (marks, purposes, indexState) => {
    if ((await api.call('get', `${pathOf('deal')}/marked`)).status === 404) await add('deal', 'marked').expect(201)
    const { body } = await change('deal', 'marked', marks).expect(200)
    expect(body).toMatchObject(marks)
    await api.work()
    expect(await indexesOf('deal', 'marked')).toEqual(purposes)
    expect(await shown('deal', 'marked')).toMatchObject({ ...marks, indexState })
  })

  it('is pending until its indexes are built or dropped', async () => {
    await add('company', 'pending').expect(201)
    await api.work()
    expect((await change('company', 'pending', { sortable: false }).expect(200)).body.indexState).toBe('ready')
    expect((await change('company', 'pending', { filterable: false }).expect(200)).body.indexState).toBe('pending')
    await api.work()
    expect((await change('company', 'pending', { filterable: true }).expect(200)).body.indexState).toBe('pending')
    await api.work()
    expect(await shown('company', 'pending')).toMatchObject({ indexState: 'ready' })
  })

  it.each([
    ['text', { sortable: true }, '/sortable'],
    ['boolean', { sortable: true }, '/sortable'],
    ['integer', { searchable: true }, '/searchable'],
  ])('of kind %s cannot be marked %j', async (kind, marks, pointer) => {
    const refused = await add('company', 'refused', { kind, ...marks }).expect(422)
    expect(refused.body.errors).toEqual([expect.objectContaining({ pointer, code: 'not_allowed_here' })])
    await add('company', `plain_${kind}`, { kind }).expect(201)
    const later = await change('company', `plain_${kind}`, marks).expect(422)
    expect(later.body.errors).toEqual([expect.objectContaining({ pointer, code: 'not_allowed_here' })])
  })
})

it('gives indexes to the first 30 fields of a type by default, and to at most 60', async () => {
  const { body: limits } = await api.call('get', '/v1/limits').expect(200)
  expect(limits.fields.indexed).toBe(60)
  const marks = { filterable: true, sortable: true, searchable: true }
  const none = { filterable: false, sortable: false, searchable: false }
  for (let n = 1; n <= 30; n++) expect((await add('lead', `first_${n}`).expect(201)).body).toMatchObject(marks)
  expect((await add('lead', 'later').expect(201)).body).toMatchObject({ ...none, indexState: 'none' })
  for (let n = 31; n <= 60; n++) await add('lead', `first_${n}`, { sortable: true }).expect(201)
  const refused = await add('lead', 'above', { sortable: true }).expect(422)
  expect(refused.body).toMatchObject({ code: 'indexed_field_limit_reached' })
  expect((await change('lead', 'later', { filterable: true }).expect(422)).body).toMatchObject({
    code: 'indexed_field_limit_reached',
    detail:
      'At most 60 user fields of a record type can have indexes. Make another field neither filterable nor sortable nor searchable first.',
  })
  // One that already has an index may have more of them.
  await change('lead', 'first_60', { searchable: true }).expect(200)
  await add('lead', 'no_index').expect(201)
  await add('lead', 'flag', { kind: 'boolean', filterable: true }).expect(201)
  await change('lead', 'first_7', none).expect(200)
  await change('lead', 'later', { filterable: true }).expect(200)
})
