import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { aCompany } from '../seed.ts'
import { type ServerProcess, start, urlOf } from '../server-process.ts'
import { wrongsIn } from './wrongs.ts'

/** How often a server is killed. */
const kills = Number(process.env.MERGE_KILLS ?? 2)
const dealsOfCompany = 200

let api: Api
let folder: string
const servers: ServerProcess[] = []
beforeAll(async () => {
  api = await startApi()
  folder = await mkdtemp(join(tmpdir(), 'kartoteka-merges-'))
})
afterAll(async () => {
  for (const server of servers) server.kill('SIGKILL')
  await api.close()
  await rm(folder, { recursive: true })
})

/** Creates two companies. The second one has deals. */
async function aPair(): Promise<[survivor: number, other: number]> {
  const [survivor, other] = [await aCompany(api), await aCompany(api)]
  const operations = Array.from({ length: dealsOfCompany }, () => ({ op: 'create', data: { companyId: other.id } }))
  await api.call('post', '/v1/deals/batch', { operations }).expect(200)
  return [survivor.id, other.id]
}

it('a server that is killed leaves whole merges only', async () => {
  let made = 0
  for (let round = 0; round < kills; round++) {
    const pairs = await Promise.all(Array.from({ length: 6 }, aPair))
    const url = await start({ DATABASE_URL: urlOf(api.connection), DATA_DIR: folder }, [], servers)
    const server = servers.at(-1)!
    const merges = pairs.map(async ([survivorId, id]) => {
      const body = JSON.stringify({ survivorId, ids: [id] })
      const headers = { authorization: `Bearer ${api.key}`, 'content-type': 'application/json' }
      return (await fetch(`${url}/v1/companies/merge`, { method: 'POST', headers, body })).status
    })
    // The other merges are not over when the first one is.
    await Promise.any(merges)
    server.kill('SIGKILL')
    await Promise.allSettled([...merges, once(server, 'exit')])
    // Waits for the transactions of the killed server.
    await api.pool.query('select id from company order by id for update')
    for (const [survivorId, id] of pairs) {
      const { rows } = await api.pool.query<{ merged: boolean; moved: number }>(
        `select merged_into is not null as merged, (select count(*)::int from deal where company_id = $1) as moved
         from company where id = $2`,
        [survivorId, id],
      )
      const [{ merged, moved }] = rows as [(typeof rows)[number]]
      expect(moved).toBe(merged ? dealsOfCompany : 0)
      if (merged) made++
    }
    expect(await wrongsIn(api)).toEqual([])
  }
  expect(made).toBeGreaterThan(0)
}, 600_000)
