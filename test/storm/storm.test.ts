import { afterAll, beforeAll, expect, it } from '@jest/globals'
import type { Saved } from '../seed.ts'
import { changing, newAccount, plurals, types } from './account.ts'
import { type Actor, act } from './actor.ts'
import { batches } from './batches.ts'
import { bothSay, type Checker, faultsOf } from './checks.ts'
import { type Called, type Client, clientOf, operations } from './client.ts'
import { readStoredState } from './ground.ts'
import { ended, jobMaking, prepareJobs } from './job-maker.ts'
import { linkFaults } from './link-checks.ts'
import { modelling } from './modeller.ts'
import { randomOf } from './random.ts'
import { reading } from './reader.ts'
import { type Servers, startServers } from './servers.ts'
import { typeMaking } from './type-maker.ts'
import { writing } from './writer.ts'

const seconds = Number(process.env.STORM_SECONDS ?? 12)
const seed = Number(process.env.STORM_SEED ?? Math.floor(Math.random() * 2 ** 31))
const isLong = seconds >= 120

let servers: Servers
const called: Called = new Map()
const account = newAccount()
beforeAll(async () => {
  servers = await startServers()
}, 60_000)
afterAll(() => servers?.stop())

const actorOf = (name: string, index: number): Actor => ({
  ...{ name, account, random: randomOf(seed + 2 * index) },
  client: clientOf(servers, name, seed + 2 * index + 1, called),
})

it(
  `loses nothing while everybody does everything at once on two servers (STORM_SEED=${seed})`,
  async () => {
    const names = ['writer1', 'writer2', 'jobs', 'model', 'types']
    const [first, second, jobs, model, typeMaker] = names.map(actorOf) as Actor[]
    await prepare(model!)
    await prepareJobs(jobs!, isLong ? 1000 : 50)
    const until = performance.now() + seconds * 1000
    const failures: string[] = []
    const isOver = () => failures.length >= 5 || performance.now() > until
    const atWork = (actor: Actor, deeds: typeof writing) =>
      act(actor, deeds, isOver, (failure) => failures.push(failure))
    const oneByOne = [...writing, ...batches, ...reading]
    await Promise.all([
      ...[atWork(first!, oneByOne), atWork(second!, oneByOne)],
      ...[atWork(jobs!, jobMaking), atWork(model!, modelling), atWork(typeMaker!, typeMaking)],
    ])
    if (isLong) report()
    expect(failures).toEqual([])
    await check(clientOf(servers, 'checker', seed - 1, new Map()))
    expect(servers.logged('"level":50')).toEqual([])
    const areas = [
      'Records',
      'Recycle bin',
      'Files',
      'Jobs',
      ...plurals.map((name) => name[0]!.toUpperCase() + name.slice(1)),
    ]
    const never = operations.filter(({ tag, operationId }) => areas.includes(tag!) && !called.has(operationId))
    if (isLong) expect(never.map(({ operationId }) => operationId)).toEqual([])
  },
  seconds * 3000 + 300_000,
)

/** Prints what was done. */
function report(): void {
  const counts = [...called].sort(([, one], [, other]) => other - one)
  const total = counts.reduce((sum, [, count]) => sum + count, 0)
  const each = counts.map(([operation, count]) => `${operation} ${count}`).join(', ')
  const { records, jobs } = account
  process.stdout.write(
    `${total} requests in ${seconds} seconds (STORM_SEED=${seed}), ${records.length} records, ${jobs.size} jobs: ${each}\n`,
  )
}

/** Permanent fields, and the stages of each type. */
async function prepare({ client }: Actor): Promise<void> {
  for (const plural of changing) {
    const body = { code: 'counter', kind: 'integer', label: 'Counter' }
    await client.send({ method: 'POST', path: `/v1/types/${types[plural].code}/fields`, body }, '201')
  }
  for (const { code, stages, name } of Object.values(types)) {
    const path = `/v1/types/${code}/pipelines`
    if (name !== 'title' || code === 'company') continue
    const pipelines = await client.send<{ data: Saved[] }>({ method: 'GET', path }, '200')
    const found = await client.send<{ data: { id: string; semantic: string }[] }>(
      { method: 'GET', path: `${path}/${pipelines.body.data[0]!.id}/stages` },
      '200',
    )
    const { data } = found.body
    ;(stages as string[]).push(...data.map(({ id }) => id))
  }
}

async function check(client: Client): Promise<void> {
  for (const id of account.jobs) await ended({ client, account }, id)
  const ground = await readStoredState(servers)
  const checker: Checker = { account, client, ground }
  const faults = [...ground.faults]
  const note = (error: Error) => {
    faults.push(error.message)
    return []
  }
  for (const plural of plurals) {
    for (const path of [`/v1/types/${types[plural].code}/fields`, `/v1/${plural}?limit=500&count=exact`]) {
      await bothSay(checker, path, '200').catch(note)
    }
  }
  const left = account.records.values()
  const lookAtSome = async () => {
    for (const kept of left) faults.push(...(await faultsOf(checker, kept).catch(note)))
  }
  await Promise.all([1, 2, 3, 4].map(lookAtSome))
  for (const [path, id] of account.keys) {
    const { body } = await bothSay<Saved>(checker, path, '200')
    if (body.id !== id) faults.push(`${path} is ${id} and ${body.id}`)
  }
  faults.push(...(await linkFaults(checker)))
  expect(faults).toEqual([])
  for (const plural of plurals) {
    const { body } = await bothSay<{ total: number }>(checker, `/v1/${plural}?limit=1&count=exact`, '200')
    const there = account.records.filter((kept) => kept.plural === plural && kept.place === 'there').length
    const keyed = [...account.keys.keys()].filter((path) => path.startsWith(`/v1/${plural}/`)).length
    expect([plural, body.total]).toEqual([plural, there + keyed])
  }
}
