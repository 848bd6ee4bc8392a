import { type Api, aUser, startApi } from '../api.ts'

/** Path of the card of deals. */
export const deal = '/v1/types/deal/card'

/** A card in a response. */
export interface Card {
  scope: string
  sections: { name: string; title: string; fields: { field: string; showEmpty: boolean }[] }[]
  fields: { field: string }[]
  warnings: object[]
}

/** Names of fields by the name of their section. */
type Layout = Record<string, string[]>

/**
 * Starts a server on which Anna reads and changes records, and Zimina administers the CRM. Neither sees the margin of
 * deals, and both see the city.
 */
export async function startWithCards() {
  const api = await startApi()
  const [one, other] = [await aUser(api.db, { lastName: 'Orlova' }), await aUser(api.db, { lastName: 'Zimina' })]
  const operations = { read: 'all', add: 'all', update: 'all' }
  const permissions = ['deal', 'contact', 'lead'].map((type) => ({ type, operations }))
  await api.call('post', '/v1/roles', { name: 'Sales', permissions, members: { userIds: [one.userId] } }).expect(201)
  await api.call('post', '/v1/roles', { name: 'CRM', settings: true, members: { userIds: [other.userId] } }).expect(201)
  const aField = async (code: string, more: object = {}) =>
    void (await api.call('post', '/v1/types/deal/fields', { code, kind: 'string', label: code, ...more }).expect(201))
  for (const code of ['city', 'margin']) await aField(code)
  await api.call('put', '/v1/types/deal/fields/margin/visibility', { restricted: true }).expect(200)
  return {
    ...{ api, aField },
    anna: { userId: one.userId, call: api.as(one.key) },
    zimina: { userId: other.userId, call: api.as(other.key) },
    get: async (call = api.call, path = deal): Promise<Card> => (await call('get', path).expect(200)).body,
    forgetCards: async () => void (await api.pool.query('delete from card')),
  }
}

export type WithCards = Awaited<ReturnType<typeof startWithCards>>

/** Returns which fields each section has. */
export const layoutOf = ({ sections }: Pick<Card, 'sections'>): Layout =>
  Object.fromEntries(sections.map(({ name, fields }) => [name, fields.map(({ field }) => field)]))

/** Returns sections with these fields. */
export const sectionsOf = (layout: Layout) =>
  Object.entries(layout).map(([name, fields]) => ({ name, title: name, fields: fields.map((field) => ({ field })) }))

/** Replaces a card. */
export const put = (call: Api['call'], scope: string, layout: Layout, path = deal) =>
  call('put', path, { scope, sections: sectionsOf(layout) })
