import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { isOver, Site, type SiteJob } from '../../imports/site.ts'

const pairs = Number(process.env.CRASH_PAIRS ?? 120)
const kills = Number(process.env.CRASH_KILLS ?? 3)
const patience = 120_000 + kills * 60_000

let site: Site
beforeAll(async () => {
  site = await Site.start()
  site.startWorker()
}, 120_000)
afterAll(() => site.stop(), 60_000)

const until = (id: number, holds: (job: SiteJob) => boolean) => site.until(id, patience, holds)

const json = { 'content-type': 'application/json' }
const last = ['Ivanov', 'Orlov', 'Sidorov', 'Kuznetsov', 'Volkov', 'Belov', 'Titov', 'Zuev', 'Gromov', 'Lazarev']
const first = [
  'Alexander',
  'Peter',
  'Igor',
  'Oleg',
  'Boris',
  'Gleb',
  'Vadim',
  'Timur',
  'Makar',
  'Savva',
  'Yuri',
  'Zakhar',
]

/** Creates pairs of contacts, each with a deal. */
async function createPairs(): Promise<void> {
  const operations = Array.from({ length: 2 * pairs }, (_, row) => {
    const n = Math.floor(row / 2)
    const data = {
      ...{
        lastName: last[n % 10],
        firstName: first[Math.floor(n / 10) % 12],
        birthDate: `19${50 + (n % 50)}-0${1 + (n % 9)}-11`,
      },
      ...{
        phones: [{ value: `+7 945 ${1_000_000 + n * 7919}` }],
        emails: [{ value: `person${n * 31}@host${n}.example` }],
      },
    }
    return { op: 'create', type: 'contact', as: `c${row}`, data }
  })
  const deals = operations.map(({ as }) => ({ op: 'create', type: 'deal', data: { contacts: [{ id: { $ref: as } }] } }))
  const body = JSON.stringify({ operations: [...operations, ...deals] })
  expect(await site.ask('/v1/batch', { method: 'POST', body, headers: json })).toBeDefined()
}

it(
  'merges each group once and as a whole, however often the worker or Postgres is killed',
  async () => {
    await createPairs()
    const scan = await site.ask<SiteJob>('/v1/contacts/duplicates/scan', { method: 'POST' })
    expect((await until(scan!.id, isOver)).status).toBe('completed')
    const { id } = (await site.ask<SiteJob>('/v1/contacts/duplicates/merge', { method: 'POST' }))!
    for (let killed = 0, done = 1; killed < kills; killed++) {
      const job = await until(id, (now) => isOver(now) || now.progress.done > done)
      if (isOver(job)) break
      done = job.progress.done
      await site.kill(killed % 2 ? 'postgres' : 'worker')
    }
    const { status, progress, result } = await until(id, isOver)
    expect({ status, progress }).toMatchObject({ status: 'completed', progress: { done: pairs + 1, total: pairs + 1 } })
    expect(result).toMatchObject({ groups: pairs, merged: pairs, mergedRecords: pairs })
    const [found] = await site.query(`select
      (select count(*) from record_merge where job_id = ${id})::int as merges,
      (select count(distinct survivor_id) from record_merge)::int as survivors,
      (select count(*) from contact where merged_into is null)::int as live,
      (select count(*) from contact join merge_source as one on one.record_id = contact.id
        join record_merge as merge on merge.id = one.merge_id and merge.survivor_id = contact.merged_into)::int as merged,
      (select count(*) from link join contact on contact.id = link.to_id
        where link.to_type = 3 and contact.merged_into is null)::int as links`)
    expect(found).toEqual({ merges: pairs, survivors: pairs, live: pairs, merged: pairs, links: 2 * pairs })
  },
  patience,
)
