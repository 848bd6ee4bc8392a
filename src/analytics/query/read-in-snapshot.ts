import { sql } from 'kysely'
import type { Database } from '../../database/connect.ts'
import { type Statement, statementOf } from '../../database/statement.ts'
import { inSnapshot } from '../../database/time-box.ts'
import { tooSlow } from './require-analysable.ts'

const settings = [
  // Compiling costs more than it saves, and memory for sorting saves writing to the disk.
  sql`set local jit = off`,
  sql`set local work_mem = '64MB'`,
  // There are far fewer groups than the planner expects, so two processes pay.
  sql`set local parallel_tuple_cost = 0.01`,
].map((one): Statement => statementOf(one))

/** Reads the rows of a statement. */
export type Read = <Row>(statement: Statement<Row>) => Promise<Row[]>

/**
 * Runs statements about many records on one state of the database. Throws `query_too_slow` if they take longer than the
 * time in milliseconds.
 */
export async function readInSnapshot<T>(db: Database, time: number, work: (read: Read) => Promise<T>): Promise<T> {
  const found = await inSnapshot(db, time, settings, async (read) => ({ value: await work(read) }))
  if (!found) throw tooSlow(time)
  return found.value
}
