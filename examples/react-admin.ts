// A data provider for react-admin 5: `<Admin dataProvider={dataProvider('https://crm.example.com/v1', key)}>`.
// Resources are paths of records such as `contacts`, and `users`, `departments`, `groups`, `roles`, `api-keys`, `files`,
// `jobs` and `recycle-bin`. A filter is a field with its value or values, or a field with an operator:
// `{ q: 'text', stageId: ['NEW', 'WON'], 'amount@gte': '1000', address: { city: 'Omsk' } }`.

type Id = number | string
type Row = { id: number; [field: string]: unknown }
type Sort = { field: string; order: 'ASC' | 'DESC' }
type ListParams = { pagination?: { page: number; perPage: number }; sort?: Sort; filter?: object }
type Page<R> = { data: R[]; total: number | null; page: { next: string | null } }
type Problem = { detail: string; errors?: { pointer?: string; message: string }[] }

/** Returns the parameters of a filter. Inputs such as `<TextInput source="address.city" />` make nested objects. */
function conditionsOf(filter: object, path = ''): [name: string, value: string][] {
  return Object.entries(filter).flatMap(([key, value]) => {
    const [field, operator] = `${path}${key}`.split('@')
    const name = `filter[${field}]`
    if (Array.isArray(value)) return value.map((one) => [`${name}[${operator ?? 'in'}][]`, String(one)])
    if (value && typeof value === 'object') return conditionsOf(value, `${path}${key}.`)
    return [[key === 'q' ? key : operator ? `${name}[${operator}]` : name, String(value)]]
  })
}

export function dataProvider(url: string, key: string) {
  async function send<T>(path: string, method = 'GET', body?: object): Promise<T> {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
    const response = await fetch(`${url}/${path}`, { method, headers, body: body ? JSON.stringify(body) : null })
    if (response.ok) return (response.status === 204 ? {} : await response.json()) as T
    const { detail, errors: faults = [] } = (await response.json()) as Problem
    // A form shows each message at its field, and `root.serverError` in a notification.
    const messages = faults.map(({ pointer = '', message }) => [pointer.slice(1).replaceAll('/', '.'), message])
    const errors = { root: { serverError: detail }, ...Object.fromEntries(messages) }
    throw Object.assign(new Error(detail), { status: response.status, body: faults.length ? { errors } : {} })
  }
  async function list<R = Row>(resource: string, { pagination, sort, filter = {} }: ListParams) {
    const { page, perPage } = pagination ?? { page: 1, perPage: 25 }
    // A response has at most 500 records. Exports ask for 1,000.
    const limit = Math.min(perPage, 500)
    const query = new URLSearchParams([['count', 'exact'], ['limit', `${limit}`], ...conditionsOf(filter)])
    query.set('page', String(((page - 1) * perPage) / limit + 1))
    if (sort) query.set('sort', (sort.order === 'DESC' ? '-' : '') + sort.field)
    const found = await send<Page<R>>(`${resource}?${query}`)
    const { data, total } = found
    let { next } = found.page
    while (next && data.length < perPage) {
      const more = await send<Page<R>>(`${resource}?limit=${limit}&cursor=${encodeURIComponent(next)}`)
      data.push(...more.data)
      next = more.page.next
    }
    const pageInfo = { hasNextPage: next !== null, hasPreviousPage: page > 1 }
    // Counting takes at most two seconds. Without a total, the table has buttons to the neighbouring pages.
    return total === null ? { data, pageInfo } : { data, pageInfo, total }
  }
  const batch = (resource: string, ids: Id[], operation: object) =>
    send(`${resource}/batch`, 'POST', { operations: ids.map((id) => ({ ...operation, id: Number(id) })) })
  return {
    getList: list,
    getOne: async <R = Row>(resource: string, { id }: { id: Id }) => ({
      data: await send<R>(`${resource}/${id}`),
    }),
    getMany: <R = Row>(resource: string, { ids }: { ids: Id[] }) =>
      list<R>(resource, { pagination: { page: 1, perPage: ids.length }, filter: { id: ids } }),
    getManyReference: <R = Row>(resource: string, { target, id, ...params }: ListParams & { target: string; id: Id }) =>
      list<R>(resource, { ...params, filter: { ...params.filter, [target]: id } }),
    create: async <R = Row>(resource: string, { data }: { data: object }) => ({
      data: await send<R>(resource, 'POST', data),
    }),
    // The form sends the whole record. Read-only fields are ignored, unless somebody else has changed the record.
    update: async <R = Row>(resource: string, { id, data }: { id: Id; data: object }) => ({
      data: await send<R>(`${resource}/${id}`, 'PATCH', data),
    }),
    updateMany: async (resource: string, { ids, data }: { ids: Id[]; data: object }) => {
      await batch(resource, ids, { op: 'update', data })
      return { data: ids }
    },
    delete: async <R = Row>(resource: string, { id, previousData }: { id: Id; previousData?: R }) => {
      await send(`${resource}/${id}`, 'DELETE')
      return { data: previousData ?? ({ id } as R) }
    },
    deleteMany: async (resource: string, { ids }: { ids: Id[] }) => {
      await batch(resource, ids, { op: 'delete' })
      return { data: ids }
    },
  }
}
