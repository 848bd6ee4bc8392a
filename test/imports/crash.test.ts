import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { randomOf } from '../storm/random.ts'
import { isOver, Site, type SiteJob, type Victim } from './site.ts'

/** `npm run test:crash` imports more rows and kills more often. `CRASH_SEED` repeats its choices. */
const rows = Number(process.env.CRASH_ROWS ?? 10_000)
const kills = Number(process.env.CRASH_KILLS ?? 3)
const seed = Number(process.env.CRASH_SEED ?? 1)
const patience = 60_000 + kills * 60_000

let site: Site
beforeAll(async () => {
  site = await Site.start()
  site.startWorker()
}, 120_000)
afterAll(() => site.stop(), 60_000)

const until = (id: number, holds: (job: SiteJob) => boolean) => site.until(id, patience, holds)

const csv = { 'content-type': 'text/csv' }

async function startImport(name: string): Promise<SiteJob> {
  const lines = Array.from(
    { length: rows },
    (_, row) => `${name}-${row};${name} ${row};8 945 ${1_000_000 + row};${name}`,
  )
  const body = ['ID;Имя;Рабочий телефон;Комментарий', ...lines].join('\n')
  const job = await site.ask<SiteJob>('/v1/contacts/import', { method: 'POST', body, headers: csv })
  return job!
}

/** What the tables hold of the first rows of a file, each row of which should be there once. */
async function stored(name: string) {
  const [found] = await site.query<Record<string, number>>(
    `with mine as (select id from contact where comment = $1),
      row as (select split_part(key, '-', 2)::int as n from external_id where key like $1 || '-%')
     select (select count(*) from mine)::int as contacts, (select count(*) from row)::int as keys,
       (select count(distinct n) from row)::int as different, (select max(n) + 1 from row)::int as last,
       (select count(*) from communication where type_id = 3 and record_id in (select id from mine))::int as phones,
       (select count(*) from history where type_id = 3 and record_id in (select id from mine))::int as histories`,
    [name],
  )
  return found!
}
const all = (n: number) => ({ contacts: n, keys: n, different: n, last: n, phones: n, histories: n })

it(
  'imports every row exactly once however often the server, the worker or Postgres is killed',
  async () => {
    const random = randomOf(seed)
    const { id } = await startImport('Killed')
    const victims: Victim[] = []
    for (let done = -1; victims.length < kills; ) {
      // A kill counts only if the import was going on.
      const job = await until(id, (job) => isOver(job) || job.progress.done > Math.max(0, done))
      if (isOver(job)) break
      done = job.progress.done
      await pause(random.below(150))
      const victim = random.pick(['server', 'worker', 'postgres'] as const)
      if (random.chance(0.2)) await site.ask(`/v1/jobs/${id}/pause`, { method: 'POST' })
      await site.kill(victim)
      victims.push(victim)
      const now = await until(id, () => true)
      if (now.status === 'paused') await site.ask(`/v1/jobs/${id}/resume`, { method: 'POST' })
    }
    const job = await until(id, isOver)
    expect(job).toMatchObject({
      ...{ status: 'completed', progress: { done: rows, total: rows } },
      result: { rows, created: rows, failed: 0, warnings: 0 },
    })
    expect(await stored('Killed')).toEqual(all(rows))
    expect(victims.length).toBeGreaterThan(0)
  },
  patience,
)

it(
  'keeps exactly the rows that it has counted when it is paused or cancelled',
  async () => {
    const { id } = await startImport('Stopped')
    await until(id, ({ progress }) => progress.done > 0)
    await site.ask(`/v1/jobs/${id}/pause`, { method: 'POST' })
    await Promise.all([site.kill('server'), site.kill('worker')])
    const paused = await until(id, () => true)
    expect(paused.status).toBe('paused')
    expect(await stored('Stopped')).toEqual(all(paused.progress.done))
    expect(paused.progress.done).toBeLessThan(rows)
    await site.ask(`/v1/jobs/${id}/resume`, { method: 'POST' })
    await until(id, ({ progress }) => progress.done > paused.progress.done)
    await site.ask(`/v1/jobs/${id}/cancel`, { method: 'POST' })
    const cancelled = await until(id, isOver)
    expect(cancelled).toMatchObject({ status: 'cancelled', result: { created: cancelled.progress.done } })
    expect(await stored('Stopped')).toEqual(all(cancelled.progress.done))
  },
  patience,
)

/** Everything that a revert has to restore. */
async function everything() {
  const tables = ['contact', 'communication', 'external_id', 'link']
  const found = tables.map(async (table) => {
    const rows = await site.query(`select to_jsonb(t) - '{version,updated_at,updated_by}'::text[] as row
      from ${table} as t order by id`)
    return [table, rows.map(({ row }) => row)] as const
  })
  return Object.fromEntries(await Promise.all(found))
}

it.each(['merge', 'replace'])(
  'writes each row of duplicates once (%s) when parts are killed, and a revert restores what was there',
  async (action) => {
    const people = rows / 20
    const person = (n: number) => `${action}${n}@firm.example`
    const imported = async (lines: string[], query: string) => {
      const body = ['ID;E-mail;Comment', ...lines].join('\n')
      const path = `/v1/contacts/import?duplicateKeys=emails&duplicateAction=${query}`
      return (await site.ask<SiteJob>(path, { method: 'POST', body, headers: csv }))!
    }
    // Half of the people are there before.
    const first = Array.from({ length: people / 2 }, (_, n) => `before-${action}-${n};${person(n)};Before`)
    await until((await imported(first, 'skip')).id, isOver)
    const before = await everything()
    const lines = Array.from({ length: rows / 4 }, (_, n) => `${action}-${n};${person(n % people)};${n}`)
    const { id } = await imported(lines, action)
    for (const victim of ['worker', 'postgres'] as const) {
      const { done } = (await until(id, () => true)).progress
      await until(id, (job) => isOver(job) || job.progress.done > done)
      await site.kill(victim)
    }
    const job = await until(id, isOver)
    const created = people / 2
    expect(job).toMatchObject({
      status: 'completed',
      result: { rows: lines.length, created, updated: lines.length - created, failed: 0, warnings: 0 },
    })
    const [found] = await site.query(
      `select count(*)::int as keys, count(distinct key)::int as different, count(distinct record_id)::int as contacts
        from external_id where key like $1 || '-%'`,
      [action],
    )
    expect(found).toEqual({ keys: lines.length, different: lines.length, contacts: people })
    const comments = await site.query(
      `select comment from contact where id in (
      select record_id from communication where normalized = $1)`,
      [person(people - 1)],
    )
    // Merging keeps the first comment of a new contact, replacing takes the last one.
    const last = action === 'merge' ? people - 1 : lines.length - 1
    expect(comments).toEqual([{ comment: String(last) }])
    const revert = await site.ask<SiteJob>(`/v1/jobs/${id}/revert`, { method: 'POST' })
    expect(await until(revert!.id, isOver)).toMatchObject({ status: 'completed', result: { left: 0 } })
    expect(await everything()).toEqual(before)
  },
  patience,
)
