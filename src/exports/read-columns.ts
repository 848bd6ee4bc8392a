import { columnsOf } from '../columns/columns.ts'
import { type Fault, invalid } from '../errors/problem.ts'
import { unknownNameFault } from '../errors/unknown-name.ts'
import type { Field } from '../fields/field.ts'
import type { CsvColumn, Hop } from '../fields/kind.ts'
import { nearestPath } from '../fields/paths.ts'
import { fieldsAt, hopsOf, nearestHop } from '../records/query/relations.ts'
import type { Grant } from '../rights/grant.ts'
import type { ExportMode } from './columns.ts'

/** A column of a file. With a link, it shows the records to which the link leads. */
export interface ExportColumn {
  column: CsvColumn
  hop?: Hop
}

/** The columns by name. A name stands for several columns if it is that of a field with parts. */
type ColumnsByName = ReadonlyMap<string, readonly CsvColumn[]>

/**
 * Returns the columns with these names: a column (`phones.mobile`), a field with all its columns (`phones`), all user
 * fields (`userFields`), or the same of linked records (`company.title`). Throws every unknown
 * or repeated name. A field and one of its columns are no repetition: the column stands once.
 */
export function readColumns(
  grant: Grant,
  names: readonly string[],
  mode: ExportMode,
  at: Pick<Fault, 'pointer' | 'parameter'>,
): ExportColumn[] {
  const own = namedColumns(grant.readable.values(), mode)
  const hops = hopsOf(grant)
  const faults: Fault[] = []
  const chosen = new Map<string, ExportColumn>()
  const seen = new Set<string>()
  for (const name of names) {
    if (name && seen.has(name)) faults.push({ ...at, code: 'duplicate_column', params: { name } })
    seen.add(name)
    const columns: ExportColumn[] | undefined =
      own.get(name)?.map((column) => ({ column })) ?? linkedColumns(grant, hops, name, mode)
    if (!columns) faults.push(unknownNameFault(at, 'unknown_field', name, hintFor(grant, own, hops, name)))
    for (const one of columns ?? []) chosen.set(`${one.hop?.name ?? ''} ${one.column.key}`, one)
  }
  if (faults.length) throw invalid(faults)
  return chosen.size ? [...chosen.values()] : own.get('id')!.map((column) => ({ column }))
}

function linkedColumns(grant: Grant, hops: readonly Hop[], name: string, mode: ExportMode): ExportColumn[] | undefined {
  const hop = hops.find((one) => name.startsWith(`${one.name}.`))
  if (!hop) return
  const columns = namedColumns(fieldsAt(grant, hop.to).values(), mode).get(name.slice(hop.name.length + 1))
  return columns?.map((column) => ({ column, hop }))
}

/** Returns the columns of fields by name. Each mode also has the columns of the other one. */
function namedColumns(fields: Iterable<Field>, mode: ExportMode): ColumnsByName {
  const byName = new Map<string, readonly CsvColumn[]>([['userFields', []]])
  for (const field of fields) {
    const usual = columnsOf([field], mode)
    for (const column of [...columnsOf([field], mode === 'raw' ? 'people' : 'raw'), ...usual]) {
      byName.set(column.key, [column])
    }
    byName.set(field.path, usual)
    if (field.userFieldId !== null) byName.set('userFields', [...byName.get('userFields')!, ...usual])
  }
  return byName
}

function hintFor(grant: Grant, own: ColumnsByName, hops: readonly Hop[], name: string): string | undefined {
  const known = hops.find((one) => name.startsWith(`${one.name}.`))
  const [link = '', ...rest] = known ? [known.name, name.slice(known.name.length + 1)] : name.split('.')
  const hop = known ?? (rest.length && !own.has(link) ? nearestHop(hops, link) : undefined)
  if (!hop) return nearestPath(name, own.keys())
  const inner = rest.join('.')
  const linked = fieldsAt(grant, hop.to)
  const found = linked.has(inner) ? inner : nearestPath(inner, linked.keys())
  return found && `${hop.name}.${found}`
}
