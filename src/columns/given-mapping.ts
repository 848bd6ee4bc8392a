import { nearest } from '../errors/nearest.ts'
import { type Fault, invalid } from '../errors/problem.ts'
import { isAvailable } from './known-columns.ts'
import type { Proposal } from './propose.ts'
import { isList, type TargetColumns } from './targets.ts'

/** A column of the file and what the caller uses it for. */
export interface GivenColumn {
  /** The name of the column, or its position from 0. */
  column: string | number
  /** The key of a column, `fullName` or `id`. Null if the column is ignored. */
  field: string | null
}

/**
 * Returns the columns of a saved mapping that the file has, and whose use the request does not say itself. A mapping may
 * have several columns for a field, for files of different programs. If a file has two of them, the first is used.
 */
export function fittingColumns(
  saved: readonly GivenColumn[],
  mapping: readonly GivenColumn[],
  { header, targets }: { header: readonly string[]; targets: TargetColumns },
): GivenColumn[] {
  const places = new Set(mapping.map(({ column }) => findColumn(column, header, {}, [])))
  const fields = new Set(mapping.map(({ field }) => field))
  return saved.filter(({ column, field }) => {
    const place = findColumn(column, header, {}, [])
    if (place === undefined || places.has(place)) return false
    if (field !== null && !isAvailable(field, targets)) return false
    if (field !== null && fields.has(field) && !isRepeatable(field, targets)) return false
    places.add(place)
    fields.add(field)
    return true
  })
}

/** Returns the faults of a mapping that is saved for files to come: unknown fields, and columns that occur twice. */
export function faultsOfSaved(mapping: readonly GivenColumn[], targets: TargetColumns): Fault[] {
  const faults: Fault[] = []
  const columns = new Set<GivenColumn['column']>()
  for (const [place, { column, field }] of mapping.entries()) {
    const name = typeof column === 'string' ? column.trim() : column
    if (columns.has(name)) faults.push({ ...at(place, 'column'), code: 'column_mapped_twice' })
    columns.add(name)
    if (field !== null) findField(field, targets, at(place, 'field'), faults)
  }
  return faults
}

/** Where the mapping stands in the request. */
const at = (index: number, name: keyof GivenColumn) => ({ pointer: `/mapping/${index}/${name}` })

/** Returns what the caller uses columns for, by position. Throws every fault in the mapping. */
export function applyGiven(
  mapping: readonly GivenColumn[],
  header: readonly string[],
  targets: TargetColumns,
): Map<number, Proposal | null> {
  const faults: Fault[] = []
  const found = new Map<number, Proposal | null>()
  const fields = new Set<string>()
  for (const [place, { column, field }] of mapping.entries()) {
    const index = findColumn(column, header, at(place, 'column'), faults)
    const key = field === null ? null : findField(field, targets, at(place, 'field'), faults)
    if (index === undefined || key === undefined) continue
    if (found.has(index)) faults.push({ ...at(place, 'column'), code: 'column_mapped_twice' })
    if (key && fields.has(key) && !isRepeatable(key, targets)) {
      faults.push({ ...at(place, 'field'), code: 'field_mapped_twice', params: { field: key } })
    }
    if (key) fields.add(key)
    const given = { alternative: '', rank: 0, confidence: 1, reason: 'given', number: place } as const
    found.set(index, key ? { ...given, key } : null)
  }
  if (faults.length) throw invalid(faults)
  return found
}

function findColumn(
  column: string | number,
  header: readonly string[],
  pointer: Pick<Fault, 'pointer'>,
  faults: Fault[],
): number | undefined {
  if (typeof column === 'number') {
    if (column < header.length) return column
    faults.push({ ...pointer, code: 'unknown_column', params: { columns: header.length } })
    return undefined
  }
  const places = header.flatMap((name, index) => (name.trim() === column.trim() ? [index] : []))
  if (places.length === 1) return places[0]
  if (places.length > 1) {
    faults.push({ ...pointer, code: 'ambiguous_column', params: { places: places.join(', ') } })
  } else {
    const hint = nearest(column, header)
    faults.push({ ...pointer, code: 'unknown_column', params: { columns: header.length }, ...(hint && { hint }) })
  }
  return undefined
}

function findField(
  field: string,
  targets: TargetColumns,
  pointer: Pick<Fault, 'pointer'>,
  faults: Fault[],
): string | undefined {
  if (isAvailable(field, targets)) return field
  const hint = nearest(field, [...targets.columns.keys(), ...(targets.hasFullName ? ['fullName'] : [])])
  faults.push({ ...pointer, code: 'unknown_field', params: { name: field }, ...(hint && { hint }) })
  return undefined
}

function isRepeatable(key: string, { columns }: TargetColumns): boolean {
  const column = columns.get(key)
  return column !== undefined && isList(column)
}
