import { jest } from '@jest/globals'
import pg from 'pg'
import type { Api } from './api.ts'

/** Returns the query plan of the last statement of a request that contains this text. */
export async function planOf(api: Api, path: string, part: string): Promise<string> {
  const query = jest.spyOn(pg.Client.prototype, 'query')
  await api.call('get', path).expect(200)
  const calls = query.mock.calls as (readonly unknown[])[]
  const [text, values] = calls.findLast(([text]) => String(text).includes(part)) ?? []
  query.mockRestore()
  const { rows } = await api.pool.query(`explain (analyze, timing off) ${text}`, values as unknown[])
  return rows.map((row) => row['QUERY PLAN']).join('\n')
}
