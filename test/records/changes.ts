import type { Api } from '../api.ts'
import type { Saved } from '../seed.ts'
import { until } from '../until.ts'

/** A page of changes. */
export interface ChangesPage {
  data: Saved[]
  deleted: { id: number; deletedAt: string | null; mergedInto: number | null }[]
  page: { next: string | null; prev: null }
  changedSince: string
}

type Caller = Pick<Api, 'call' | 'pool'>

/** Waits until all changes so far are listed. Transactions of other tests on the same database server may be running. */
async function settle({ pool }: Caller): Promise<void> {
  const { rows } = await pool.query('select pg_current_xact_id()::text as last')
  await until(async () => {
    const ended = await pool.query('select pg_snapshot_xmin(pg_current_snapshot()) > $1::xid8 as all', [rows[0].last])
    return ended.rows[0].all
  })
}

/** Reads one page of changes, after all changes so far are settled. */
export async function changes(since: string, caller: Caller, path?: string, query?: string): Promise<ChangesPage> {
  await settle(caller)
  return await readChanges(since, caller, path, query)
}

/** Reads one page of changes. */
export async function readChanges(
  since: string,
  { call }: Pick<Api, 'call'>,
  path = 'contacts',
  query = '',
): Promise<ChangesPage> {
  const { status, body } = await call('get', `/v1/${path}?changedSince=${encodeURIComponent(since)}${query}`)
  if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`)
  return body
}

/** Returns the present place in the order of changes. */
export const presentPlace = async (caller: Caller, path?: string) => (await changes('now', caller, path)).changedSince

/** Returns the ids of records. */
export const ids = (records: readonly { id: number }[]) => records.map(({ id }) => id)
