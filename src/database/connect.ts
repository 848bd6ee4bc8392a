import { Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, sql } from 'kysely'
import pg from 'pg'
import { PipelinedDriver } from './driver.ts'
import type { Tables } from './tables.ts'

/** The query builder of the database. */
export type Database = Kysely<Tables>

/** An open connection pool with its query builder. */
export interface Connection {
  db: Database
  pool: pg.Pool
  close(): Promise<void>
}

/** Options of a pool. */
export interface ConnectOptions {
  poolSize?: number
  statementTimeoutMs?: number
  /** Whether connections keep the plans of frequent statements. Default: true. */
  keepsStatements?: boolean
}

/** Opens a pool that keeps exact values: dates are not shifted by a time zone, decimals do not become floats. */
export function connect(connection: pg.PoolConfig, options: ConnectOptions = {}): Connection {
  const pool = new pg.Pool({
    max: options.poolSize ?? 10,
    connectionTimeoutMillis: 5_000,
    application_name: 'kartoteka',
    // Sent in the startup packet, without a round trip, so that all servers behave alike.
    options: '-c TimeZone=UTC -c DateStyle=ISO -c IntervalStyle=iso_8601',
    ...(options.statementTimeoutMs && { statement_timeout: options.statementTimeoutMs }),
    pipeline: true,
    ...connection,
    types: { getTypeParser },
  })
  // The pool replaces a broken connection. Without listeners its error would end the process: the pool hears those of
  // idle connections, the connection itself those between two statements of a transaction.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  const { keepsStatements = true } = options
  const db = new Kysely<Tables>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new PipelinedDriver(pool, { keepsStatements }),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  })
  return { db, pool, close: () => db.destroy() }
}

/** Maximum number of statements that one request runs at once, so that it does not use all connections. */
export const parallelOptions = { concurrency: 3 }

/** Sends the shortest query. Throws when the database does not respond. */
export async function ping(db: Database): Promise<void> {
  await sql`select 1`.execute(db)
}

const int8 = 20
const [date, timestamp, timestamptz] = [1082, 1114, 1184]
const textArray = pg.types.getTypeParser(1009 as never) as (text: string) => string[]
const arrays = { int8: 1016, numeric: 1231, date: 1182, timestamp: 1115, timestamptz: 1185 }

const getTypeParser = ((oid: number, format?: 'text' | 'binary') => {
  switch (oid) {
    case int8:
      return Number
    case date:
      return String
    case timestamp:
    case timestamptz:
      return instant
    case arrays.int8:
      return (text: string) => textArray(text).map(Number)
    case arrays.numeric:
    case arrays.date:
      return textArray
    case arrays.timestamp:
    case arrays.timestamptz:
      return (text: string) => textArray(text).map(instant)
    default:
      return pg.types.getTypeParser(oid, format as 'text')
  }
}) as typeof pg.types.getTypeParser

/** Converts `2026-01-31 10:00:00.5+00` to RFC 3339 in UTC. */
function instant(text: string): string {
  return `${text.slice(0, 10)}T${text.slice(11).replace(/\+00$/, '')}Z`
}
