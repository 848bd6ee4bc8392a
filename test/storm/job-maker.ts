import type { Saved } from '../seed.ts'
import { changing, type Kept, type Plural, plurals } from './account.ts'
import { type Action, type Actor, newComment, newRecord } from './actor.ts'
import { passingValues } from './passing-values.ts'
import { keep } from './writer.ts'

/** A job as the API returns it. */
export interface Job {
  id: number
  status: string
  errorCode: string | null
  result: Record<string, number>
}

const over = ['completed', 'completedWithErrors', 'failed', 'cancelled']
const patience = 120_000

/** Waits for the end of a job and returns it. */
export async function ended({ client, account }: Pick<Actor, 'client' | 'account'>, id: number): Promise<Job> {
  account.jobs.add(id)
  const until = performance.now() + patience
  for (;;) {
    const { body, text } = await client.send<Job>({ method: 'GET', path: `/v1/jobs/${id}?wait=10` }, '200')
    if (body.errorCode === 'internal_error') throw new Error(`The job ${id} failed: ${text}`)
    if (over.includes(body.status)) return body
    if (performance.now() > until) throw new Error(`The job ${id} does not end: ${text}`)
  }
}

/** Returns some records of the actor. */
function several(actor: Actor, plural: Plural, most: number): Kept[] {
  const { records } = actor.account
  const own = records.filter((kept) => kept.owner === actor.name && kept.plural === plural && kept.place === 'there')
  return own.slice(0, 1 + actor.random.below(Math.min(most, own.length || 1)))
}

async function start(actor: Actor, path: string, body: unknown, ...more: string[]): Promise<Job | undefined> {
  const answer = await actor.client.send<Job>({ method: 'POST', path, body }, '202', ...more)
  if (answer.status !== 202) return
  if (actor.random.chance(0.1)) {
    const cancel = `/v1/jobs/${answer.body.id}/cancel`
    await actor.client.send({ method: 'POST', path: cancel }, '200', '409 job_not_cancellable')
  }
  const job = await ended(actor, answer.body.id)
  await actor.client.send({ method: 'GET', path: `/v1/jobs/${job.id}/errors` }, '200')
  return job
}

/** Comments many records, and reverts half of these jobs. */
async function setAll(actor: Actor): Promise<void> {
  const plural = actor.random.pick(plurals)
  const records = several(actor, plural, 400)
  if (!records.length) return
  const values = passingValues(actor.account, plural, actor.random)
  const comment = newComment(actor)
  const before = records.map(({ comments }) => comments)
  const body = { ids: records.map(({ id }) => id), set: { comment, userFields: values.userFields } }
  const path = `/v1/${plural}/bulk`
  await actor.client.send({ method: 'POST', path: `${path}?dryRun=true`, body }, '200', '422 userFields')
  const job = await start(actor, path, body, '422 userFields')
  if (!job) return
  values.acknowledge()
  const isWhole = job.status === 'completed'
  for (const kept of records) kept.comments = isWhole ? [comment] : [...kept.comments, comment]
  if (!isWhole || actor.random.chance(0.5)) return
  const undoing = await start(actor, `/v1/jobs/${job.id}/revert`, undefined)
  const isUndone = undoing?.status === 'completed'
  records.forEach((kept, index) => {
    kept.comments = isUndone ? before[index]! : [...before[index]!, comment]
  })
}

/** Deletes records and restores most of them. */
async function deleteAll(actor: Actor): Promise<void> {
  const plural = actor.random.pick(plurals)
  const records = several(actor, plural, 50)
  if (!records.length) return
  for (const kept of records) kept.deletedAt = performance.now()
  const job = await start(actor, `/v1/${plural}/bulk`, { ids: records.map(({ id }) => id), delete: true })
  if (job?.status === 'completed' && actor.random.chance(0.7)) {
    await start(actor, `/v1/jobs/${job.id}/revert`, undefined)
  }
  for (const kept of records) await lookWhere(actor, kept)
}

/** Updates the account after a job that may be cancelled, or that ran while the recycle bin was emptied. */
async function lookWhere(actor: Actor, kept: Kept): Promise<void> {
  const ask = { method: 'GET' as const, path: `/v1/${kept.plural}/${kept.id}` }
  kept.place = (await actor.client.send(ask, '200', '404 record_not_found')).status === 200 ? 'there' : 'binned'
}

/** Writes the source into all records of all actors. */
async function describeAll(actor: Actor): Promise<void> {
  const plural = actor.random.pick(plurals)
  const filter = { field: 'comment', op: 'startsWith', value: actor.random.pick(['writer', 'jobs', 'x']) }
  await start(actor, `/v1/${plural}/bulk`, { filter, set: { sourceDescription: newComment(actor) } })
}

/** Imports records of any type and checks every one. */
async function importAll(actor: Actor): Promise<void> {
  const plural = actor.random.pick(plurals)
  const made = Array.from({ length: 10 + actor.random.below(90) }, () => newRecord(actor, plural))
  const [name = ''] = Object.keys(made[0]!.body)
  const values = passingValues(actor.account, plural, actor.random)
  const text = Object.entries(values.userFields).filter(([, value]) => typeof value === 'string')
  const rows = made.map((record) => [record.name, record.name, ...text.map(([, value]) => value)].join(';'))
  const head = [name, 'comment', ...text.map(([code]) => `userFields.${code}`)].join(';')
  const ask = {
    ...{
      method: 'POST' as const,
      path: `/v1/${plural}/import?delimiter=%3B&header=true`,
      body: [head, ...rows].join('\n'),
    },
    headers: { 'content-type': 'text/csv' },
  }
  const { body } = await actor.client.send<Job>(ask, '202')
  const job = await ended(actor, body.id)
  if (job.status === 'failed' || job.result.created !== made.length) {
    const { text: errors } = await actor.client.send({ method: 'GET', path: `/v1/jobs/${job.id}/errors` }, '200')
    throw new Error(`An import of ${made.length} rows (${head}) ended with ${JSON.stringify(job)}\n${errors}`)
  }
  await findImported(actor, plural, made)
}

async function findImported(actor: Actor, plural: Plural, made: { name: string }[]): Promise<void> {
  const [field] = Object.keys(newRecord(actor, plural).body)
  const filter = { field, op: 'in', value: made.map(({ name }) => name) }
  const ask = { method: 'POST' as const, path: `/v1/${plural}/search`, body: { filter, limit: 500 } }
  const { body } = await actor.client.send<{ data: Saved[] }>(ask, '200')
  if (body.data.length !== made.length) throw new Error(`${made.length} rows became ${body.data.length} records`)
  for (const { id, ...record } of body.data) {
    const { created: _, ...kept } = keep(actor, plural, { ...record, id } as Saved)
    actor.account.records.splice(-1, 1, kept)
  }
}

async function emptyBin(actor: Actor): Promise<void> {
  const emptying = { from: performance.now(), to: Number.POSITIVE_INFINITY }
  actor.account.emptyings.push(emptying)
  const ask = { method: 'DELETE' as const, path: '/v1/recycle-bin' }
  const { body } = await actor.client.send<Job>(ask, '202')
  await ended(actor, body.id)
  emptying.to = performance.now()
}

async function enumerate(actor: Actor): Promise<void> {
  const field = actor.account.fields.find(({ kind, options }) => kind === 'enumeration' && options.length)
  const records = field ? several(actor, field.plural, 500) : []
  if (!field || !records.length) return
  const value = actor.random.pick(field.options)
  const userFields = { [field.code]: field.multiple ? [value] : value }
  await start(
    actor,
    `/v1/${field.plural}/bulk`,
    { ids: records.map(({ id }) => id), set: { userFields } },
    '422 userFields',
  )
}

/** Creates enough records for a job that takes a while. */
export async function prepareJobs(actor: Actor, count: number): Promise<void> {
  for (const plural of changing) {
    const operations = Array.from({ length: count }, () => ({ op: 'create', data: newRecord(actor, plural).body }))
    const ask = { method: 'POST' as const, path: `/v1/${plural}/batch`, body: { operations } }
    const { body } = await actor.client.send<{ results: { record: Saved }[] }>(ask, '200')
    for (const { record } of body.results) keep(actor, plural, record)
  }
}

/** Actions of the job maker. */
export const jobMaking: Action[] = [
  { weight: 6, run: setAll },
  { weight: 4, run: enumerate },
  { weight: 2, run: deleteAll },
  { weight: 3, run: describeAll },
  { weight: 3, run: importAll },
  { weight: 1, run: emptyBin },
]
