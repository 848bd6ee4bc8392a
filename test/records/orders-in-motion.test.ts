import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

const idsOf = (rows: readonly { id: number }[]) => rows.map(({ id }) => id)

describe('While a list is walked', () => {
  const contacts = '/v1/contacts'
  const names = ['Alpha', 'Beta', 'Gamma']
  const made: { id: number; source: string; responsibleId: number }[] = []
  let owners: number[]
  beforeAll(async () => {
    owners = []
    for (const last_name of names) {
      const user = { first_name: 'Walk', last_name }
      owners.push((await api.db.insertInto('user').values(user).returning('id').executeTakeFirstOrThrow()).id)
    }
    for (const code of names) await addEntry(code, 900)
    for (let at = 0; at < 12; at++) {
      const body = { lastName: 'Walked', source: names[at % 3], responsibleId: owners[at % 3] }
      made.push((await api.call('post', contacts, body).expect(201)).body)
    }
  })

  const addEntry = async (code: string, sort: number) =>
    api.call('post', '/v1/dictionaries/SOURCE/entries', { code, label: code, sort }).expect(201)

  async function walked(sort: string, between: () => Promise<unknown>): Promise<number[]> {
    const found: number[] = []
    let query = `filter[lastName]=Walked&sort=${sort}&limit=3`
    for (;;) {
      const { body } = await api.call('get', `${contacts}?${query}`).expect(200)
      found.push(...idsOf(body.data))
      if (!body.page.next) return found
      await between()
      query = `limit=3&cursor=${body.page.next}`
    }
  }
  const by = (place: (one: (typeof made)[number]) => number) =>
    made.toSorted((a, b) => place(a) - place(b) || a.id - b.id).map(({ id }) => id)

  it('new entries of a dictionary before others move no page', async () => {
    let added = 0
    const found = await walked('source', () => addEntry(`NEW${added++}`, 1))
    expect(found).toEqual(by(({ source }) => names.indexOf(source)))
  })

  it('new users and other names move no page', async () => {
    const add = () => api.db.insertInto('user').values({ first_name: 'Aaa', last_name: 'Aaa' }).execute()
    expect(await walked('responsibleId', add)).toEqual(by(({ responsibleId }) => owners.indexOf(responsibleId)))
    const rename = () => api.db.updateTable('user').set({ first_name: 'Walker' }).where('id', '=', owners[0]!).execute()
    const renamed = await walked('responsibleId', rename)
    const others = by(({ responsibleId }) => owners.indexOf(responsibleId)).slice(4)
    expect(renamed.filter((id) => others.includes(id))).toEqual(others)
  })

  it('entries of a dictionary that the field had before come after its own', async () => {
    const settings = (dictionary: string) => ({ settings: { dictionary } })
    const { body: entries } = await api.call('get', '/v1/dictionaries/INDUSTRY/entries').expect(200)
    const industries: string[] = entries.data.map(({ code }: { code: string }) => code)
    const field = { code: 'moved', kind: 'dictionary', label: 'Moved', ...settings('SOURCE') }
    await api.call('post', '/v1/types/contact/fields', field).expect(201)
    const values = ['CALL', 'WEB', null, 'WEB']
    const create = async (moved: string | null) =>
      (await api.call('post', contacts, { lastName: 'Moved', userFields: { moved } }).expect(201)).body.id
    const ids: number[] = []
    for (const value of values) ids.push(await create(value))
    await api.call('patch', '/v1/types/contact/fields/moved', settings('INDUSTRY')).expect(200)
    const [last, first] = industries.slice(0, 2).reverse() as [string, string]
    for (const value of [last, first]) ids.push(await create(value))
    const [call, web, none, web2, second, one] = ids
    for (const [sort, expected] of [
      ['userFields.moved', [one, second, call, web, web2, none]],
      ['-userFields.moved', [web2, web, call, second, one, none]],
    ] as const) {
      const found: number[] = []
      let query = `filter[lastName]=Moved&sort=${sort}&limit=1`
      for (;;) {
        const { body } = await api.call('get', `${contacts}?${query}`).expect(200)
        found.push(...idsOf(body.data))
        if (!body.page.next) break
        query = `limit=1&cursor=${body.page.next}`
      }
      expect(found).toEqual(expected)
    }
  })

  it('a cursor at a deleted entry is refused', async () => {
    await addEntry('GOING', 1)
    const { body: last } = await api.call('post', contacts, { lastName: 'Gone', source: 'GOING' }).expect(201)
    const { body } = await api.call('get', `${contacts}?sort=source&limit=1`).expect(200)
    expect(idsOf(body.data)).toEqual([last.id])
    await api.call('patch', `${contacts}/${last.id}`, { source: null }).expect(200)
    await api.call('delete', '/v1/dictionaries/SOURCE/entries/GOING').expect(204)
    const refused = await api.call('get', `${contacts}?cursor=${body.page.next}`).expect(400)
    expect(refused.body.code).toBe('invalid_cursor')
  })
})
