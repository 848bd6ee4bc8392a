import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { lockShortage } from '../../src/database/requirements.ts'
import { type Api, startApi } from '../api.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

it('a request that exceeds the locks of the database returns a problem that says what to do', async () => {
  // Simulates the error of Postgres: using up the locks of the server would disturb other tests.
  await api.pool.query(`
    create function short_of_locks() returns trigger language plpgsql as $$
    begin raise exception 'out of shared memory' using errcode = '53200'; end $$;
    create trigger short_of_locks before insert on contact execute function short_of_locks()`)
  const { headers, body } = await api.call('post', '/v1/contacts', { lastName: 'Short' }).expect(503)
  expect(headers['retry-after']).toBe('2')
  expect(body).toMatchObject({
    code: 'too_few_locks',
    detail:
      'The database has no free locks. Try again soon. If this happens again, increase max_locks_per_transaction in Postgres and restart it.',
  })
})

it('a start with too many connections and indexes for the locks says what to set', async () => {
  await api.pool.query(`create table wide (id integer);
    do $$ begin for n in 1..200 loop execute 'create index on wide (id)'; end loop; end $$`)
  const query = (text: string) => api.pool.query(text)
  expect(await lockShortage(query, 20)).toBeUndefined()
  const { rows } = await query(`select current_setting('max_locks_per_transaction')::int as locks,
    current_setting('max_connections')::int + current_setting('max_prepared_transactions')::int as holders`)
  const { locks, holders } = rows[0]
  const connections = Math.ceil(((locks + 1) * holders * 2) / 200)
  const needed = Math.ceil((connections * 200) / holders / 2)
  expect(await lockShortage(query, connections)).toBe(
    `Postgres has too few locks for ${connections} connections to a table with 200 indexes: set ` +
      `max_locks_per_transaction to ${needed} or more (it is ${locks}) and restart Postgres, or lower DATABASE_POOL_SIZE.`,
  )
})
