// A data provider for refine 5: `<Refine dataProvider={dataProvider('https://crm.example.com/v1', key)}>`.
// Resources are paths of records, such as `contacts`.

type Id = number | string
type Row = { id: number; [field: string]: unknown }
type Filter = { field: string; operator: string; value: unknown } | { operator: 'and' | 'or'; value: Filter[] }
type Sorter = { field: string; order: 'asc' | 'desc' }
type ListParams = {
  resource: string
  pagination?: { currentPage?: number; pageSize?: number; mode?: 'server' | 'client' | 'off' }
  filters?: Filter[]
  sorters?: Sorter[]
}
type Call = { url: string; method: string; payload?: unknown }

const operators: Record<string, string> = { ncontains: 'notContains', startswith: 'startsWith', endswith: 'endsWith' }

function conditionOf(filter: Filter): object {
  const { operator, value } = filter
  if (!('field' in filter)) return { [operator]: (value as Filter[]).map(conditionOf) }
  const { field } = filter
  if (operator === 'null' || operator === 'nnull') return { field, op: 'isEmpty', value: operator === 'null' }
  return { field, op: operators[operator] ?? operator, value }
}

export function dataProvider(url: string, key: string) {
  async function send<T>(address: string, method = 'GET', body?: unknown): Promise<{ data: T }> {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
    const answer = await fetch(address, { method, headers, body: body ? JSON.stringify(body) : null })
    const text = await answer.text()
    if (answer.ok) return { data: (text && JSON.parse(text)) as T }
    const { detail, errors: faults = [] } = JSON.parse(text)
    // The form shows each message at its field.
    const at = (pointer = '') => pointer.slice(1).replaceAll('/', '.')
    const errors = Object.fromEntries(
      faults.map((one: { pointer?: string; message: string }) => [at(one.pointer), one.message]),
    )
    throw Object.assign(new Error(detail), { statusCode: answer.status, errors })
  }
  async function search(resource: string, body: object) {
    const { data } = await send<{ data: Row[]; total: number | null }>(`${url}/${resource}/search`, 'POST', body)
    return { data: data.data, total: data.total ?? data.data.length }
  }
  async function batch(resource: string, operations: object[]) {
    const { data } = await send<{ results: { record?: Row }[] }>(`${url}/${resource}/batch`, 'POST', { operations })
    return { data: data.results.flatMap((one) => one.record ?? []) }
  }
  return {
    getApiUrl: () => url,
    getList: ({
      resource,
      pagination: { currentPage = 1, pageSize = 10, mode } = {},
      filters = [],
      sorters = [],
    }: ListParams) =>
      search(resource, {
        ...(mode === 'off' || mode === 'client' ? { limit: 500 } : { page: currentPage, limit: pageSize }),
        ...(filters.length && { filter: { and: filters.map(conditionOf) } }),
        ...(sorters.length && { sort: sorters.map(({ field, order }) => (order === 'desc' ? '-' : '') + field) }),
        count: 'exact',
      }),
    getOne: ({ resource, id }: { resource: string; id: Id }) => send<Row>(`${url}/${resource}/${id}`),
    getMany: ({ resource, ids }: { resource: string; ids: Id[] }) =>
      search(resource, { filter: { field: 'id', op: 'in', value: ids.map(Number) }, limit: ids.length }),
    create: ({ resource, variables }: { resource: string; variables: object }) =>
      send<Row>(`${url}/${resource}`, 'POST', variables),
    createMany: ({ resource, variables }: { resource: string; variables: object[] }) =>
      batch(
        resource,
        variables.map((data) => ({ op: 'create', data })),
      ),
    update: ({ resource, id, variables }: { resource: string; id: Id; variables: object }) =>
      send<Row>(`${url}/${resource}/${id}`, 'PATCH', variables),
    updateMany: ({ resource, ids, variables: data }: { resource: string; ids: Id[]; variables: object }) =>
      batch(
        resource,
        ids.map((id) => ({ op: 'update', id: Number(id), data })),
      ),
    deleteOne: async ({ resource, id }: { resource: string; id: Id }) => {
      await send(`${url}/${resource}/${id}`, 'DELETE')
      return { data: { id: Number(id) } }
    },
    deleteMany: async ({ resource, ids }: { resource: string; ids: Id[] }) => {
      await batch(
        resource,
        ids.map((id) => ({ op: 'delete', id: Number(id) })),
      )
      return { data: ids.map((id) => ({ id: Number(id) })) }
    },
    custom: ({ url: address, method, payload }: Call) => send(address, method.toUpperCase(), payload),
  }
}
