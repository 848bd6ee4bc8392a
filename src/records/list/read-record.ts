import { sql } from 'kysely'
import type { Database } from '../../database/connect.ts'
import { allOf, Problem } from '../../errors/problem.ts'
import type { ExternalId } from '../../fields/kinds/external-ids-kind.ts'
import type { Grant } from '../../rights/grant.ts'
import { type Expandable, expand, linksOf, readExpand } from '../query/expand.ts'
import { viewOf } from '../query/record-json.ts'
import { recordsFor } from '../query/record-query.ts'
import { readFields } from './find-records.ts'

/** A record as saved, as the caller may see it. */
export interface Saved {
  id: number
  version: number
  body: string
}

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
