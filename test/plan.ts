import type { Api } from './api.ts'
import { sentBy } from './statements.ts'

/** Returns the query plan of the last statement of a request that contains this text. */
export async function planOf(api: Api, path: string, part: string): Promise<string> {
  const { statements } = await sentBy(() => api.call('get', path).expect(200))
  const { text, values = [] } = statements.findLast(({ text }) => text.includes(part)) ?? {}
  const { rows } = await api.pool.query(`explain (analyze, timing off) ${text}`, values)
  return rows.map((row) => row['QUERY PLAN']).join('\n')
}
