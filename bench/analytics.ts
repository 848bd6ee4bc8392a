import { callerOf, type Send } from './caller.ts'
import { peakOf } from './measure.ts'
import { readOptions } from './options.ts'
import type { Member } from './organisation.ts'
import { key, runBenchmark, say, serve } from './run.ts'
import { addReader, loadSales } from './sales-rows.ts'
import { type Goal, goalTable, table } from './table.ts'
import { below, besideReads, quantile, timed } from './times.ts'

// Measures the reports and queries that the document of the server has, for an administrator and a restricted reader.

const { rows, only } = readOptions({ rows: 1_000_000 })
const [warmUps, times, lists] = [3, 9, 5]
const [readSeconds, readsPerSecond] = [15, 20]
const periods = ['lastMonth', 'lastQuarter', 'lastYear']

/** A request for a report or a query, and the most that the median time may be. */
interface Asked {
  name: string
  most: number
  send(send: Send): Promise<unknown>
}

/** The times of a request for a reader, and those of the lists of its cells. Without times, why it failed. */
interface Found {
  reader: string
  asked: Asked
  spent: number[]
  listed: number[]
  failure?: string
}

/** Queries with one group. The path of the query is in the document. */
const queries: Record<string, object> = {
  'query by responsible': { groupBy: [{ field: 'responsibleId' }] },
  'query by stage': { groupBy: [{ field: 'stageId' }] },
  'query by month': { groupBy: [{ field: 'createdAt', bucket: 'month' }] },
  'query by industry of the company': { groupBy: [{ field: 'company.industry' }] },
  'query by source, won last year': { groupBy: [{ field: 'source' }], filter: { event: 'won', period: 'lastYear' } },
}
const measures = [{ fn: 'count' }, { fn: 'sum', field: 'amount' }]

await runBenchmark(async (run) => {
  const { server, pool } = await serve(run, { connections: 1 })
  say(`loading ${rows} deals`)
  await loadSales(pool, rows)
  const { rows: loaded } =
    await pool.query(`select stage_semantic, count(*)::integer as deals, sum(version)::integer as moves
    from deal group by 1 order by 1`)
  say(JSON.stringify(loaded))
  const members = [{ name: 'administrator', key }, await addReader(pool)]
  const asked = (await requestsOf(server.url)).filter(({ name }) => !only || only.some((one) => name.startsWith(one)))
  const found: Found[] = []
  for (const one of asked) {
    say(one.name)
    for (const member of members) found.push(await measure(server.url, member, one))
  }
  console.log(`${foundTable(found)}\n`)
  const peak = peakOf(server.pid)
  const waits = asked.some(({ name }) => name in queries) ? await waitsOf(server.url) : []
  console.log(goalTable(goalsOf(found, peak, waits)))
})

/** Returns the requests for what the server has. */
async function requestsOf(url: string): Promise<Asked[]> {
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as {
    paths: Record<string, { get?: { parameters?: { name: string; in: string; schema?: { enum?: string[] } }[] } }>
  }
  const paths = Object.entries(document.paths).filter(([path]) => path.startsWith('/v1/analytics/'))
  const reports = paths.flatMap(([path, { get }]) => {
    if (!get) return []
    const { parameters = [] } = get
    const inPath = parameters.filter((one) => one.in === 'path')
    const names = inPath[0]?.schema?.enum
    const isReport = parameters.some(({ name }) => name === 'timeZone')
    if (!isReport || inPath.length > 1 || (inPath.length && !names)) return []
    const hasPeriod = parameters.some(({ name }) => name === 'period')
    const all = names?.map((name) => path.replace(/\{\w+\}/, name)) ?? [path]
    return all.flatMap((one) =>
      (hasPeriod ? periods.map((period) => `?period=${period}`) : ['']).map((query) => one + query),
    )
  })
  const asked = reports.map((path) => ({
    name: path.replace('/v1/analytics/', ''),
    most: 300,
    send: (send: Send) => send('GET', path),
  }))
  if (!document.paths['/v1/analytics/query']) return asked
  const names = Object.keys(queries)
  return [...asked, ...names.map((name) => ({ name, most: 500, send: (send: Send) => ask(send, name) }))]
}

function ask(send: Send, name: string): Promise<unknown> {
  return send('POST', '/v1/analytics/query', { type: 'deal', measures, ...queries[name] })
}

async function measure(url: string, member: Member, asked: Asked): Promise<Found> {
  const send = callerOf({ url }, member.key)
  const found = { reader: member.name, asked }
  try {
    const numbers = Array.from({ length: times }, (_, n) => n)
    await timed(numbers.slice(0, warmUps), () => asked.send(send))
    let answer: unknown
    const spent = await timed(numbers, async () => {
      answer = await asked.send(send)
    })
    return { ...found, spent, listed: await timed(listsIn(answer), ({ path, body }) => send('POST', path, body)) }
  } catch (error) {
    return { ...found, spent: [], listed: [], failure: String(error) }
  }
}

interface List {
  path: string
  body: object
}

/** Returns some of the requests for the records behind the cells of a report. */
function listsIn(answer: unknown): List[] {
  const { rows: found = [] } = answer as { rows?: { cells: Record<string, { list?: List }> }[] }
  const all = found.flatMap(({ cells }) => Object.values(cells).flatMap(({ list }) => list ?? []))
  return all.filter((_, at) => at % Math.ceil(all.length / lists) === 0)
}

/** Returns how long reads of single records and of lists take while two queries are always running. */
async function waitsOf(url: string): Promise<number[]> {
  say('reading beside two queries')
  const send = callerOf({ url }, key)
  const { data } = (await send('GET', '/v1/deals?limit=200&fields=id')) as { data: { id: number }[] }
  const items = data.flatMap(({ id }) => [`/v1/deals/${id}`, '/v1/deals?limit=50'])
  const until = performance.now() + readSeconds * 1000
  const names = Object.keys(queries)
  const queryOnAndOn = async (first: number) => {
    for (let n = first; performance.now() < until; n++) await ask(send, names[n % names.length]!).catch(say)
  }
  const read = (path: string) => send('GET', path)
  const work = () => Promise.all([queryOnAndOn(0), queryOnAndOn(2)])
  return (await besideReads({ items, perSecond: readsPerSecond, read }, work))[1]
}

function foundTable(found: readonly Found[]): string {
  return table(
    ['report', 'reader', 'p50 ms', 'slowest ms', 'lists p50 ms', 'lists slowest ms'],
    found.map(({ asked, reader, spent, listed, failure }) => [
      ...[asked.name, reader],
      ...(failure ? [failure.slice(0, 80), '', '', ''] : [...middleAndMost(spent), ...middleAndMost(listed)]),
    ]),
  )
}

function middleAndMost(spent: readonly number[]): string[] {
  return spent.length ? [quantile(spent, 0.5).toFixed(0), Math.max(...spent).toFixed(0)] : ['', '']
}

function goalsOf(found: readonly Found[], peak: number | null, waits: readonly number[]): Goal[] {
  const failed = found.filter(({ failure }) => failure).length
  const spent = found.flatMap((one) => one.spent)
  const medians = (most: number) =>
    found.filter(({ asked, failure }) => asked.most === most && !failure).map((one) => quantile(one.spent, 0.5))
  return [
    { what: 'requests that failed', wanted: '0', found: String(failed), isMet: failed === 0 },
    ...[300, 500].flatMap((most) => {
      const all = medians(most)
      const what = most === 300 ? 'slowest median of a report' : 'slowest median of a query with one group'
      return all.length ? [below(what, Math.max(...all), most, 'ms')] : []
    }),
    ...(spent.length ? [below('slowest request', Math.max(...spent), 2000, 'ms')] : []),
    ...(peak === null ? [] : [below('peak memory of the server', peak, 250, 'MB')]),
    ...(waits.length ? [below('p99 of GETs beside two queries', quantile(waits, 0.99), 100, 'ms')] : []),
  ]
}
