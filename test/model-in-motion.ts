import type pg from 'pg'
import type { Api } from './api.ts'

/** Adds a field by the API and returns its id. The kind boolean has no index, so nothing waits for one to be built. */
export async function addField(api: Api, type: string, code: string, more: object = {}): Promise<number> {
  const field = { code, kind: 'boolean', label: code, ...more }
  await api.call('post', `/v1/types/${type}/fields`, field).expect(201)
  const { rows } = await api.pool.query('select id from user_field where code = $1', [code])
  return rows[0].id
}

/**
 * Deletes fields one after the other while something waits for their table each time. The waiting work has read the
 * catalogue before the deletion, and names the field afterwards.
 */
export async function deletedInTheWay<T>(
  api: Api,
  table: string,
  fields: readonly number[],
  work: () => Promise<T>,
): Promise<T> {
  const [first, ...others] = fields
  let holder = await deleting(api, table, first!)
  const working = work()
  for (const field of others) {
    await waiting(api, table, 1)
    // The work that runs after the first deletion names the next field and fails. Its retry waits for this deletion.
    const next = deleting(api, table, field)
    await waiting(api, table, 2)
    await commit(holder)
    holder = await next
  }
  await waiting(api, table, 1)
  await commit(holder)
  return await working
}

async function deleting({ pool }: Api, table: string, field: number): Promise<pg.PoolClient> {
  const client = await pool.connect()
  await client.query(`begin; lock table ${table} in access exclusive mode`)
  await client.query('delete from user_field where id = $1', [field])
  return client
}

async function commit(client: pg.PoolClient): Promise<void> {
  await client.query('commit')
  client.release()
}

/** Resolves when `count` connections wait for a table. */
async function waiting({ pool }: Api, table: string, count: number): Promise<void> {
  const until = Date.now() + 20_000
  for (;;) {
    const { rows } = await pool.query(
      'select count(distinct pid)::int as n from pg_locks where relation = $1::regclass and not granted',
      [table],
    )
    if (rows[0].n >= count) return
    if (Date.now() > until) throw new Error(`${rows[0].n} wait for ${table}, not ${count}`)
  }
}
