import type pg from 'pg'
import { queryTexts } from '../src/database/text-query.ts'
import type { Sequences, Shape } from './capture.ts'

/** Sends the statements of a run on one connection, those of a round trip together. Returns the last rows. */
export async function replay(pool: pg.Pool, { shapes, runs }: Sequences, n: number): Promise<unknown[]> {
  const run = runs[n]
  if (!run) throw new Error(`There are only ${runs.length} runs`)
  const client = await pool.connect()
  let rows: unknown[] = []
  try {
    const all = shapes.map((shape, at) => ({ ...shape, values: run[at]! }))
    for (const trip of Map.groupBy(all, (one) => one.trip).values()) {
      for (const result of await Promise.all(trip.map((one) => send(client, one)))) {
        if (result.rows.length) rows = result.rows
      }
    }
  } finally {
    client.release()
  }
  return rows
}

function send(client: pg.PoolClient, { isText, ...query }: Shape & { values: unknown[] }): Promise<pg.QueryResult> {
  return isText ? queryTexts(client, query) : client.query(query)
}
