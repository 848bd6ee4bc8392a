import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { aContact, asCaller, limitsOf } from '../seed.ts'
import { changes, ids, presentPlace } from './changes.ts'

let api: Api
beforeAll(async () => {
  api = await startApi({ limitsOf })
})
afterAll(() => api.close())

const now = presentPlace
const remove = (id: number) => api.call('delete', `/v1/contacts/${id}`).expect(204)

describe('a caller who may read some records', () => {
  it('learns of deleted and lost records that were readable, and of no others', async () => {
    const mine = await asCaller(api, 'Limited')
    const ours = { responsibleId: mine.userId }
    const [lost, deleted, purged, passing] = await Promise.all([1, 2, 3, 4].map(() => aContact(api, ours)))
    const [foreign, away, got] = await Promise.all([1, 2, 3].map(() => aContact(api)))
    const since = await now(mine)
    const give = (id: number, responsibleId: number) =>
      api.call('patch', `/v1/contacts/${id}`, { responsibleId }).expect(200)
    await give(lost!.id, api.userId)
    await give(got!.id, mine.userId)
    await remove(deleted!.id)
    await remove(purged!.id)
    await api.call('delete', `/v1/recycle-bin/C_${purged!.id}`).expect(204)
    // Between two pages of somebody who shows the present state, it was readable.
    await give(away!.id, mine.userId)
    await give(away!.id, api.userId)
    await give(passing!.id, api.userId)
    await give(passing!.id, mine.userId)
    await api.call('patch', `/v1/contacts/${foreign!.id}`, { lastName: 'Secret' }).expect(200)
    await remove(foreign!.id)
    const page = await changes(since, mine)
    expect(new Set(ids(page.data))).toEqual(new Set([got!.id, passing!.id]))
    const at = expect.any(String)
    expect(page.deleted.toSorted((a, b) => a.id - b.id)).toEqual(
      [
        { id: lost!.id, deletedAt: null, mergedInto: null },
        { id: deleted!.id, deletedAt: at, mergedInto: null },
        { id: purged!.id, deletedAt: at, mergedInto: null },
        { id: away!.id, deletedAt: null, mergedInto: null },
      ].sort((a, b) => a.id - b.id),
    )
    await api.call('delete', `/v1/recycle-bin/C_${foreign!.id}`).expect(204)
    expect(await changes(page.changedSince, mine)).toMatchObject({ data: [], deleted: [], page: { next: null } })
  })

  it('does not learn of changes to hidden fields', async () => {
    const mine = await asCaller(api, 'Limited')
    const { id } = await aContact(api, { responsibleId: mine.userId })
    const since = await now(mine)
    await api.call('patch', `/v1/contacts/${id}`, { comment: 'Secret' }).expect(200)
    expect((await changes(since, mine)).data).toEqual([])
    await api.call('patch', `/v1/contacts/${id}`, { comment: 'Other', lastName: 'Seen' }).expect(200)
    expect((await changes(since, mine)).data).toMatchObject([{ id, lastName: 'Seen' }])
  })

  it('passes over any number of changes to other records', async () => {
    const mine = await asCaller(api, 'Limited')
    const since = await now(mine)
    const { rows } = await api.pool.query(
      `insert into history (site, at, via, type_id, record_id, version, kind)
        select 'odd', now(), 'system', 3, 1000000 + 2 * n, 1, 'created' from generate_series(1, 3000) as n returning id`,
    )
    expect(rows).toHaveLength(3000)
    const { id } = await aContact(api, { responsibleId: mine.userId })
    expect(ids((await changes(since, mine, 'contacts', '&limit=1')).data)).toEqual([id])
  })

  it('gets pages that do not depend on other records', async () => {
    const mine = await asCaller(api, 'Limited')
    const since = await now(mine)
    const made: number[] = []
    for (const responsibleId of [api.userId, mine.userId, api.userId, mine.userId, mine.userId, api.userId]) {
      const { id } = await aContact(api, { responsibleId })
      if (responsibleId === mine.userId) made.push(id)
    }
    const page = await changes(since, mine, 'contacts', '&limit=2')
    expect([ids(page.data), page.page.next]).toEqual([made.slice(0, 2), page.changedSince])
    const last = await changes(page.changedSince, mine, 'contacts', '&limit=1')
    expect([ids(last.data), last.page.next]).toEqual([made.slice(2), null])
  })
})
