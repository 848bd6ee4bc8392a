import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Database } from '../../database/connect.ts'
import { rowsOf, type Template, type TextRow, template } from '../../database/statement.ts'
import { Problem } from '../../errors/problem.ts'
import type { ExternalId } from '../../fields/kinds/external-ids-kind.ts'
import { integerColumn, readAllRows, rowOf, type Selection } from '../../fields/selection.ts'
import type { Grant } from '../../rights/grant.ts'
import { type Expandable, expand, linksOf } from '../query/expand.ts'
import { viewOf } from '../query/record-json.ts'
import { recordsFor } from '../query/record-query.ts'
import { keptPerGrant } from '../query/selections.ts'
import { type Projection, parseProjection, type Wanted } from './parse-projection.ts'

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
  const projection = parseProjection(grant, wanted, at)
  const isKey = typeof key === 'object'
  const { selection, byId, byKey } = readingOf(grant, projection)
  const rows = readAllRows(selection, await rowsOf(db, isKey ? byKey(key) : byId({ id: key })))
  if (!rows[0]) throw recordNotFound(grant, isKey ? `${key.source}/${key.key}` : key)
  const [body = ''] = await expand(db, grant, projection.links, rows, at.expand)
  return { ...rows[0], body }
}

/** The statements that read one record by its id and by an external key, and how their rows are read. */
interface Reading {
  selection: Selection<SavedRecord & Expandable>
  byId: Template<'id'>
  byKey: Template<'source' | 'key'>
}

const readings = keptPerGrant<Reading>()

function readingOf(grant: Grant, { fields, links }: Projection): Reading {
  const name = JSON.stringify([fields, links.map(({ name }) => name)])
  return readings(grant, name, () => {
    const selection = rowOf<SavedRecord & Expandable>({
      id: integerColumn(sql`record.id`),
      version: integerColumn(sql`record.version`),
      body: viewOf(grant.readable, fields),
      links: linksOf(links),
    })
    const read = (condition: RawBuilder<SqlBool>) =>
      recordsFor(grant, 'read').and(condition).select<TextRow>(selection.columns)
    const sending = { keep: { family: 'record', version: grant.catalogue.version }, isText: true } as const
    return {
      selection,
      byId: template((hole) => read(sql`record.id = ${hole('id')}::bigint`), sending),
      byKey: template(
        (hole) =>
          read(sql`record.id = (select e.record_id from external_id e where e.type_id = ${sql.lit(grant.type.id)}
            and e.source = ${hole('source')} and e.key = ${hole('key')} and e.active)`),
        sending,
      ),
    }
  })
}

/** Returns the problem for a record that does not exist or that the caller may not read. */
export function recordNotFound(grant: Grant, id: number | string): Problem {
  return new Problem('record_not_found', { type: grant.type.code, id })
}
