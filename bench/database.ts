import { setTimeout as pause } from 'node:timers/promises'
import type pg from 'pg'
import { startEmbedded } from '../src/database/embedded/start.ts'
import type { LoadedData } from './operations.ts'
import type { ServerProcess } from './processes.ts'

/** The database of a benchmark, as `pg` and Kartoteka connect to it. */
interface BenchDatabase {
  connection: pg.PoolConfig
  databaseUrl: string
  stop(): Promise<void>
}

/** Returns the Postgres of DATABASE_URL, whose database must be empty, or starts a temporary embedded one. */
export async function openDatabase(folder: string, log: (text: string) => void): Promise<BenchDatabase> {
  const given = process.env.DATABASE_URL
  if (given) return { connection: { connectionString: given }, databaseUrl: given, stop: async () => {} }
  const embedded = await startEmbedded(folder, { log })
  const { host, user, database } = embedded.connection
  const databaseUrl = `postgres:///${database}?host=${encodeURIComponent(String(host))}&user=${user}`
  return { connection: embedded.connection, databaseUrl, stop: () => embedded.stop() }
}

/** Adds the user field that is compared with a system field. Returns its column. */
export async function addField(
  { url }: ServerProcess,
  pool: pg.Pool,
  { key, field }: { key: string; field: string },
): Promise<string> {
  const answer = await fetch(`${url}/v1/types/contact/fields`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      code: field,
      kind: 'string',
      searchable: false,
      label: { en: 'Position', ru: 'Должность' },
    }),
  })
  if (answer.status !== 201) throw new Error(await answer.text())
  const { rows } = await pool.query<{ columns: { name: string }[] }>('select columns from user_field where code = $1', [
    field,
  ])
  const column = rows[0]!.columns[0]!.name
  // A job creates its two indexes. Wait for it: the job and the loading of rows would block each other.
  const indexes = 'select from pg_index where indisvalid and indexrelid::regclass::text like $1'
  while ((await pool.query(indexes, [`contact_${column}_%`])).rowCount! < 2) await pause(100)
  return column
}

/** Returns the sort values of the contact before page 10,000, or near the end of a shorter list. */
export async function deepPosition(pool: pg.Pool, contacts: number): Promise<LoadedData['deep']> {
  const { rows } = await pool.query<{ position: LoadedData['deep'] }>(
    `select json_build_array(instant(created_at), id) as position from contact
     order by created_at desc, id desc offset $1 limit 1`,
    [Math.min(99_990, contacts - 20)],
  )
  return rows[0]!.position
}

/** Returns the id of the default pipeline of deals. */
export async function dealPipeline(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ id: number }>('select id::int from pipeline where type_id = 2 and is_default')
  return rows[0]!.id
}
