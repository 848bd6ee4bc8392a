import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import * as reactAdmin from '../../examples/react-admin.ts'
import * as refine from '../../examples/refine.ts'
import { type Api, startApi } from '../api.ts'
import { aCompany, aContact, aDeal } from '../seed.ts'

let api: Api
let url: string
beforeAll(async () => {
  api = await startApi()
  await api.app.listen({ port: 0, host: '127.0.0.1' })
  url = `http://127.0.0.1:${(api.app.server.address() as AddressInfo).port}/v1`
})
afterAll(() => api.close())

const contacts = async (prefix: string, count: number) => {
  const ids: number[] = []
  for (let at = 0; at < count; at++) ids.push((await aContact(api, { lastName: `${prefix}${at}` })).id)
  return ids
}
const idsOf = ({ data }: { data: { id: number | string }[] }) => data.map(({ id }) => id)
const failure = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: object) => error,
  )

it.each(['react-admin', 'refine'])('The README counts the lines of the data provider for %s', (name) => {
  const lines = readFileSync(`examples/${name}.ts`, 'utf8').split('\n').length - 1
  const counted = new RegExp(`\\(examples/${name}\\.ts\\) [\\d.]+ \\((\\d+) lines\\)`).exec(
    readFileSync('README.md', 'utf8'),
  )
  expect(counted?.[1]).toBe(String(lines))
})

describe('The data provider for react-admin', () => {
  const provider = () => reactAdmin.dataProvider(url, api.key)

  it('lists pages with a filter, a sort order and a total', async () => {
    const ids = await contacts('Ra', 5)
    const asked = {
      pagination: { page: 2, perPage: 2 },
      sort: { field: 'lastName', order: 'DESC' as const },
      filter: { 'lastName@startsWith': 'Ra' },
    }
    const found = await provider().getList('contacts', asked)
    expect([idsOf(found), found.total]).toEqual([[ids[2], ids[1]], 5])
    expect(found.pageInfo).toEqual({ hasNextPage: true, hasPreviousPage: true })
    expect(idsOf(await provider().getList('contacts', { filter: { q: 'Ra3' } }))).toEqual([ids[3]])
    const { id } = await aContact(api, { address: { city: 'Tomsk, Siberia' } })
    for (const city of ['Tomsk, Siberia', ['Tomsk, Siberia', 'Omsk']]) {
      expect(idsOf(await provider().getList('contacts', { filter: { address: { city } } }))).toEqual([id])
    }
  })

  it('reads one record, several, and those that refer to another', async () => {
    const [id, other] = await contacts('One', 2)
    expect((await provider().getOne('contacts', { id: String(id) })).data).toMatchObject({ id, lastName: 'One0' })
    expect(idsOf(await provider().getMany('contacts', { ids: [id!, String(other)] })).sort()).toEqual(
      [id, other].sort(),
    )
    const company = await aCompany(api)
    const deal = await aDeal(api, { companyId: company.id })
    const reference = { target: 'companyId', id: company.id, pagination: { page: 1, perPage: 10 }, filter: {} }
    expect(await provider().getManyReference('deals', reference)).toMatchObject({ data: [{ id: deal.id }], total: 1 })
  })

  it('creates, changes and deletes', async () => {
    const { data } = await provider().create('contacts', { data: { lastName: 'New' } })
    const changed = await provider().update('contacts', { id: data.id, data: { ...data, lastName: 'Newer' } })
    expect(changed.data).toMatchObject({ id: data.id, version: 2, lastName: 'Newer' })
    expect(await provider().delete('contacts', { id: data.id, previousData: changed.data })).toEqual(changed)
    expect(await failure(provider().getOne('contacts', { id: data.id }))).toMatchObject({ status: 404 })
    const ids = await contacts('Many', 2)
    expect(await provider().updateMany('contacts', { ids, data: { position: 'P' } })).toEqual({ data: ids })
    expect((await provider().getOne('contacts', { id: ids[1]! })).data.position).toBe('P')
    expect(await provider().deleteMany('contacts', { ids })).toEqual({ data: ids })
    expect(await failure(provider().getOne('contacts', { id: ids[0]! }))).toMatchObject({ status: 404 })
  })

  it('shows faults at the fields of a form', async () => {
    const data = { lastName: 'A', phones: [{ value: '12' }] }
    const error = await failure(provider().create('contacts', { data }))
    expect(error).toMatchObject({ status: 422, body: { errors: { 'phones.0.value': expect.any(String) } } })
  })
})

describe('The data provider for refine', () => {
  const provider = () => refine.dataProvider(url, api.key)
  const resource = 'contacts'

  it('lists pages with filters, a sort order and a total', async () => {
    const ids = await contacts('Re', 5)
    const named = { field: 'lastName', operator: 'startswith', value: 'Re' }
    const asked = {
      resource,
      pagination: { currentPage: 2, pageSize: 2 },
      sorters: [{ field: 'lastName', order: 'desc' as const }],
      filters: [named],
    }
    const found = await provider().getList(asked)
    expect([idsOf(found), found.total]).toEqual([[ids[2], ids[1]], 5])
    const either = ['Re0', 'Re4'].map((value) => ({ field: 'lastName', operator: 'eq', value }))
    const filters = [
      { operator: 'or' as const, value: either },
      { field: 'lastName', operator: 'ncontains', value: '4' },
      { field: 'position', operator: 'null', value: true },
    ]
    const all = { resource, filters, pagination: { mode: 'off' as const } }
    expect(idsOf(await provider().getList(all))).toEqual([ids[0]])
  })

  it('reads, creates, changes and deletes', async () => {
    const { data } = await provider().create({ resource, variables: { lastName: 'New' } })
    const variables = { ...data, lastName: 'Newer' }
    const changed = await provider().update({ resource, id: data.id, variables })
    expect(changed.data).toMatchObject({ id: data.id, version: 2, lastName: 'Newer' })
    expect(await provider().getOne({ resource, id: String(data.id) })).toEqual(changed)
    expect(await provider().deleteOne({ resource, id: data.id })).toEqual({ data: { id: data.id } })
    expect(await failure(provider().getOne({ resource, id: data.id }))).toMatchObject({ statusCode: 404 })
  })

  it('reads, creates, changes and deletes several', async () => {
    const made = await provider().createMany({ resource, variables: [{ lastName: 'X' }, { lastName: 'Y' }] })
    const ids = idsOf(made)
    expect(made.data.map(({ lastName }) => lastName)).toEqual(['X', 'Y'])
    const changed = await provider().updateMany({ resource, ids, variables: { position: 'P' } })
    expect(changed.data.map(({ position }) => position)).toEqual(['P', 'P'])
    expect(idsOf(await provider().getMany({ resource, ids })).sort()).toEqual(ids.sort())
    expect(await provider().deleteMany({ resource, ids })).toEqual({ data: ids.map((id) => ({ id })) })
    expect((await provider().getMany({ resource, ids })).data).toEqual([])
  })

  it('calls other paths, and shows faults at the fields of a form', async () => {
    const { data } = await provider().custom({ url: `${provider().getApiUrl()}/me`, method: 'get' })
    expect(data).toMatchObject({ id: api.userId })
    const error = await failure(
      provider().create({ resource, variables: { lastName: 'A', phones: [{ value: '12' }] } }),
    )
    expect(error).toMatchObject({ statusCode: 422, errors: { 'phones.0.value': expect.any(String) } })
  })
})
