import { nearest } from '../errors/nearest.ts'
import { type Fault, invalid } from '../errors/problem.ts'
import { isAvailable } from './known-columns.ts'
import type { ColumnNames, Proposal } from './propose.ts'
import { isLink, isList, type TargetColumns } from './targets.ts'

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

/** The names of the columns of a file, and what they can mean. */
export interface NamedColumns {
  header: readonly string[]
  targets: TargetColumns
  names: Pick<ColumnNames, 'recognize'>
}

/** Returns what the caller uses columns for, by position. Throws every fault in the mapping. */
export function applyGiven(
  mapping: readonly GivenColumn[],
  { header, targets, names }: NamedColumns,
): Map<number, Proposal | null> {
  const faults: Fault[] = []
  const found = new Map<number, Proposal | null>()
  const fields = new Set<string>()
  for (const [place, { column, field }] of mapping.entries()) {
    const index = findColumn(column, header, at(place, 'column'), faults)
    const key = field === null ? null : findField(field, targets, at(place, 'field'), faults)
    if (index === undefined || key === undefined) continue
    if (found.has(index)) faults.push({ ...at(place, 'column'), code: 'column_mapped_twice' })
    const given = key ? givenProposal(key, place, names.recognize(header[index] ?? '')) : null
    const filled = given && `${given.key}@${given.alternative}`
    if (given && filled && fields.has(filled) && !isRepeatable(given.key, targets)) {
      faults.push({ ...at(place, 'field'), code: 'field_mapped_twice', params: { field: given.key } })
    }
    if (filled) fields.add(filled)
    found.set(index, given)
  }
  if (faults.length) throw invalid(faults)
  return found
}

/**
 * If the name of the column means the same, it also says which address and which phone, so that a caller can send back
 * what a preview proposes. Otherwise the place in the mapping stands for the number, below those in names.
 */
function givenProposal(key: string, place: number, named: Proposal | null): Proposal {
  const same = named?.key === key ? named : undefined
  const { alternative = '', rank = 0, number = -1 - place, program } = same ?? {}
  return { key, alternative, rank, number, confidence: 1, reason: 'given', ...(program && { program }) }
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

function isRepeatable(key: string, { columns, uses }: TargetColumns): boolean {
  const column = columns.get(key)
  return column ? isList(column) || isLink(column) : uses.has(key)
}
