import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { QueryClient } from '@tanstack/react-query'
import { act, configure, fireEvent, render, renderHook, screen, waitFor } from '@testing-library/react'
import {
  CoreAdminContext,
  CreateBase,
  type DataProvider,
  EditBase,
  Form,
  useCreate,
  useDelete,
  useDeleteMany,
  useGetList,
  useGetMany,
  useGetManyReference,
  useGetOne,
  useInfiniteGetList,
  useInput,
  useNotificationContext,
  useUpdate,
  useUpdateMany,
} from 'ra-core'
import { createElement, type ReactNode } from 'react'
import { type Api, startApi } from '../../test/api.ts'
import { aCompany, aContact } from '../../test/seed.ts'
import { dataProvider } from '../react-admin.ts'

configure({ asyncUtilTimeout: 50_000 })

let api: Api
let provider: DataProvider
const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false } } })
beforeAll(async () => {
  api = await startApi()
  await api.app.listen({ port: 0, host: '127.0.0.1' })
  const url = `http://127.0.0.1:${(api.app.server.address() as AddressInfo).port}/v1`
  provider = dataProvider(url, api.key) satisfies DataProvider
})
afterEach(() => queryClient.clear())
afterAll(() => api.close())

const contacts = async (prefix: string, count: number) => {
  const ids: number[] = []
  for (let at = 0; at < count; at++) ids.push((await aContact(api, { lastName: `${prefix}${at}` })).id)
  return ids
}
const lastNames = (rows?: { lastName: string }[]) => rows?.map(({ lastName }) => lastName)

const inAdmin = ({ children }: { children?: ReactNode }) =>
  createElement(CoreAdminContext, { dataProvider: provider, queryClient }, children)

/** Calls a hook that reads, until it has an answer. */
async function read<T extends { isPending: boolean }>(useHook: () => T) {
  const { result } = renderHook(useHook, { wrapper: inAdmin })
  await waitFor(() => expect(result.current.isPending).toBe(false))
  return result.current
}

/** Keeps expected errors, which react-admin writes to the console, out of the output. */
const quietly = () => jest.spyOn(console, 'error').mockImplementation(() => {})
afterEach(() => void jest.restoreAllMocks())

type Mutate = (resource: string, params: object, options: { returnPromise: true }) => Promise<unknown>

/** Calls a hook that writes, and returns the promise of its function. */
async function write(useHook: () => readonly [unknown, object], resource: string, params: object) {
  const { result } = renderHook(useHook, { wrapper: inAdmin })
  return await act(() => (result.current[0] as Mutate)(resource, params, { returnPromise: true }))
}

describe('hooks that read', () => {
  it('useGetList', async () => {
    await contacts('List', 5)
    const pagination = { page: 2, perPage: 2 }
    const sort = { field: 'lastName', order: 'DESC' as const }
    const filter = { 'lastName@startsWith': 'List' }
    const { data, total, pageInfo } = await read(() => useGetList('contacts', { pagination, sort, filter }))
    expect([lastNames(data), total, pageInfo]).toEqual([
      ['List2', 'List1'],
      5,
      { hasNextPage: true, hasPreviousPage: true },
    ])
  })

  it('useGetList with the filters that forms make', async () => {
    for (const city of ['Omsk', 'Tomsk, Siberia', 'Kazan']) await aContact(api, { lastName: city, address: { city } })
    const list = async (filter: object) => {
      const { data } = await read(() => useGetList('contacts', { filter, sort: { field: 'lastName', order: 'ASC' } }))
      return lastNames(data)
    }
    expect(await list({ address: { city: 'Omsk' } })).toEqual(['Omsk'])
    expect(await list({ address: { 'city@contains': 'sk' } })).toEqual(['Omsk', 'Tomsk, Siberia'])
    expect(await list({ lastName: ['Tomsk, Siberia', 'Kazan'] })).toEqual(['Kazan', 'Tomsk, Siberia'])
    expect(await list({ 'lastName@nin': ['Omsk'], q: 'tomsk' })).toEqual(['Tomsk, Siberia'])
  })

  it.each(['users', 'departments', 'groups', 'roles', 'api-keys', 'files', 'jobs', 'recycle-bin'])(
    'useGetList of %s',
    async (resource) => {
      const pagination = { page: 1, perPage: 2 }
      const { data, total } = await read(() =>
        useGetList(resource, { pagination, sort: { field: 'id', order: 'DESC' }, filter: { 'id@ne': 999 } }),
      )
      expect(data).toHaveLength(Math.min(total!, 2))
    },
  )

  it('useGetList for an export of more records than a page has', async () => {
    const operations = Array.from({ length: 620 }, (_, at) => ({
      op: 'create',
      data: { lastName: `Export${1000 + at}` },
    }))
    await api.call('post', '/v1/contacts/batch', { operations }).expect(200)
    const params = {
      pagination: { page: 1, perPage: 1000 },
      sort: { field: 'lastName', order: 'ASC' as const },
      filter: { 'lastName@startsWith': 'Export' },
    }
    const { data, total, pageInfo } = await read(() => useGetList('contacts', params))
    expect([new Set(lastNames(data)).size, data?.at(-1)?.lastName, total, pageInfo?.hasNextPage]).toEqual([
      620,
      'Export1619',
      620,
      false,
    ])
  })

  it('useInfiniteGetList', async () => {
    await contacts('Infinite', 3)
    const params = {
      pagination: { page: 1, perPage: 2 },
      sort: { field: 'lastName', order: 'ASC' as const },
      filter: { 'lastName@startsWith': 'Infinite' },
    }
    const { result } = renderHook(() => useInfiniteGetList('contacts', params), { wrapper: inAdmin })
    await waitFor(() => expect(result.current.hasNextPage).toBe(true))
    await act(() => result.current.fetchNextPage())
    await waitFor(() => expect(result.current.data?.pages).toHaveLength(2))
    expect(result.current.data?.pages.map(({ data }) => lastNames(data))).toEqual([
      ['Infinite0', 'Infinite1'],
      ['Infinite2'],
    ])
    expect(result.current.hasNextPage).toBe(false)
  })

  it('useGetOne, with the id as text from a URL', async () => {
    const [id] = await contacts('One', 1)
    const { data } = await read(() => useGetOne('contacts', { id: String(id) }))
    expect(data).toMatchObject({ id, lastName: 'One0' })
    quietly()
    expect((await read(() => useGetOne('contacts', { id: 999_999 }))).error).toMatchObject({ status: 404, body: {} })
  })

  it('useGetMany', async () => {
    const ids = await contacts('Many', 3)
    const { data } = await read(() => useGetMany('contacts', { ids: [ids[2], String(ids[0])] }))
    expect(lastNames(data)).toEqual(['Many2', 'Many0'])
  })

  it('useGetManyReference', async () => {
    const { id } = await aCompany(api)
    for (const lastName of ['B', 'A', 'C']) await aContact(api, { lastName, companies: [{ id }] })
    await aContact(api, { lastName: 'Elsewhere' })
    const params = {
      ...{ target: 'companies', id, filter: { 'lastName@ne': 'C' } },
      ...{ pagination: { page: 1, perPage: 10 }, sort: { field: 'lastName', order: 'ASC' as const } },
    }
    const { data, total } = await read(() => useGetManyReference('contacts', params))
    expect([lastNames(data), total]).toEqual([['A', 'B'], 2])
  })
})

describe('hooks that write', () => {
  it('useCreate, useUpdate and useDelete', async () => {
    const created = (await write(useCreate, 'contacts', { data: { lastName: 'New' } })) as { id: number }
    expect(created).toMatchObject({ id: expect.any(Number), version: 1, lastName: 'New' })
    // The form of an edit page sends the whole record.
    const change = { id: created.id, data: { ...created, lastName: 'Newer' }, previousData: created }
    const changed = await write(useUpdate, 'contacts', change)
    expect(changed).toMatchObject({ id: created.id, version: 2, lastName: 'Newer' })
    quietly()
    await expect(write(useUpdate, 'contacts', { ...change, data: { ...created, lastName: 'Late' } })).rejects.toThrow(
      /version/,
    )
    expect(await write(useDelete, 'contacts', { id: created.id, previousData: changed })).toEqual(changed)
    queryClient.clear()
    expect((await read(() => useGetOne('contacts', { id: created.id }))).error).toMatchObject({ status: 404 })
  })

  it('useUpdateMany and useDeleteMany', async () => {
    const ids = await contacts('Bulk', 2)
    expect(await write(useUpdateMany, 'contacts', { ids, data: { position: 'P' } })).toEqual(ids)
    const { data } = await read(() => useGetMany('contacts', { ids }))
    expect(data?.map(({ position }) => position)).toEqual(['P', 'P'])
    expect(await write(useDeleteMany, 'contacts', { ids })).toEqual(ids)
    queryClient.clear()
    expect((await read(() => useGetMany('contacts', { ids }))).data?.filter(Boolean)).toEqual([])
    quietly()
    await expect(write(useUpdateMany, 'contacts', { ids, data: { position: 'P' } })).rejects.toThrow(
      /There is no contact/,
    )
  })
})

describe('forms', () => {
  const Input = ({ source }: { source: string }) => {
    const { field, fieldState } = useInput({ source })
    return createElement(
      'label',
      {},
      source,
      createElement('input', { ...field, value: field.value ?? '' }),
      createElement('em', { title: source }, fieldState.error?.message),
    )
  }
  const Notifications = () => {
    const { notifications } = useNotificationContext()
    return createElement('p', {}, ...notifications.map((one: { message: ReactNode }) => String(one.message)))
  }
  const inputs = (sources: string[]) =>
    createElement(Form, {
      children: [
        ...sources.map((source) => createElement(Input, { source, key: source })),
        createElement('button', { type: 'submit', key: 'save' }, 'Save'),
      ],
    })
  const type = (source: string, value: string) =>
    fireEvent.change(screen.getByLabelText(source, { exact: false }), { target: { value } })

  it('show faults at their fields, and the first one in a notification', async () => {
    quietly()
    const page = createElement(
      CreateBase,
      { resource: 'contacts', mutationMode: 'pessimistic', key: 'page' },
      inputs(['lastName', 'birthDate', 'phones.0.value']),
    )
    render(inAdmin({ children: [page, createElement(Notifications, { key: 'notifications' })] }))
    type('lastName', 'Losev')
    type('birthDate', '2026-02-30')
    type('phones.0.value', '12')
    await act(async () => fireEvent.click(screen.getByText('Save')))
    await waitFor(() => expect(screen.getByTitle('birthDate').textContent).not.toBe(''))
    expect(screen.getByTitle('lastName').textContent).toBe('')
    expect(screen.getByTitle('birthDate').textContent).toMatch(/date/)
    expect(screen.getByTitle('phones.0.value').textContent).toMatch(/phone/)
    expect(document.querySelector('p')?.textContent).toMatch(/birthDate.*\(\+1 more\)/)
  })

  it('save the whole record', async () => {
    const { id } = await aContact(api, { lastName: 'Form', phones: [{ value: '+7 495 123-45-67' }] })
    const page = createElement(
      EditBase,
      { resource: 'contacts', id, mutationMode: 'pessimistic', redirect: false },
      inputs(['lastName', 'address.city']),
    )
    render(inAdmin({ children: page }))
    await waitFor(() => screen.getByText('Save'))
    type('lastName', 'Formed')
    type('address.city', 'Omsk')
    await act(async () => fireEvent.click(screen.getByText('Save')))
    await waitFor(async () => {
      const { body } = await api.call('get', `/v1/contacts/${id}`)
      expect(body).toMatchObject({ version: 2, lastName: 'Formed', address: { city: 'Omsk' } })
      expect(body.phones).toHaveLength(1)
    })
  })
})
