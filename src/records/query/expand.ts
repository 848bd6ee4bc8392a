import { sql } from 'kysely'
import pMap from 'p-map'
import { type Database, parallelOptions } from '../../database/connect.ts'
import { type Fault, invalid } from '../../errors/problem.ts'
import { unknownNameFault } from '../../errors/unknown-name.ts'
import { booleanJson, stringJson } from '../../fields/json-texts.ts'
import type { Hop } from '../../fields/kind.ts'
import { kindOf } from '../../fields/kinds/kinds.ts'
import {
  always,
  column,
  integerColumn,
  jsonColumn,
  objectOf,
  readRows,
  rowOf,
  type Selection,
} from '../../fields/selection.ts'
import type { Grant } from '../../rights/grant.ts'
import { viewOf } from './record-json.ts'
import { recordsAt } from './record-query.ts'
import { hopsOf, nearestHop } from './relations.ts'

/** A record as JSON text, with the values of the expanded fields by link name. */
export interface Expandable {
  body: string
  links?: string | null
}

/** The value of a field that points to records: ids, links, or records of several types, one or a list. */
type Linked = null | LinkedItem | readonly LinkedItem[]
type LinkedItem = number | { id: number; type?: string }

/** The most linked records of one type that a page may expand. Above that, the caller must use a smaller page. */
const mostLinked = 10_000

/** Returns the links with these names. Throws `not_expandable` for hidden and unknown names alike. */
export function readExpand(
  grant: Grant,
  names: readonly string[] | undefined,
  at: Pick<Fault, 'pointer' | 'parameter'>,
): Hop[] {
  if (!names) return []
  const byName = new Map(hopsOf(grant).map((hop) => [hop.name, hop]))
  const faults: Fault[] = []
  const hops = [...new Set(names)].flatMap((name) => {
    const hop = byName.get(name)
    if (hop) return [hop]
    faults.push(unknownNameFault(at, 'not_expandable', name, nearestHop([...byName.values()], name)?.name))
    return []
  })
  if (faults.length) throw invalid(faults)
  return hops
}

/** Selects the values of a record's links as JSON. */
export function linksOf(hops: readonly Hop[]): Selection<string | null> {
  if (!hops.length) return always(null)
  return objectOf(hops.map(({ name, field }) => [name, kindOf(field).shown(field)]))
}

/**
 * Adds the linked records to each record under `expanded`. A record that is deleted or that the caller may not read is
 * null. One query reads all linked records of a type.
 */
export async function expand(
  db: Database,
  grant: Grant,
  hops: readonly Hop[],
  records: readonly Expandable[],
  at: Pick<Fault, 'pointer' | 'parameter'>,
): Promise<string[]> {
  if (!hops.length) return records.map(({ body }) => body)
  const links = records.map((record) => JSON.parse(record.links ?? '{}') as Record<string, Linked>)
  const bodies = new Map<string, ReadonlyMap<number, string>>()
  const read = async ([to, ofType]: [string, Hop[]]) => {
    const ids = new Set(ofType.flatMap(({ name }) => links.flatMap((linked) => idsIn(linked[name] ?? null, to))))
    if (ids.size > mostLinked) throw invalid([{ ...at, code: 'too_many', params: { limit: mostLinked } }])
    bodies.set(to, await bodiesOf(db, grant, to, [...ids]))
  }
  await pMap(
    Map.groupBy(hops, ({ to }) => to),
    read,
    parallelOptions,
  )
  return records.map(({ body }, index) => {
    const members = hops.map(({ name, to }) => {
      const [linked = null, known] = [links[index]![name], bodies.get(to)!]
      const texts = idsIn(linked, to).map((id) => known.get(id) ?? 'null')
      return `${JSON.stringify(name)}:${Array.isArray(linked) ? `[${texts.join()}]` : (texts[0] ?? 'null')}`
    })
    return `${body.slice(0, -1)},"expanded":{${members.join()}}}`
  })
}

function idsIn(linked: Linked, to: string): number[] {
  return [linked ?? []].flat().flatMap((one: LinkedItem) => {
    if (typeof one === 'number') return [one]
    return (one.type ?? to) === to ? [one.id] : []
  })
}

async function bodiesOf(db: Database, grant: Grant, to: string, ids: readonly number[]) {
  if (!ids.length) return new Map<number, string>()
  const body = to === 'user' ? userBody : viewOf(grant.of(to).readable)
  const rows = await readRows(
    db,
    rowOf({ id: integerColumn(sql`record.id`), body }),
    (columns) => recordsAt(grant, to).and(sql`record.id = any(${ids}::bigint[])`).select(columns),
    { family: 'linked', version: grant.catalogue.version },
  )
  return new Map(rows.map(({ id, body }) => [id, body]))
}

const userBody = objectOf([
  ['id', jsonColumn(sql`record.id`)],
  ['firstName', column(sql`record.first_name`, stringJson, 'null')],
  ['lastName', column(sql`record.last_name`, stringJson, 'null')],
  ['active', column(sql`record.active`, booleanJson, 'null')],
])
