import { type MappedHeader, mapHeader } from '../columns/header.ts'
import { isReasonColumn } from '../columns/reason-column.ts'
import { columnsByUse } from '../columns/uses.ts'
import type { Field } from '../fields/field.ts'
import type { Grant } from '../rights/grant.ts'
import { type NameOrder, nameOrderOf } from './people/name-order.ts'
import type { ImportOptions, PlannedColumn } from './plan.ts'

/** A column of the file and its target. */
export type FileColumn = Omit<PlannedColumn, 'format' | 'currency'>

/** What the columns of a file are used for. */
export interface FileMapping {
  /** The source of the external ids of the file: the program that wrote it. */
  source: string
  /** The names of the columns. Empty names if the file has no header. */
  header: readonly string[]
  /** The columns with their proposals, used or not. */
  proposed: MappedHeader['columns']
  columns: readonly FileColumn[]
  /** The names of the ignored columns. */
  unmapped: readonly string[]
  /** The alternatives of fields with more than one, the preferred first. */
  alternatives: ReadonlyMap<Field, readonly string[]>
  /** The column that contains both first and last name. */
  fullName: { index: number; name: string; order: NameOrder } | null
}

/** What the columns of a file are mapped by. */
interface MappingInput {
  options: Pick<ImportOptions, 'mapping' | 'nameOrder'>
  sample: readonly (readonly string[])[]
}

/** The last mapping by its sample: it is the same for all chunks of a file until rights or fields change. */
const known = new WeakMap<object, { writable: Grant['writable']; mapping: FileMapping }>()

/** Maps the columns of a file to the fields of a grant. Throws validation_failed for a wrong mapping of the caller. */
export function mapFile(grant: Grant, names: readonly string[], input: MappingInput): FileMapping {
  const last = known.get(input.sample)
  if (last?.writable === grant.writable) return last.mapping
  const { options, sample } = input
  const width = names.length ? 0 : Math.max(0, ...sample.map(({ length }) => length))
  const header = names.length ? names : Array.from({ length: width }, () => '')
  const mapped = mapHeader(header, grant.writable.values(), { mapping: options.mapping, sample })
  const mapping = {
    source: mapped.source,
    header,
    proposed: mapped.columns,
    columns: columnsOf(mapped),
    unmapped: mapped.columns.flatMap(({ name, target }) =>
      !target && name.trim() && !isReasonColumn(name) ? [name] : [],
    ),
    alternatives: alternativesOf(mapped),
    fullName: fullNameOf(mapped, input),
  }
  known.set(sample, { writable: grant.writable, mapping })
  return mapping
}

function columnsOf({ columns }: MappedHeader): FileColumn[] {
  return columns.flatMap(({ name, target }, index) => {
    if (!target?.column) return []
    const { column, alternative, number } = target
    const use = columns.findIndex(
      (one) => one.target?.key === `${column.field.path}.kind` && one.target.number === number,
    )
    const byUse = use < 0 ? null : { index: use, columns: columnsByUse(column.field) }
    return [{ index, name: name.trim(), column, alternative, use: byUse }]
  })
}

/** Returns the alternatives of fields with more than one, in the order of their ranks. */
function alternativesOf({ columns }: MappedHeader): Map<Field, readonly string[]> {
  const targets = columns.flatMap(({ target }) => (target?.column ? { ...target, column: target.column } : []))
  const byField = Map.groupBy(
    targets.toSorted((a, b) => a.rank - b.rank || (a.number ?? 0) - (b.number ?? 0)),
    ({ column }) => column.field,
  )
  const names = [...byField].map(
    ([field, some]) => [field, [...new Set(some.map(({ alternative }) => alternative))]] as const,
  )
  return new Map(names.filter(([, list]) => list.length > 1))
}

function fullNameOf({ columns }: MappedHeader, { options, sample }: MappingInput): FileMapping['fullName'] {
  const index = columns.findIndex(({ target }) => target?.key === 'fullName')
  const found = columns[index]
  if (!found) return null
  const name = found.name.trim()
  const cells = sample.map((row) => row[index] ?? '')
  return { index, name, order: options.nameOrder ?? nameOrderOf(cells, name) }
}
