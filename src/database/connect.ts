import { Kysely, type LogEvent, PostgresDialect } from 'kysely'
import pg from 'pg'
import { currentWork } from '../telemetry/work.ts'
import type { Tables } from './tables.ts'

/** The handle through which everything reads and writes the database. */
export type Database = Kysely<Tables>

/** An open connection pool with its query builder. */
export interface Connection {
  db: Database
  pool: pg.Pool
  close(): Promise<void>
}

/** Opens a pool whose values keep their exact text: no dates shifted by a zone, no decimals turned into floats. */
export function connect(
  connection: pg.PoolConfig,
  options: { poolSize?: number; statementTimeoutMs?: number } = {},
): Connection {
  const pool = new pg.Pool({
    max: options.poolSize ?? 10,
    connectionTimeoutMillis: 5_000,
    application_name: 'kartoteka',
    // Sent in the start-up packet: no round trip, and no difference between servers.
    options: '-c TimeZone=UTC -c DateStyle=ISO -c IntervalStyle=iso_8601',
    ...(options.statementTimeoutMs && { statement_timeout: options.statementTimeoutMs }),
    ...connection,
    types: { getTypeParser },
  })
  // An idle connection that breaks is replaced by the pool; without a listener its error would end the process.
  pool.on('error', () => {})
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }), log: tellWork })
  return { db, pool, close: () => db.destroy() }
}

function tellWork({ query, queryDurationMillis, ...event }: LogEvent): void {
  const error = event.level === 'error' ? event.error : undefined
  currentWork()?.statement({ sql: query.sql, milliseconds: queryDurationMillis, error })
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

/** `2026-01-31 10:00:00.5+00` as RFC 3339 in UTC. */
function instant(text: string): string {
  return `${text.slice(0, 10)}T${text.slice(11).replace(/\+00$/, '')}Z`
}
