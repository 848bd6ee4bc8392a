import { sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import type { Transaction } from '../database/transaction.ts'
import type { Change } from '../entities/change.ts'
import type { ExternalId } from '../fields/external-ids.ts'
import { allOf, Problem } from '../http/problem.ts'
import type { Grant } from '../rights/grant.ts'
import { type Expandable, expand, linksOf, readExpand } from './expand.ts'
import { readFields } from './find.ts'
import { recordsFor } from './source.ts'
import { viewOf } from './view.ts'
import type { Outcome, Saved, Writing } from './writing.ts'

/** What of a record is wanted: its fields, and the records behind some of its links. */
export interface Wanted {
  fields?: readonly string[] | undefined
  expand?: readonly string[] | undefined
}

/** A record by its id or a key of another system, cut to what the grant shows. Throws record_not_found, also for what may not be seen. */
export async function readRecord(
  db: Database,
  grant: Grant,
  key: number | ExternalId,
  wanted: Wanted = {},
): Promise<Saved> {
  const inUrl = { parameter: 'expand' }
  const { fields, hops } = allOf({
    fields: () => wanted.fields && readFields(grant, wanted.fields, { parameter: 'fields' }),
    hops: () => readExpand(grant, wanted.expand, inUrl),
  })
  const isKey = typeof key === 'object'
  const condition = isKey
    ? sql`record.id = (select e.record_id from external_id e where e.type_id = ${grant.type.id}
        and e.source = ${key.source} and e.key = ${key.key} and e.active)`
    : sql`record.id = ${key}`
  const { rows } = await sql<Saved & Expandable>`
    select record.id, record.version, ${viewOf(grant.readable, fields)} as body, ${linksOf(hops)} as links
    ${recordsFor(grant, 'read')} and ${condition}`.execute(db)
  if (!rows[0]) throw recordNotFound(grant, isKey ? `${key.source}/${key.key}` : key)
  const [body = ''] = await expand(db, grant, hops, rows, inUrl)
  return { ...rows[0], body }
}

/** The answer to an id that is not there, or not for this caller. */
export function recordNotFound(grant: Grant, id: number | string): Problem {
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
  if (isSilent && !created && !moved) return new Map(changes.map(({ id }) => [id, { id, version: 0, body: '' }]))
  const { rows } = await sql<Saved & { mayAdd: boolean; mayMove: boolean }>`
    select record.id, record.version, ${isSilent ? sql`''` : viewOf(grant.readable)} as body,
      ${created ? sql`(${created}) is true` : sql`true`} as "mayAdd", ${moved ? sql`(${moved}) is true` : sql`true`} as "mayMove"
    from ${sql.table(grant.type.code)} as record where record.id = any(${changes.map(({ id }) => id)})`.execute(trx)
  const byId = new Map(rows.map((row) => [row.id, row]))
  return new Map(
    changes.map(({ id, before, after }): [number, Outcome] => {
      const row = byId.get(id)!
      const isMoved = before !== null && ['pipelineId', 'stageId'].some((key) => before.get(key) !== after.get(key))
      const denied = !before && !row.mayAdd ? 'add' : isMoved && !row.mayMove ? 'move' : null
      if (denied) {
        const problem = new Problem('forbidden', { operation: denied, type: grant.type.code })
        return [id, { problem, isWritten: true }]
      }
      return [id, { id, version: row.version, body: row.body }]
    }),
  )
}
