// A data provider for react-admin 5: `<Admin dataProvider={dataProvider('https://crm.example.com/v1', key)}>`.
// Resources are paths such as `contacts`. A filter is a field with its value, or a field with an operator:
// `{ q: 'text', stageId: 'WON', 'amount[gte]': '1000', 'id[in]': [1, 3] }`.

type Id = number | string
type Row = { id: number; [field: string]: unknown }
type Paging = { pagination?: { page: number; perPage: number }; sort?: { field: string; order: 'ASC' | 'DESC' } }
type ListParams = Paging & { filter?: Record<string, unknown> }
type Body = { data: Row[]; total: number | null; page: { next: string | null; prev: string | null } }

export function dataProvider(url: string, key: string) {
  async function send<T>(path: string, method = 'GET', body?: unknown): Promise<T> {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
    const answer = await fetch(`${url}/${path}`, { method, headers, body: body ? JSON.stringify(body) : null })
    const text = await answer.text()
    if (answer.ok) return (text && JSON.parse(text)) as T
    const { detail, errors: faults = [] } = JSON.parse(text)
    // The form shows each message at its field.
    const at = (pointer = '') => pointer.slice(1).replaceAll('/', '.')
    const errors = Object.fromEntries(
      faults.map((one: { pointer?: string; message: string }) => [at(one.pointer), one.message]),
    )
    throw Object.assign(new Error(detail), { status: answer.status, body: { errors } })
  }
  async function list(resource: string, { pagination, sort, filter = {} }: ListParams) {
    const query = new URLSearchParams({ count: 'exact' })
    if (pagination) query.set('page', String(pagination.page))
    if (pagination) query.set('limit', String(pagination.perPage))
    if (sort) query.set('sort', (sort.order === 'DESC' ? '-' : '') + sort.field)
    for (const [name, value] of Object.entries(filter)) {
      query.set(name === 'q' ? name : `filter[${name.replace('[', '][').replace(/\]$/, '')}]`, String(value))
    }
    const { data, total, page } = await send<Body>(`${resource}?${query}`)
    const pageInfo = { hasNextPage: page.next !== null, hasPreviousPage: page.prev !== null }
    // Counting takes at most two seconds. Without a total, the table has buttons to the neighbouring pages.
    return total === null ? { data, pageInfo } : { data, total, pageInfo }
  }
  const batch = (resource: string, operations: object[]) => send(`${resource}/batch`, 'POST', { operations })
  return {
    getList: list,
    getOne: async (resource: string, { id }: { id: Id }) => ({ data: await send<Row>(`${resource}/${id}`) }),
    getMany: async (resource: string, { ids }: { ids: Id[] }) => {
      const { data } = await list(resource, { pagination: { page: 1, perPage: ids.length }, filter: { 'id[in]': ids } })
      return { data }
    },
    getManyReference: (resource: string, { target, id, filter, ...rest }: ListParams & { target: string; id: Id }) =>
      list(resource, { ...rest, filter: { ...filter, [target]: id } }),
    create: async (resource: string, { data }: { data: object }) => ({ data: await send<Row>(resource, 'POST', data) }),
    // The form sends the whole record. Read-only fields are ignored, unless somebody else has changed the record.
    update: async (resource: string, { id, data }: { id: Id; data: object }) => ({
      data: await send<Row>(`${resource}/${id}`, 'PATCH', data),
    }),
    updateMany: async (resource: string, { ids, data }: { ids: Id[]; data: object }) => {
      await batch(
        resource,
        ids.map((id) => ({ op: 'update', id: Number(id), data })),
      )
      return { data: ids }
    },
    delete: async (resource: string, { id, previousData }: { id: Id; previousData?: Row }) => {
      await send(`${resource}/${id}`, 'DELETE')
      return { data: previousData ?? { id: Number(id) } }
    },
    deleteMany: async (resource: string, { ids }: { ids: Id[] }) => {
      await batch(
        resource,
        ids.map((id) => ({ op: 'delete', id: Number(id) })),
      )
      return { data: ids }
    },
  }
}
