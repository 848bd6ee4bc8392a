import { sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import type { Field } from '../fields/field.ts'
import type { Hop } from '../fields/kind.ts'
import { kindOf } from '../fields/kinds/kinds.ts'
import { integerColumn, readRows, rowOf } from '../fields/selection.ts'
import type { Value } from '../fields/value.ts'
import { recordsAt } from '../records/query/record-query.ts'
import { textsOf, valueReaders } from '../records/query/record-texts.ts'
import { fieldsAt } from '../records/query/relations.ts'
import type { Grant } from '../rights/grant.ts'
import { withPipeline } from './columns.ts'
import type { ExportColumn } from './read-columns.ts'

/** The values of a record in the order of the fields that were read. */
export type Values = readonly Value[]

/** Fields of linked records by the end of a link: the code of a record type, or `user`. */
export type LinkedFields = ReadonlyMap<string, readonly Field[]>

/** The linked records of a page. */
export interface LinkedRecords {
  /** Returns the records to which a value leads, in its order, without those that the caller may not read. */
  at(hop: Hop, value: Value): Values[]
  /** Returns the values of a field in all records. */
  valuesOf(field: Field): Value[]
}

/** Returns the fields of linked records that columns need. */
export function linkedFields(grant: Grant, columns: readonly ExportColumn[]): LinkedFields {
  const linked = columns.flatMap(({ column, hop }) => (hop ? [{ to: hop.to, field: column.field }] : []))
  const byType = Map.groupBy(linked, ({ to }) => to)
  return new Map(
    [...byType].map(([to, ofType]) => [
      to,
      withPipeline(new Set(ofType.map(({ field }) => field)), fieldsAt(grant, to)),
    ]),
  )
}

/** Reads the linked records of a page, one statement for each type. `valuesOf` returns the values of a field of links. */
export async function readLinkedRecords(
  db: Database,
  grant: Grant,
  fields: LinkedFields,
  { hops, valuesOf }: { hops: readonly Hop[]; valuesOf(field: Field): Values },
): Promise<LinkedRecords> {
  const byType = new Map<string, ReadonlyMap<number, Values>>()
  for (const [to, ofType] of fields) {
    const values = hops
      .filter((hop) => hop.to === to)
      .map((hop) => valuesOf(hop.field).flatMap((value) => idsIn(hop, value)))
    byType.set(to, await readRecords(db, grant, { to, fields: ofType, ids: [...new Set(values.flat())] }))
  }
  return {
    at: (hop, value) =>
      idsIn(hop, value)
        .flatMap((id) => [byType.get(hop.to)?.get(id) ?? []])
        .filter((one) => one.length),
    valuesOf: (field) =>
      [...fields].flatMap(([to, ofType]) => {
        const at = ofType.indexOf(field)
        return at < 0 ? [] : [...byType.get(to)!.values()].map((values) => values[at]!)
      }),
  }
}

/** Returns the ids to which a value leads over a link. */
function idsIn({ field, to }: Hop, value: Value): number[] {
  const { linked } = kindOf(field)
  if (value === null) return []
  if (!linked) return [value].flat() as number[]
  return linked(field, value).flatMap(({ type, id }) => (type === to ? [id] : []))
}

async function readRecords(
  db: Database,
  grant: Grant,
  { to, fields, ids }: { to: string; fields: readonly Field[]; ids: readonly number[] },
): Promise<ReadonlyMap<number, Values>> {
  if (!ids.length) return new Map()
  const known = fieldsAt(grant, to)
  // A new field with the same code is a different field.
  const texts = textsOf(fields, ({ path, userFieldId }) => known.get(path)?.userFieldId === userFieldId)
  const rows = await readRows(
    db,
    rowOf({ id: integerColumn(sql`record.id`), texts }),
    (columns) => recordsAt(grant, to).and(sql`record.id = any(${ids}::bigint[])`).select(columns),
    { family: 'linked', version: grant.catalogue.version },
  )
  const readers = valueReaders(fields)
  return new Map(rows.map(({ id, texts }) => [id, readers.map((read) => read(texts))]))
}
