// A data provider for refine 5: `<Refine dataProvider={dataProvider('https://crm.example.com/v1', key)}>`.
// Resources are paths of records, such as `contacts`.

type Id = number | string
type Row = { id: number; [field: string]: unknown }
type Filter = { field: string; operator: string; value: unknown } | { operator: 'and' | 'or'; value: Filter[] }
type ListParams = {
  resource: string
  pagination?: { currentPage?: number; pageSize?: number; mode?: 'server' | 'client' | 'off' }
  filters?: Filter[]
  sorters?: { field: string; order: 'asc' | 'desc' }[]
}
type Page<R> = { data: R[]; total: number | null; page: { next: string | null } }
type Problem = { detail: string; errors?: { pointer?: string; message: string }[] }
type Call = { url: string; method: string; payload?: unknown; query?: unknown; headers?: object }

const operators: Record<string, string> = {
  ...{ eqs: 'eq', nes: 'ne', ncontains: 'notContains', startswith: 'startsWith', endswith: 'endsWith' },
}

function conditionOf(filter: Filter): object {
  const { operator, value } = filter
  if (!('field' in filter)) return { [operator]: (value as Filter[]).map(conditionOf) }
  const { field } = filter
  if (operator === 'null' || operator === 'nnull') return { field, op: 'isEmpty', value: operator === 'null' }
  // The opposites `nbetween`, `nstartswith` and `nendswith`.
  if (/^n(between|startswith|endswith)$/.test(operator)) {
    return { not: conditionOf({ field, operator: operator.slice(1), value }) }
  }
  return { field, op: operators[operator] ?? operator, value }
}

/** Returns an operation of a batch for each record. */
const operationsOn = (ids: Id[], operation: object) => ids.map((id) => ({ ...operation, id: Number(id) }))

export function dataProvider(url: string, key: string) {
  async function send<R>(address: string, method = 'GET', payload?: unknown, others = {}): Promise<{ data: R }> {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...others }
    const body = payload === undefined ? null : JSON.stringify(payload)
    const response = await fetch(address, { method, headers, body })
    if (response.ok) return { data: (response.status === 204 ? {} : await response.json()) as R }
    const { detail, errors: faults = [] } = (await response.json()) as Problem
    // The form shows each message at its field.
    const messages = faults.map(({ pointer = '', message }) => [pointer.slice(1).replaceAll('/', '.'), message])
    throw Object.assign(new Error(detail), { statusCode: response.status, errors: Object.fromEntries(messages) })
  }
  const search = async <R = Row>(resource: string, body: object) =>
    (await send<Page<R>>(`${url}/${resource}/search`, 'POST', body)).data
  async function batch<R = Row>(resource: string, operations: object[]) {
    const { data } = await send<{ results: { record?: R }[] }>(`${url}/${resource}/batch`, 'POST', { operations })
    return { data: data.results.flatMap((one) => one.record ?? []) }
  }
  return {
    getApiUrl: () => url,
    getList: async <R = Row>({ resource, pagination = {}, filters = [], sorters = [] }: ListParams) => {
      const { currentPage: page = 1, pageSize: limit = 10, mode = 'server' } = pagination
      const asked = {
        count: 'exact',
        ...(filters.length && { filter: { and: filters.map(conditionOf) } }),
        ...(sorters.length && { sort: sorters.map(({ field, order }) => (order === 'desc' ? '-' : '') + field) }),
      }
      const found = await search<R>(resource, { ...asked, ...(mode === 'server' ? { page, limit } : { limit: 500 }) })
      const { data, total } = found
      let { next } = found.page
      // Counting takes at most two seconds. Without a total, there is another page if there is a next one.
      if (mode === 'server') return { data, total: total ?? page * limit + (next ? 1 : 0) }
      while (next) {
        const more = await search<R>(resource, { ...asked, limit: 500, cursor: next })
        data.push(...more.data)
        next = more.page.next
      }
      return { data, total: data.length }
    },
    getOne: <R = Row>({ resource, id }: { resource: string; id: Id }) => send<R>(`${url}/${resource}/${id}`),
    getMany: async <R = Row>({ resource, ids }: { resource: string; ids: Id[] }) => {
      const filter = { field: 'id', op: 'in', value: ids.map(Number) }
      return { data: ids.length ? (await search<R>(resource, { filter, limit: ids.length })).data : [] }
    },
    create: <R = Row>({ resource, variables }: { resource: string; variables: unknown }) =>
      send<R>(`${url}/${resource}`, 'POST', variables),
    createMany: <R = Row>({ resource, variables }: { resource: string; variables: unknown[] }) => {
      const operations = variables.map((data) => ({ op: 'create', data }))
      return batch<R>(resource, operations)
    },
    update: <R = Row>({ resource, id, variables }: { resource: string; id: Id; variables: unknown }) =>
      send<R>(`${url}/${resource}/${id}`, 'PATCH', variables),
    updateMany: <R = Row>({ resource, ids, variables }: { resource: string; ids: Id[]; variables: unknown }) =>
      batch<R>(resource, operationsOn(ids, { op: 'update', data: variables })),
    deleteOne: async <R = Row>({ resource, id }: { resource: string; id: Id }) => {
      await send(`${url}/${resource}/${id}`, 'DELETE')
      return { data: { id } as R }
    },
    deleteMany: async <R = Row>({ resource, ids }: { resource: string; ids: Id[] }) => {
      await batch(resource, operationsOn(ids, { op: 'delete' }))
      return { data: ids.map((id) => ({ id }) as R) }
    },
    custom: <R = Row>({ url: address, method, payload, query = {}, headers = {} }: Call) => {
      const parameters = new URLSearchParams(query as Record<string, string>)
      return send<R>(parameters.size ? `${address}?${parameters}` : address, method.toUpperCase(), payload, headers)
    },
  }
}
