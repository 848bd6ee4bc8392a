import type { Database } from '../src/database/connect.ts'
import { CatalogueCache } from '../src/entities/catalogue.ts'
import { systemTypes } from '../src/entities/types.ts'
import { identifyUser } from '../src/people/caller.ts'
import { AccessMaker } from '../src/rights/access.ts'
import { spreadOf } from './measure.ts'
import { readOptions } from './options.ts'
import { foundOrganisation, type Member, rolesOfMany } from './organisation.ts'
import { loadRows } from './rows.ts'
import { key, runBenchmark, say, serve } from './run.ts'
import { table } from './table.ts'

const { rows } = readOptions()
const times = 60
/** Every connection of the server plans a statement several times before it keeps the plan. */
const warmUp = 120

/** What every member is asked for: the median time in milliseconds is compared with that of the administrator. */
const requests = {
  list: () => '/v1/deals?limit=50',
  'by creation': () => '/v1/deals?limit=50&sort=-createdAt',
  'by amount': () => '/v1/deals?limit=50&sort=-amount',
  'of a stage': () => '/v1/deals?limit=50&filter[stageId]=EXECUTING',
  get: (ids: readonly number[], n: number) => `/v1/deals/${ids[n % ids.length]}`,
  count: () => '/v1/deals?limit=1&count=exact',
}

await runBenchmark(async (run) => {
  const { server, databaseUrl, db, pool } = await serve(run, { connections: 2 })
  say(`loading ${rows} contacts, companies and deals`)
  await loadRows(pool, rows, 'comment')
  say('founding the organisation')
  const members = [{ name: 'administrator', key }, ...(await foundOrganisation(pool))]
  if (process.env.BENCH_WAIT) say(`waiting: ${databaseUrl} ${server.url}`)
  const medians = await measure(server.url, members)
  const [base = []] = medians
  const found = members.map(({ name }, at) => [
    name,
    ...medians[at]!.map((ms, what) => `${ms.toFixed(1)} (${(ms / base[what]!).toFixed(2)})`),
  ])
  await compile(db)
  console.log(table(['p50 ms (of administrator)', ...Object.keys(requests)], found))
  if (process.env.BENCH_WAIT) await new Promise((resolve) => setTimeout(resolve, Number(process.env.BENCH_WAIT) * 1000))
})

/** Prints how long it takes to read the rights of a user and to make a grant, and to find a kept one. */
async function compile(db: Database): Promise<void> {
  const maker = new AccessMaker(db, new CatalogueCache(db, systemTypes))
  await maker.of(db, rolesOfMany[0]!)
  const [made, kept]: [number[], number[]] = [[], []]
  for (const userId of rolesOfMany.slice(1)) {
    const identified = (await identifyUser(db, userId))!
    for (const spent of [made, kept]) {
      const started = performance.now()
      const access = await maker.make(identified, 'en')
      access.grant('deal')
      spent.push(performance.now() - started)
    }
  }
  console.log(`grant: ${spreadOf(made).median.toFixed(2)} ms, kept: ${spreadOf(kept).median.toFixed(3)} ms\n`)
}

/** Returns the median of each request for each member. The members take turns, so that all meet the same server. */
async function measure(url: string, members: readonly Member[]): Promise<number[][]> {
  const ids = new Map<Member, number[]>()
  for (const member of members) {
    const { data } = JSON.parse(await get(url, member, '/v1/deals?limit=50&fields=id')) as { data: { id: number }[] }
    ids.set(
      member,
      data.map(({ id }) => id),
    )
  }
  const medians = members.map((): number[] => [])
  for (const [what, pathOf] of Object.entries(requests)) {
    const spent = members.map((): number[] => [])
    const isCount = what === 'count'
    for (let n = isCount ? -3 : -warmUp; n < (isCount ? 8 : times); n++) {
      for (const [at, member] of members.entries()) {
        const started = performance.now()
        await get(url, member, pathOf(ids.get(member)!, Math.max(0, n)))
        if (n >= 0) spent[at]!.push(performance.now() - started)
      }
    }
    for (const [at, one] of spent.entries()) medians[at]!.push(spreadOf(one).median)
  }
  return medians
}

async function get(url: string, { name, key }: Member, path: string): Promise<string> {
  const answer = await fetch(url + path, { headers: { authorization: `Bearer ${key}` } })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${name} ${path}: ${answer.status} ${text.slice(0, 300)}`)
  return text
}
