import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { aContact, type Saved } from '../seed.ts'
import { type Random, randomOf } from '../storm/random.ts'
import { until } from '../until.ts'

/** `npm run test:sync` runs more rounds beside a larger import. `SYNC_SEED` repeats its choices. */
const rounds = Number(process.env.SYNC_ROUNDS ?? 8)
const rows = Number(process.env.SYNC_ROWS ?? 1500)
const seed = Number(process.env.SYNC_SEED ?? 1)
const writers = 8

let api: Api
beforeAll(async () => {
  api = await startApi({ work: true })
  // Uses one listener for all requests: supertest would open and close one per request.
  await api.app.listen({ port: 0 })
})
afterAll(() => api.close())

/** A copy of the contacts, made from changes only. */
class Mirror {
  readonly records = new Map<number, Saved>()
  readonly #versions = new Map<number, number>()
  #since = ''
  readonly olderAfterNewer: string[] = []
  pages = 0

  async begin(): Promise<void> {
    this.#since = (await api.call('get', '/v1/contacts?changedSince=now').expect(200)).body.changedSince
  }

  /** Reads one page. Returns whether there are more. */
  async readPage(limit: number): Promise<boolean> {
    const { body } = await api.call('get', `/v1/contacts?changedSince=${this.#since}&limit=${limit}`).expect(200)
    const { data, deleted, changedSince, page } = body as {
      data: Saved[]
      deleted: { id: number }[]
      changedSince: string
      page: { next: string | null }
    }
    for (const record of data) {
      const { id, version } = record
      const known = this.#versions.get(id) ?? 0
      if (version < known) this.olderAfterNewer.push(`${id}: ${version} after ${known}`)
      this.#versions.set(id, version)
      this.records.set(id, record)
    }
    for (const { id } of deleted) this.records.delete(id)
    this.#since = changedSince
    this.pages++
    return page.next !== null
  }

  async catchUp(): Promise<void> {
    while (await this.readPage(500));
  }
}

/** Reads all contacts, or those with these ids, by pages of the list. */
async function readList(filter = ''): Promise<Map<number, Saved>> {
  const found = new Map<number, Saved>()
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query: string = cursor ? `&cursor=${cursor}` : `&sort=id${filter}`
    const { body } = await api.call('get', `/v1/contacts?limit=500${query}`).expect(200)
    for (const record of body.data as Saved[]) found.set(record.id, record)
    cursor = body.page.next
  }
  return found
}

/** Changes, deletes or restores some of the contacts. Others may have deleted or restored them. */
async function write(random: Random, ids: readonly number[], name: string): Promise<void> {
  for (let n = 0; n < 3; n++) {
    const [id, other] = [random.pick(ids), random.pick(ids)]
    const data = { lastName: `${name} ${n}` }
    const pair = [...new Set([id, other])].map((one) => ({ op: 'update', id: one, data }))
    const { status } = await random.pick([
      () => api.call('patch', `/v1/contacts/${id}`, data),
      () => api.call('patch', `/v1/contacts/${id}`, { phones: { add: [{ value: `+7945${random.below(1e7)}` }] } }),
      () => api.call('post', '/v1/contacts/batch', { atomic: true, operations: pair }),
      () => api.call('delete', `/v1/contacts/${id}`),
      () => api.call('post', `/v1/recycle-bin/C_${id}/restore`),
    ])()
    expect([200, 204, 404, 409, 422]).toContain(status)
  }
}

async function jobEnded(started: { links: { self: string } }): Promise<Saved> {
  for (;;) {
    const { body } = await api.call('get', `${started.links.self}?wait=5`).expect(200)
    if (!['queued', 'running'].includes(body.status)) return body
  }
}

/** Imports contacts, and deletes some of them. */
async function importAndDelete(): Promise<void> {
  const file = ['Last name,Comment', ...Array.from({ length: rows }, (_, n) => `Imported ${n},Imported`)].join('\n')
  const call = api.call('post', '/v1/contacts/import').set('content-type', 'text/csv')
  const { body: started } = await call.send(file as never).expect(202)
  expect(await jobEnded(started)).toMatchObject({ status: 'completed', result: { created: rows } })
  const some = { filter: { field: 'lastName', op: 'startsWith', value: 'Imported 1' }, delete: true }
  const { body: deletion } = await api.call('post', '/v1/contacts/bulk', some).expect(202)
  expect(await jobEnded(deletion)).toMatchObject({ status: 'completed' })
}

it(
  `a mirror misses nothing beside ${writers} writers, an import and deletions (SYNC_SEED=${seed})`,
  async () => {
    const random = randomOf(seed)
    const mirror = new Mirror()
    await mirror.begin()
    const ids = (await Promise.all(Array.from({ length: 12 }, () => aContact(api)))).map(({ id }) => id)
    const inBackground = importAndDelete()
    for (let round = 0; round < rounds; round++) {
      let isOver = false
      const polling = (async () => {
        while (!isOver) await mirror.readPage(1 + random.below(20))
      })()
      await Promise.all(Array.from({ length: writers }, (_, n) => write(random, ids, `Round ${round}.${n}`)))
      isOver = true
      await polling
      const present = await readList(`&filter[id][in]=${ids}`)
      // The import may still be writing what comes before.
      await until(async () => {
        await mirror.catchUp()
        return ids.every((id) => JSON.stringify(mirror.records.get(id)) === JSON.stringify(present.get(id)))
      })
    }
    await inBackground
    await until(async () => {
      await mirror.catchUp()
      return mirror.records.size === (await readList()).size
    })
    expect([...mirror.records.values()].sort((a, b) => a.id - b.id)).toEqual([...(await readList()).values()])
    expect(mirror.olderAfterNewer).toEqual([])
    expect(mirror.pages).toBeGreaterThan(rounds)
  },
  60_000 + rounds * 10_000,
)
