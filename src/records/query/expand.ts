import { sql } from 'kysely'
import pMap from 'p-map'
import { type Database, parallelOptions } from '../../database/connect.ts'
import { type Fault, invalid } from '../../errors/problem.ts'
import { unknownNameFault } from '../../errors/unknown-name.ts'
import type { Hop } from '../../fields/kind.ts'
import { kindOf } from '../../fields/kinds/kinds.ts'
import { always, integerColumn, objectOf, readRows, rowOf, type Selection } from '../../fields/selection.ts'
import type { Grant } from '../../rights/grant.ts'
import { userProperties } from '../../rights/user-properties.ts'
import { viewOf } from './record-json.ts'
import { recordsAt } from './record-query.ts'
import { fieldsAt, hopsOf, nearestHop } from './relations.ts'

/** A record as JSON text, with the values of the expanded fields by link name. */
export interface Expandable {
  body: string
  links?: string | null
}

/** The value of a field that points to records: ids, links, or records of several types, one or a list. */
type Linked = null | LinkedItem | readonly LinkedItem[]
type LinkedItem = number | { id: number; type?: string }

/** A link to expand, and the fields of the linked records to return with their parts: all if undefined. */
export interface ExpandedLink extends Hop {
  fields?: readonly string[] | undefined
}

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
    const fault = unknownNameFault(at, 'not_expandable', name, nearestHop([...byName.values()], name)?.name)
    faults.push({ ...fault, allowed: [...byName.keys()] })
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
  expandedLinks: readonly ExpandedLink[],
  records: readonly Expandable[],
  at: Pick<Fault, 'pointer' | 'parameter'>,
): Promise<string[]> {
  if (!expandedLinks.length) return records.map(({ body }) => body)
  const links = records.map((record) => JSON.parse(record.links ?? '{}') as Record<string, Linked>)
  const bodies = new Map<string, ReadonlyMap<number, string>>()
  const read = async ([name, alike]: [string, ExpandedLink[]]) => {
    const { to, fields } = alike[0]!
    const ids = new Set(alike.flatMap((link) => links.flatMap((linked) => idsIn(linked[link.name] ?? null, to))))
    if (ids.size > mostLinked) throw invalid([{ ...at, code: 'too_many', params: { limit: mostLinked } }])
    bodies.set(name, await bodiesOf(db, grant, { to, fields }, [...ids]))
  }
  await pMap(Map.groupBy(expandedLinks, viewName), read, parallelOptions)
  return records.map(({ body }, index) => {
    const members = expandedLinks.map((link) => {
      const [linked = null, known] = [links[index]![link.name], bodies.get(viewName(link))!]
      const texts = idsIn(linked, link.to).map((id) => known.get(id) ?? 'null')
      return `${JSON.stringify(link.name)}:${Array.isArray(linked) ? `[${texts.join()}]` : (texts[0] ?? 'null')}`
    })
    return `${body.slice(0, -1)},"expanded":{${members.join()}}}`
  })
}

/** Returns a name that links to the same type with the same fields share. */
function viewName({ to, fields }: ExpandedLink): string {
  return JSON.stringify([to, fields])
}

function idsIn(linked: Linked, to: string): number[] {
  return [linked ?? []].flat().flatMap((one: LinkedItem) => {
    if (typeof one === 'number') return [one]
    return (one.type ?? to) === to ? [one.id] : []
  })
}

async function bodiesOf(
  db: Database,
  grant: Grant,
  { to, fields }: Pick<ExpandedLink, 'to' | 'fields'>,
  ids: readonly number[],
) {
  if (!ids.length) return new Map<number, string>()
  // Others see these properties of users at most.
  const shown = to === 'user' ? (fields ?? [...userProperties(false).keys()]) : fields
  const rows = await readRows(
    db,
    rowOf({ id: integerColumn(sql`record.id`), body: viewOf(fieldsAt(grant, to), shown) }),
    (columns) => recordsAt(grant, to).and(sql`record.id = any(${ids}::bigint[])`).select(columns),
    { family: 'linked', version: grant.catalogue.version },
  )
  return new Map(rows.map(({ id, body }) => [id, body]))
}
