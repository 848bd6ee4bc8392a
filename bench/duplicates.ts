import { execFileSync } from 'node:child_process'
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { callerOf, type Send } from './caller.ts'
import { type FinishedJob, waitForJob } from './jobs.ts'
import { memoryOf, peakOf, resetPeak } from './measure.ts'
import { readOptions } from './options.ts'
import { key, runBenchmark, say, serve } from './run.ts'
import { goalTable } from './table.ts'
import { below, besideReads, quantile, timed } from './times.ts'

// Finds and merges the duplicates of generated contacts, of which 15 % are duplicates of another one.

/** Generates contacts with duplicates. It is kept beside the repository, with the sets of known duplicates. */
const generator = join(import.meta.dirname, '../../shared/data/generate.mjs')
const { rows } = readOptions()
const [changed, checks, merges, automatic, perSecond] = [1000, 300, 300, 3000, 20]
const headers = { authorization: `Bearer ${key}` }

await runBenchmark(async (run) => {
  execFileSync(process.execPath, [
    generator,
    '--entity',
    'contacts',
    '--n',
    `${rows}`,
    '--out',
    run.folder,
    '--no-expected',
  ])
  const { server, pool } = await serve(run, { connections: 1 })
  const send = callerOf(server, key)
  say(`importing ${rows} contacts`)
  const imported = await importFile(server.url, join(run.folder, 'contacts.csv'))
  say(`${imported.progress.rate} rows per second; ${JSON.stringify({ ...imported.result, columns: undefined })}`)
  const { rows: stored } = await pool.query<{ id: number }>(
    'select id::integer from contact where last_name is not null order by random() limit $1',
    [checks + changed],
  )
  const ids = stored.map(({ id }) => id)
  await resetPeak(server.pid)
  const idle = memoryOf(server.pid)
  const [full, waits] = await besideReads(
    { items: ids, perSecond, read: (id) => send('GET', `/v1/contacts/${id}`) },
    () => scan(server.url),
  )
  const peak = peakOf(server.pid)
  say(`full scan: ${JSON.stringify(full.result)}; memory ${idle} MB before`)
  const times = await timed(ids.slice(0, checks), (id) => send('POST', '/v1/contacts/duplicates/check', { id }))
  say('changing contacts')
  for (const id of ids.slice(checks))
    await send('PATCH', `/v1/contacts/${id}`, {
      position: `changed ${id}`,
      phones: { add: [{ value: `+7 495 ${1_000_000 + id}` }] },
    })
  const later = await scan(server.url)
  say(`later scan: ${JSON.stringify(later.result)}`)
  const { data } = (await send('GET', `/v1/contacts/duplicates/groups?limit=${merges}`)) as { data: { id: number }[] }
  const merged = await timed(
    data.map(({ id }) => id),
    (id) => send('POST', `/v1/contacts/duplicates/groups/${id}/merge`, {}),
  )
  const automaticRate = await mergeAutomatically(send, automatic)
  const minutes = merged.reduce((sum, ms) => sum + ms, 0) / 60_000
  const goals = [
    below('full scan', full.seconds, 600, 's'),
    below('memory during the scan', peak ?? Number.NaN, 600, 'MB'),
    below('p99 of GETs during the scan', quantile(waits, 0.99), 150, 'ms'),
    below(`scan after ${changed} changes`, later.seconds, 10, 's'),
    below('check, median', quantile(times, 0.5), 20, 'ms'),
  ]
  goals.push(rateGoal('merges', data.length / minutes), rateGoal('automatic merges', automaticRate))
  console.log(goalTable(goals))
})

/** Imports a file without any options and waits for the end of the job. */
async function importFile(url: string, file: string): Promise<FinishedJob> {
  const body = createReadStream(file) as never
  const init = { method: 'POST', headers: { ...headers, 'content-type': 'text/csv' }, body, duplex: 'half' } as never
  return await waitForJob(await fetch(`${url}/v1/contacts/import`, init), url, key)
}

async function scan(url: string): Promise<FinishedJob & { seconds: number }> {
  const started = performance.now()
  const init = { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: '{}' }
  const job = await waitForJob(await fetch(`${url}/v1/contacts/duplicates/scan`, init), url, key)
  if (job.status !== 'completed') throw new Error(`scan: ${JSON.stringify(job)}`)
  return { ...job, seconds: (performance.now() - started) / 1000 }
}

/** Merges what the scan found until there are so many merges. Returns the merges a minute, once the groups are known. */
async function mergeAutomatically(send: Send, most: number): Promise<number> {
  let job = (await send('POST', '/v1/contacts/duplicates/merge')) as MergeJob
  let started = performance.now()
  while (['queued', 'running'].includes(job.status) && job.result.merged < most) {
    if (job.progress.total === null) started = performance.now()
    await pause(100)
    job = (await send('GET', `/v1/jobs/${job.id}`)) as MergeJob
  }
  const minutes = (performance.now() - started) / 60_000
  say(`automatic merging: ${job.status} ${JSON.stringify(job.result)}`)
  if (job.status === 'running') await send('POST', `/v1/jobs/${job.id}/cancel`)
  return job.result.merged / minutes
}

/** A job that merges automatically. */
interface MergeJob {
  id: number
  status: string
  progress: { total: number | null }
  result: { merged: number }
}

function rateGoal(what: string, rate: number) {
  return { what, wanted: '> 1000 a minute', found: rate.toFixed(0), isMet: rate > 1000 }
}
