import { afterAll, beforeAll, beforeEach } from '@jest/globals'
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

/** A user, and requests with the user's key. */
interface Person {
  userId: number
  call: Api['call']
}

/**
 * Gives a file of tests a server on which Anna reads and changes records, and Zimina administers the CRM. Neither sees
 * the margin of deals, and both see the city. No card is saved before a test.
 */
export function withCards() {
  const [api, anna, zimina] = [{} as Api, {} as Person, {} as Person]
  const aField = async (code: string, more: object = {}) =>
    void (await api.call('post', '/v1/types/deal/fields', { code, kind: 'string', label: code, ...more }).expect(201))
  const get = async (call = api.call, path = deal): Promise<Card> => (await call('get', path).expect(200)).body
  beforeAll(async () => {
    Object.assign(api, await startApi())
    Object.assign(anna, await aPerson(api, 'Orlova'))
    Object.assign(zimina, await aPerson(api, 'Zimina'))
    const operations = { read: 'all', add: 'all', update: 'all' }
    const permissions = ['deal', 'contact', 'lead'].map((type) => ({ type, operations }))
    const ofRole = ({ userId }: Person, role: object) => ({ ...role, members: { userIds: [userId] } })
    await api.call('post', '/v1/roles', ofRole(anna, { name: 'Sales', permissions })).expect(201)
    await api.call('post', '/v1/roles', ofRole(zimina, { name: 'CRM', settings: true })).expect(201)
    for (const code of ['city', 'margin']) await aField(code)
    await api.call('put', '/v1/types/deal/fields/margin/visibility', { restricted: true }).expect(200)
  })
  beforeEach(async () => void (await api.pool.query('delete from card')))
  afterAll(() => api.close())
  return { api, anna, zimina, aField, get }
}

async function aPerson(api: Api, lastName: string): Promise<Person> {
  const { userId, key } = await aUser(api.db, { lastName })
  return { userId, call: api.as(key) }
}

/** Returns which fields each section has. */
export const layoutOf = ({ sections }: Pick<Card, 'sections'>): Layout =>
  Object.fromEntries(sections.map(({ name, fields }) => [name, fields.map(({ field }) => field)]))

/** Returns sections with these fields. */
export const sectionsOf = (layout: Layout) =>
  Object.entries(layout).map(([name, fields]) => ({ name, title: name, fields: fields.map((field) => ({ field })) }))

/** Replaces a card. */
export const put = (call: Api['call'], scope: string, layout: Layout, path = deal) =>
  call('put', path, { scope, sections: sectionsOf(layout) })
