import type pg from 'pg'
import type { Sequences } from './capture.ts'

/** Sends the statements of a run in order, those of a transaction on one connection. Returns the last rows. */
export async function replay(pool: pg.Pool, { texts, runs }: Sequences, n: number): Promise<Record<string, unknown>[]> {
  const run = runs[n]
  if (!run) throw new Error(`There are only ${runs.length} runs`)
  let rows: Record<string, unknown>[] = []
  const send = async (target: pg.Pool | pg.PoolClient, from: number, to: number) => {
    for (let at = from; at < to; at++) {
      const result = await target.query(texts[at]!, run[at])
      if (result.rows.length) rows = result.rows
    }
  }
  const begin = texts.indexOf('begin')
  if (begin < 0) {
    await send(pool, 0, texts.length)
    return rows
  }
  await send(pool, 0, begin)
  const client = await pool.connect()
  try {
    await send(client, begin, texts.length)
  } finally {
    client.release()
  }
  return rows
}
