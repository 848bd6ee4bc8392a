import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import {
  type BaseRecord,
  type CrudFilter,
  type DataProvider,
  Refine,
  useCreate,
  useCreateMany,
  useCustom,
  useDelete,
  useDeleteMany,
  useInfiniteList,
  useList,
  useMany,
  useOne,
  useUpdate,
  useUpdateMany,
} from '@refinedev/core'
import { useForm } from '@refinedev/react-hook-form'
import { act, configure, renderHook, waitFor } from '@testing-library/react'
import { createElement, type ReactNode } from 'react'
import { type Api, startApi } from '../../test/api.ts'
import { aContact } from '../../test/seed.ts'
import { dataProvider } from '../refine.ts'

configure({ asyncUtilTimeout: 50_000 })

let api: Api
let provider: DataProvider
beforeAll(async () => {
  api = await startApi()
  await api.app.listen({ port: 0, host: '127.0.0.1' })
  const url = `http://127.0.0.1:${(api.app.server.address() as AddressInfo).port}/v1`
  provider = dataProvider(url, api.key) satisfies DataProvider
})
afterAll(() => api.close())

const resource = 'contacts'
const contacts = async (prefix: string, count: number) => {
  const ids: number[] = []
  for (let at = 0; at < count; at++) ids.push((await aContact(api, { lastName: `${prefix}${at}` })).id)
  return ids
}
const lastNames = (rows: readonly BaseRecord[]) => rows.map(({ lastName }) => lastName)
const startsWith = (value: string) => ({ field: 'lastName', operator: 'startswith' as const, value })
const byName = [{ field: 'lastName', order: 'asc' as const }]

/** Nothing is cached or repeated. */
const clientConfig = { defaultOptions: { queries: { retry: false, gcTime: 0 }, mutations: { gcTime: 0 } } }
const inRefine = ({ children }: { children?: ReactNode }) =>
  createElement(Refine, {
    ...{ dataProvider: provider, resources: [{ name: resource }], children },
    options: { disableTelemetry: true, reactQuery: { clientConfig } },
  })

/** Calls a hook that reads, until it has an answer. */
async function read<T extends { query: { isPending: boolean } }>(useHook: () => T) {
  const { result } = renderHook(useHook, { wrapper: inRefine })
  await waitFor(() => expect(result.current.query.isPending).toBe(false))
  return result.current
}

/** Calls a hook that writes, and returns the promise of its function. */
async function write<V, A>(useHook: () => { mutateAsync: (variables: V) => Promise<A> }, variables: V) {
  const { result } = renderHook(useHook, { wrapper: inRefine })
  return await act(() => result.current.mutateAsync(variables))
}

describe('hooks that read', () => {
  it('useList', async () => {
    await contacts('List', 5)
    const pagination = { currentPage: 2, pageSize: 2 }
    const filters = [startsWith('List')]
    const sorters = [{ field: 'lastName', order: 'desc' as const }]
    const { result } = await read(() => useList({ resource, pagination, filters, sorters }))
    expect([lastNames(result.data), result.total]).toEqual([['List2', 'List1'], 5])
  })

  it('useList with the operators of refine', async () => {
    const ids = await contacts('Op', 4)
    await api.call('patch', `/v1/contacts/${ids[3]}`, { position: 'Director' }).expect(200)
    const list = async (...conditions: CrudFilter[]) => {
      const filters = [startsWith('Op'), ...conditions]
      const { query, result } = await read(() => useList({ resource, filters, sorters: byName }))
      return query.error ?? String(lastNames(result.data)).replaceAll('Op', '')
    }
    const field = 'lastName'
    expect(await list({ field, operator: 'eq', value: 'Op1' })).toBe('1')
    expect(await list({ field, operator: 'ne', value: 'Op1' })).toBe('0,2,3')
    expect(await list({ field, operator: 'in', value: ['Op1', 'Op2'] })).toBe('1,2')
    expect(await list({ field, operator: 'nin', value: ['Op1', 'Op2'] })).toBe('0,3')
    expect(await list({ field: 'id', operator: 'gt', value: ids[1] })).toBe('2,3')
    expect(await list({ field: 'id', operator: 'between', value: ids.slice(1, 3) })).toBe('1,2')
    expect(await list({ field: 'id', operator: 'nbetween', value: ids.slice(1, 3) })).toBe('0,3')
    expect(await list({ field, operator: 'contains', value: 'P2' })).toBe('2')
    expect(await list({ field, operator: 'ncontains', value: 'P2' })).toBe('0,1,3')
    expect(await list({ field, operator: 'endswith', value: '2' })).toBe('2')
    expect(await list({ field, operator: 'nendswith', value: '2' })).toBe('0,1,3')
    expect(await list({ field: 'position', operator: 'null', value: true })).toBe('0,1,2')
    expect(await list({ field: 'position', operator: 'nnull', value: true })).toBe('3')
    const either = ['Op0', 'Op3'].map((value) => ({ field, operator: 'eq' as const, value }))
    expect(await list({ operator: 'or', value: either })).toBe('0,3')
    expect(await list({ field, operator: 'containss', value: 'P2' })).toMatchObject({ statusCode: 422 })
  })

  it('useList without pages', async () => {
    const operations = Array.from({ length: 620 }, (_, at) => ({ op: 'create', data: { lastName: `All${1000 + at}` } }))
    await api.call('post', '/v1/contacts/batch', { operations }).expect(200)
    const pagination = { mode: 'off' as const }
    const { result } = await read(() =>
      useList({ resource, filters: [startsWith('All')], sorters: byName, pagination }),
    )
    expect([new Set(lastNames(result.data)).size, result.data.at(-1)?.lastName, result.total]).toEqual([
      620,
      'All1619',
      620,
    ])
  })

  it('useInfiniteList', async () => {
    await contacts('Infinite', 3)
    const { result } = renderHook(
      () =>
        useInfiniteList({ resource, filters: [startsWith('Infinite')], sorters: byName, pagination: { pageSize: 2 } }),
      { wrapper: inRefine },
    )
    await waitFor(() => expect(result.current.result.hasNextPage).toBe(true))
    await act(() => result.current.query.fetchNextPage())
    await waitFor(() => expect(result.current.result.data?.pages).toHaveLength(2))
    expect(result.current.result.data?.pages.map(({ data }) => lastNames(data))).toEqual([
      ['Infinite0', 'Infinite1'],
      ['Infinite2'],
    ])
    expect(result.current.result.hasNextPage).toBe(false)
  })

  it('useOne, with the id as text from a URL', async () => {
    const [id] = await contacts('One', 1)
    expect((await read(() => useOne({ resource, id: String(id) }))).result).toMatchObject({ id, lastName: 'One0' })
    const { query } = await read(() => useOne({ resource, id: 999_999 }))
    expect(query.error).toMatchObject({ statusCode: 404, message: 'There is no contact 999999.' })
  })

  it('useMany', async () => {
    const ids = await contacts('Many', 3)
    const { result } = await read(() => useMany({ resource, ids: [ids[2]!, String(ids[0])] }))
    expect(lastNames(result.data)).toEqual(['Many2', 'Many0'])
    expect((await read(() => useMany({ resource, ids: [] }))).query.data).toEqual({ data: [] })
  })

  it('useCustom', async () => {
    const url = `${provider.getApiUrl()}/me`
    expect((await read(() => useCustom({ url, method: 'get' }))).result.data).toMatchObject({ id: api.userId })
    await contacts('Custom', 1)
    const config = { query: { q: 'custom', fields: 'lastName' }, headers: { 'accept-language': 'ru' } }
    const list = await read(() => useCustom({ url: `${provider.getApiUrl()}/contacts`, method: 'get', config }))
    expect(lastNames(list.result.data.data)).toEqual(['Custom0'])
    const count = { url: `${provider.getApiUrl()}/contacts/count`, method: 'post' as const }
    const payload = { filter: { field: 'lastName', value: 'Custom0' } }
    expect((await read(() => useCustom({ ...count, config: { payload } }))).result.data).toMatchObject({ total: 1 })
    const inRussian = { payload: { filter: { field: 'lastNam', value: '' } }, headers: { 'accept-language': 'ru' } }
    expect((await read(() => useCustom({ ...count, config: inRussian }))).query.error?.message).toMatch(
      /Неизвестное поле/,
    )
  })
})

describe('hooks that write', () => {
  it('useCreate, useUpdate and useDelete', async () => {
    const created = await write(() => useCreate(), { resource, values: { lastName: 'New' } })
    expect(created.data).toMatchObject({ id: expect.any(Number), version: 1, lastName: 'New' })
    const id = created.data.id!
    // The form of an edit page sends the whole record.
    const changed = await write(() => useUpdate(), { resource, id, values: { ...created.data, lastName: 'Newer' } })
    expect(changed.data).toMatchObject({ id, version: 2, lastName: 'Newer' })
    const late = write(() => useUpdate(), { resource, id, values: { ...created.data, lastName: 'Late' } })
    await expect(late).rejects.toMatchObject({ statusCode: 422, errors: { version: expect.any(String) } })
    expect(await write(() => useDelete(), { resource, id })).toEqual({ data: { id } })
    expect((await read(() => useOne({ resource, id }))).query.error).toMatchObject({ statusCode: 404 })
  })

  it('useCreateMany, useUpdateMany and useDeleteMany', async () => {
    const values = [{ lastName: 'X' }, { lastName: 'Y' }]
    const created = await write(() => useCreateMany(), { resource, values })
    expect(lastNames(created.data)).toEqual(['X', 'Y'])
    const ids = created.data.map(({ id }) => id!)
    const changed = await write(() => useUpdateMany(), { resource, ids, values: { position: 'P' } })
    expect(changed.data.map(({ position }) => position)).toEqual(['P', 'P'])
    expect(await write(() => useDeleteMany(), { resource, ids })).toEqual({ data: ids.map((id) => ({ id })) })
    const late = write(() => useUpdateMany(), { resource, ids, values: { position: 'Q' } })
    await expect(late).rejects.toMatchObject({ statusCode: 422, message: expect.stringMatching(/There is no contact/) })
  })
})

it('shows faults at the fields of a form', async () => {
  const phones = [{ value: '12' }]
  const defaultValues = { lastName: 'Losev', birthDate: '2026-02-30', phones }
  const { result } = renderHook(
    () => {
      const form = useForm({ refineCoreProps: { resource, action: 'create', redirect: false }, defaultValues })
      for (const name of ['lastName', 'birthDate', 'phones.0.value'] as const) form.register(name)
      return { ...form, errors: form.formState.errors }
    },
    { wrapper: inRefine },
  )
  await act(() => result.current.refineCore.onFinish(defaultValues).catch(() => undefined))
  await waitFor(() =>
    expect(result.current.errors).toEqual({
      birthDate: expect.objectContaining({ message: expect.stringMatching(/date/) }),
      phones: [{ value: expect.objectContaining({ message: expect.stringMatching(/phone/) }) }],
    }),
  )
})
