import { type SqlBool, sql } from 'kysely'
import type { Database } from '../../database/connect.ts'
import { Problem } from '../../errors/problem.ts'
import type { ExternalId } from '../../fields/kinds/external-ids-kind.ts'
import { integerColumn, readRows, rowOf } from '../../fields/selection.ts'
import type { Grant } from '../../rights/grant.ts'
import { type Expandable, expand, linksOf } from '../query/expand.ts'
import { viewOf } from '../query/record-json.ts'
import { recordsFor } from '../query/record-query.ts'
import { parseProjection, type Wanted } from './parse-projection.ts'

/** A saved record with the fields that the caller may read. */
export interface SavedRecord {
  id: number
  version: number
  body: string
}

/** Reads a record by its id or external key. Throws `record_not_found`, also when the caller may not read it. */
export async function readRecord(
  db: Database,
  grant: Grant,
  key: number | ExternalId,
  wanted: Wanted = {},
): Promise<SavedRecord> {
  const at = { fields: { parameter: 'fields' }, expand: { parameter: 'expand' } }
  const { fields, hops } = parseProjection(grant, wanted, at)
  const isKey = typeof key === 'object'
  const condition = isKey
    ? sql<SqlBool>`record.id = (select e.record_id from external_id e where e.type_id = ${grant.type.id}
        and e.source = ${key.source} and e.key = ${key.key} and e.active)`
    : sql<SqlBool>`record.id = ${key}`
  const selection = rowOf<SavedRecord & Expandable>({
    id: integerColumn(sql`record.id`),
    version: integerColumn(sql`record.version`),
    body: viewOf(grant.readable, fields),
    links: linksOf(hops),
  })
  const rows = await readRows(db, selection, (columns) => recordsFor(grant, 'read').and(condition).select(columns))
  if (!rows[0]) throw recordNotFound(grant, isKey ? `${key.source}/${key.key}` : key)
  const [body = ''] = await expand(db, grant, hops, rows, at.expand)
  return { ...rows[0], body }
}

/** Returns the problem for a record that does not exist or that the caller may not read. */
export function recordNotFound(grant: Grant, id: number | string): Problem {
  return new Problem('record_not_found', { type: grant.type.code, id })
}
