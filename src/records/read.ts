import { sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import type { Transaction } from '../database/transaction.ts'
import type { Change } from '../entities/change.ts'
import { Problem } from '../http/problem.ts'
import type { Grant } from '../rights/grant.ts'
import { recordsFor } from './source.ts'
import { viewOf } from './view.ts'
import type { Outcome, Writing } from './writing.ts'

/** The text of a record's JSON, cut to what the grant shows. Throws record_not_found, also for what may not be seen. */
export async function readRecord(db: Database, grant: Grant, id: number, fields?: readonly string[]): Promise<string> {
  const { rows } = await sql<{ body: string }>`
    select ${viewOf(grant.readable, fields)} as body ${recordsFor(grant, 'read')} and record.id = ${id}`.execute(db)
  if (!rows[0]) throw recordNotFound(grant, id)
  return rows[0].body
}

/** The answer to an id that is not there, or not for this caller. */
export function recordNotFound(grant: Grant, id: number): Problem {
  return new Problem('record_not_found', { type: grant.type.code, id })
}

/**
 * The records as saved, cut to what the caller may see. One that became what the caller may not make of it is refused;
 * one that was handed over out of the caller's sight is answered all the same.
 */
export async function readBack(
  trx: Transaction,
  { grant, isSilent = false }: Writing,
  changes: readonly Change[],
): Promise<Map<number, Outcome>> {
  if (!changes.length) return new Map()
  const created = grant.mayBecome({ created: true, moved: false })
  const moved = grant.mayBecome({ created: false, moved: true })
  if (isSilent && !created && !moved) return new Map(changes.map(({ id }) => [id, { id, body: '' }]))
  const { rows } = await sql<{ id: number; body: string; mayAdd: boolean; mayMove: boolean }>`
    select record.id, ${isSilent ? sql`''` : viewOf(grant.readable)} as body,
      ${created ? sql`(${created}) is true` : sql`true`} as "mayAdd", ${moved ? sql`(${moved}) is true` : sql`true`} as "mayMove"
    from ${sql.table(grant.type.code)} as record where record.id = any(${changes.map(({ id }) => id)})`.execute(trx)
  const byId = new Map(rows.map((row) => [row.id, row]))
  return new Map(
    changes.map(({ id, before, after }): [number, Outcome] => {
      const row = byId.get(id)!
      const isMoved = before !== null && ['pipelineId', 'stageId'].some((key) => before.get(key) !== after.get(key))
      const denied = !before && !row.mayAdd ? 'add' : isMoved && !row.mayMove ? 'move' : null
      if (denied) return [id, { problem: new Problem('forbidden', { operation: denied, type: grant.type.code }) }]
      return [id, { id, body: row.body }]
    }),
  )
}
