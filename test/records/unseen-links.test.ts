import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { aCompany, aContact, aDeal, aLead, asCaller, callers, limitsOf, read, type Saved } from '../seed.ts'

let server: Api
beforeAll(async () => {
  server = await startApi({ limitsOf })
})
afterAll(() => server.close())

type Link = { id: number; primary: boolean }

describe.each(callers)('A list with a record in the recycle bin, edited by $name', ({ isLimited }) => {
  let api: Api
  beforeAll(async () => {
    api = isLimited ? await asCaller(server, 'Limited') : server
  })

  const change = async (path: string, body: object): Promise<Saved> =>
    (await api.call('patch', `/v1/${path}`, body).expect(200)).body
  const remove = ({ id }: Saved, plural = 'contacts') => api.call('delete', `/v1/${plural}/${id}`).expect(204)
  const restore = ({ id }: Saved, prefix = 'C') =>
    api.call('post', `/v1/recycle-bin/${prefix}_${id}/restore`).expect(200)
  const ids = (...records: Saved[]) => records.map(({ id }) => ({ id }))
  const linked = (primary: Saved, ...records: Saved[]): Link[] =>
    records.map(({ id }) => ({ id, primary: id === primary.id }))

  /** Creates a company and a deal with the contacts a, b and c, of which a is the primary. */
  async function listsOfThree() {
    const [a, b, c] = [await aContact(api), await aContact(api), await aContact(api)]
    const company = await aCompany(api, { contacts: ids(a, b, c) })
    const deal = await aDeal(api, { contacts: ids(a, b, c) })
    return { a, b, c, lists: [`companies/${company.id}`, `deals/${deal.id}`] }
  }

  const edits: [
    string,
    (s: Record<'a' | 'b' | 'c' | 'd', Saved>) => object,
    (s: Record<'a' | 'b' | 'c' | 'd', Saved>) => [Link[], Link[]],
  ][] = [
    ['as it is shown', ({ b, c }) => linked(b, b, c), ({ a, b, c }) => [linked(b, b, c), linked(a, a, b, c)]],
    ['added to', ({ d }) => ({ add: ids(d) }), ({ a, b, c, d }) => [linked(b, b, c, d), linked(a, a, b, c, d)]],
    ['removed from', ({ c }) => ({ remove: [c.id] }), ({ a, b }) => [linked(b, b), linked(a, a, b)]],
    ['replaced as a whole', ({ c, b }) => ids(b, c).reverse(), ({ a, b, c }) => [linked(c, c, b), linked(c, a, c, b)]],
    ['emptied', () => [], ({ a }) => [[], linked(a, a)]],
    ['cleared', () => null as never, ({ a }) => [[], linked(a, a)]],
    ['given a new primary', ({ b, c }) => linked(c, b, c), ({ a, b, c }) => [linked(c, b, c), linked(c, a, b, c)]],
    ['without its primary', ({ b }) => ({ remove: [b.id] }), ({ a, c }) => [linked(c, c), linked(c, a, c)]],
  ]

  it.each(edits)('%s, neither loses nor duplicates that record', async (_, edit, expected) => {
    const { lists, ...some } = await listsOfThree()
    const records = { ...some, d: await aContact(api) }
    await remove(records.a)
    for (const path of lists) {
      const shown = await read(api, path)
      expect(shown.contacts).toEqual(linked(records.b, records.b, records.c))
      const changed = await change(path, { contacts: edit(records) })
      expect(changed.contacts).toEqual(expected(records)[0])
      if (_ === 'as it is shown') expect(changed.version).toBe(shown.version)
    }
    await restore(records.a)
    for (const path of lists) expect((await read(api, path)).contacts).toEqual(expected(records)[1])
    expect((await read(api, `contacts/${records.a.id}`)).companies).toHaveLength(1)
  })

  it('refuses to name it, in replaced lists and in added items', async () => {
    const { a, b, lists } = await listsOfThree()
    await remove(a)
    for (const path of lists) {
      for (const [contacts, pointer] of [
        [ids(a, b), '/contacts/0/id'],
        [{ add: ids(a) }, '/contacts/add/0/id'],
      ]) {
        const { body } = await api.call('patch', `/v1/${path}`, { contacts }).expect(422)
        expect(body.errors).toEqual([{ pointer, code: 'not_found_reference', message: `There is no contact ${a.id}.` }])
      }
      // An unknown record cannot be removed either.
      await change(path, { contacts: { remove: [a.id] } })
    }
    await restore(a)
    for (const path of lists) expect((await read(api, path)).contacts).toHaveLength(3)
  })

  it('can be edited from the other side', async () => {
    const { a, b, c, lists } = await listsOfThree()
    await remove(a)
    await change(`contacts/${b.id}`, { companies: [] })
    expect((await read(api, lists[0]!)).contacts).toEqual(linked(c, c))
    await restore(a)
    expect((await read(api, lists[0]!)).contacts).toEqual(linked(a, a, c))
    expect((await read(api, `contacts/${a.id}`)).companies).toHaveLength(1)
  })

  it('has one primary, in whatever order records are restored', async () => {
    const { a, b, c, lists } = await listsOfThree()
    for (const one of [a, b, c]) await remove(one)
    for (const path of lists) expect((await read(api, path)).contacts).toEqual([])
    await restore(c)
    for (const path of lists) expect((await read(api, path)).contacts).toEqual(linked(c, c))
    await restore(a)
    await restore(b)
    for (const path of lists) expect((await read(api, path)).contacts).toEqual(linked(a, a, b, c))
  })

  it('has its links in the history, hidden or not', async () => {
    const { a, b, c, lists } = await listsOfThree()
    await remove(a)
    await change(lists[1]!, { contacts: { remove: [c.id] } })
    const { body } = await api.call('get', `/v1/${lists[1]}/history`).expect(200)
    expect(body.data[0].changes).toEqual([{ field: 'contacts', old: linked(a, a, b, c), new: linked(a, a, b) }])
  })

  it('hides a single link as well, and keeps it unless it is replaced', async () => {
    const [company, other] = [await aCompany(api), await aCompany(api)]
    const lead = await aLead(api)
    const deals = [1, 2, 3].map(() => aDeal(api, { companyId: company.id, leadId: lead.id }))
    const [left, cleared, moved] = (await Promise.all(deals)) as [Saved, Saved, Saved]
    await remove(company, 'companies')
    await remove(lead, 'leads')
    const hidden = { ...left, companyId: null, leadId: null }
    expect(await read(api, `deals/${left.id}`)).toEqual(hidden)
    const filter = `id][in]=${left.id},${cleared.id},${moved.id}&sort=id&fields=id&filter`
    const found = async (condition: string) =>
      (await api.call('get', `/v1/deals?filter[${filter}${condition}`).expect(200)).body.data.length
    expect(await found(`[companyId]=${company.id}`)).toBe(0)
    expect(await found(`[companyId][ne]=${company.id}`)).toBe(3)
    expect(await found('[leadId][isEmpty]=true')).toBe(3)
    // Sending the list back as returned changes nothing.
    expect(await change(`deals/${cleared.id}`, { companyId: null, leadId: null })).toMatchObject({ version: 1 })
    expect(await change(`deals/${moved.id}`, { companyId: other.id })).toMatchObject({
      companyId: other.id,
      version: 2,
    })
    const refused = await api.call('patch', `/v1/deals/${left.id}`, { companyId: company.id }).expect(422)
    expect(refused.body.errors).toEqual([
      { pointer: '/companyId', code: 'not_found_reference', message: `There is no company ${company.id}.` },
    ])
    await restore(company, 'CO')
    await restore(lead, 'L')
    expect(await read(api, `deals/${left.id}`)).toEqual(left)
    expect(await read(api, `deals/${cleared.id}`)).toEqual(cleared)
    expect(await read(api, `deals/${moved.id}`)).toMatchObject({ companyId: other.id, leadId: lead.id })
    expect(await found(`[companyId]=${company.id}`)).toBe(2)
    expect(await found('[leadId][isEmpty]=true')).toBe(0)
  })
})
