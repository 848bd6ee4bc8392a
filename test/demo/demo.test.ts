import { execFile } from 'node:child_process'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { calendarOf } from '../../demo/calendar.ts'
import { chanceOf } from '../../demo/chance.ts'
import { makeClients } from '../../demo/clients.ts'
import { makeSales } from '../../demo/sales.ts'
import type { Company } from '../../demo/settings.ts'
import { type Api, aUser, startApi } from '../api.ts'
import type { Saved } from '../seed.ts'

let api: Api
beforeAll(async () => {
  api = await startApi({ work: true })
  await api.app.listen({ port: 0, host: '127.0.0.1' })
})
afterAll(() => api.close())

/** Runs the demo, and returns what it prints. */
async function demo(key: string, ...options: string[]) {
  const { port } = api.app.server.address() as AddressInfo
  const env = { ...process.env, URL: `http://127.0.0.1:${port}`, KEY: key }
  const run = promisify(execFile)(process.execPath, ['demo/demo.ts', ...options], { env })
  return await run.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  )
}

const get = async (path: string) => (await api.call('get', `/v1/${path}`).expect(200)).body

it('fills an empty database with a year of a company, and refuses one that is not empty', async () => {
  const { key: limited } = await aUser(api.db, { lastName: 'Limited' })
  expect(await demo(limited)).toMatchObject({ code: 1, stderr: expect.stringMatching(/administrator|403/) })
  expect(await demo(api.key, '--seed', 'x')).toMatchObject({ code: 1, stderr: 'The seed must be a whole number.\n' })

  const { code, stdout, stderr } = await demo(api.key)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(/^6 employees.*\n41 companies\n\d+ contacts\n120 leads\n240 deals\n\d+ quotes\n\d+ invoices\n/)
  expect((await get('jobs?limit=10')).data.every(({ status }: Saved) => status === 'completed')).toBe(true)

  const { data: deals } = await get('deals?limit=500&expand=company')
  expect(deals).toHaveLength(243)
  const months = (name: string) =>
    new Set(deals.flatMap((deal: Saved) => (deal[name] as string | null)?.slice(0, 7) ?? []))
  expect(months('createdAt').size).toBeGreaterThanOrEqual(12)
  expect(months('closedAt').size).toBeGreaterThanOrEqual(11)
  expect(new Set(deals.map(({ stageId }: Saved) => stageId)).size).toBe(8)
  expect(new Set(deals.map(({ currency }: Saved) => currency))).toEqual(new Set(['RUB', 'USD']))
  const titles = deals.map(({ title }: Saved) => title).join()
  expect(titles).toMatch(/Стеллажи для склада/)
  expect(titles).toMatch(/Desks for an office/)

  // The moves of today are in the stage history.
  const moved = deals.find(({ version, stageSemantic }: Saved) => version === 2 && stageSemantic === 'process')
  expect((await get(`deals/${moved.id}/stage-history`)).data).toMatchObject([{ kind: 'moved' }, { kind: 'created' }])

  const { rows } = await get('analytics/trends?period=last365Days&groupBy=month')
  expect(rows.length).toBeGreaterThanOrEqual(12)

  expect(await demo(api.key)).toMatchObject({
    ...{ code: 1, stdout: '' },
    stderr: 'The database already has contacts. The demo fills an empty one only.\n',
  })
})

it('makes the same records for the same seed', () => {
  const stages = [
    ...[
      { id: 'NEW', semantic: 'process' as const },
      { id: 'WON', semantic: 'success' as const },
    ],
    { id: 'LOSE', semantic: 'failure' as const },
  ]
  const pipeline = { id: 3, stages }
  const pipelines = { lead: pipeline, deal: pipeline, quote: pipeline, invoice: pipeline }
  const company: Company = { sellers: [3, 5], pipelines, currencies: { own: 'RUB', foreign: 'USD' } }
  const rowsOf = (seed: number) => {
    const chance = chanceOf(seed)
    const calendar = calendarOf(new Date('2026-11-30T12:00:00Z'), chance)
    const making = { chance, calendar, company, idOf: (place: number) => 2 * place + 1 }
    const { clients, ...rows } = makeClients(making, 20)
    return { ...rows, ...makeSales(making, clients, 50) }
  }
  expect(rowsOf(7)).toEqual(rowsOf(7))
  expect(rowsOf(8)).not.toEqual(rowsOf(7))
  for (const { createdAt, movedAt, closedAt } of rowsOf(7).deals) {
    expect(String(movedAt) >= String(createdAt)).toBe(true)
    expect(closedAt === null || String(closedAt) <= '2026-11-30T12').toBe(true)
  }
})
