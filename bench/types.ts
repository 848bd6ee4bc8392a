import type pg from 'pg'
import { spreadOf } from './measure.ts'
import { readOptions } from './options.ts'
import { key, runBenchmark, say, serve } from './run.ts'
import { table } from './table.ts'

// Compares the records of a smart process with those of deals, which have the same values.

const { rows } = readOptions()
const [times, warmUp] = [200, 60]

/** The requests, by the path of the records. `n` counts them. */
const requests: Record<string, (path: string, n: number) => { method: string; url: string; body?: object }> = {
  get: (path, n) => ({ method: 'GET', url: `${path}/${2 * (n % 1000) + 1}` }),
  list: (path) => ({ method: 'GET', url: `${path}?limit=50` }),
  'by amount': (path) => ({ method: 'GET', url: `${path}?limit=50&sort=-amount` }),
  'of a stage': (path) => ({ method: 'GET', url: `${path}?limit=50&filter[stageId]=NEW` }),
  contains: (path) => ({ method: 'GET', url: `${path}?limit=50&filter[title][contains]=77` }),
  change: (path, n) => ({ method: 'PATCH', url: `${path}/${2 * (n % 1000) + 1}`, body: { comment: `${n}` } }),
  create: (path, n) => ({ method: 'POST', url: path, body: { title: `New ${n}`, amount: '1.50' } }),
}

await runBenchmark(async (run) => {
  const { server, pool } = await serve(run, { connections: 1 })
  const features = ['stages', 'pipelines', 'client', 'money', 'dates', 'source', 'observers', 'recycleBin']
  const made = await send(server.url, {
    method: 'POST',
    url: '/v1/types',
    body: { code: 'order', title: 'Order', features },
  })
  const { number } = JSON.parse(made) as { number: number }
  say(`loading ${rows} deals and as many records of a smart process`)
  await fill(pool, 'deal', 2)
  await fill(pool, `t_${number}`, number)
  await pool.query('vacuum analyze')
  const found: string[][] = []
  for (const [what, requestOf] of Object.entries(requests)) {
    const [deals, items] = [[], []] as [number[], number[]]
    for (let n = -warmUp; n < times; n++) {
      for (const [path, spent] of [
        ['/v1/deals', deals],
        ['/v1/types/order/items', items],
      ] as const) {
        const started = performance.now()
        await send(server.url, requestOf(path, n + warmUp))
        if (n >= 0) spent.push(performance.now() - started)
      }
    }
    const [deal, item] = [spreadOf(deals).median, spreadOf(items).median]
    found.push([what, deal.toFixed(2), item.toFixed(2), (item / deal).toFixed(2)])
  }
  console.log(table(['p50 ms', 'deal', 'smart process', 'ratio'], found))
})

async function fill(pool: pg.Pool, name: string, typeId: number): Promise<void> {
  const more = name === 'deal' ? { columns: ', is_repeat', values: ', false' } : { columns: '', values: '' }
  await pool.query(`insert into ${name} (id, responsible_id, created_by, created_at, updated_by, updated_at, opened, observers,
      pipeline_id, stage_id, stage_semantic, moved_by, moved_at, title, amount, currency, amount_is_manual${more.columns})
    select 2 * i - 1, 1, 1, now(), 1, now(), true, '{}', p.id, (array['NEW', 'PREPARATION'])[1 + i % 2], 'process', 1, now(),
      'Order ' || i, i % 1000, 'RUB', false${more.values}
    from generate_series(1, ${rows}) as i, pipeline as p where p.type_id = ${typeId} and p.is_default`)
  await pool.query(`select setval(pg_get_serial_sequence('${name}', 'id'), ${2 * rows + 1})`)
}

async function send(
  base: string,
  { method, url, body }: { method: string; url: string; body?: object },
): Promise<string> {
  const headers = { authorization: `Bearer ${key}`, ...(body && { 'content-type': 'application/json' }) }
  const answer = await fetch(base + url, { method, headers, ...(body && { body: JSON.stringify(body) }) })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${text.slice(0, 300)}`)
  return text
}
