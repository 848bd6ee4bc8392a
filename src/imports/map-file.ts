import { type MappedHeader, mapHeader, type Target } from '../columns/header.ts'
import { normalizeName } from '../columns/name.ts'
import { columnsByUse } from '../columns/uses.ts'
import { isReasonColumn } from '../csv/reason-column.ts'
import type { Field } from '../fields/field.ts'
import { kindOf } from '../fields/kinds/kinds.ts'
import type { NameOrder } from '../names/name-order.ts'
import type { Grant } from '../rights/grant.ts'
import { nameOrderOf } from './people/name-order.ts'
import {
  isCompanyName,
  isCompanyPhone,
  type NamedPhones,
  type PhoneCountries,
  phoneCountriesOf,
} from './people/phone-countries.ts'
import { withWholeNames } from './people/whole-names.ts'
import type { ImportOptions, ImportPlan, PlannedColumn } from './plan.ts'

/** A column of the file and its target. */
export type FileColumn = Omit<PlannedColumn, 'format' | 'currency' | 'unit'>

/** What the columns of a file are used for. */
export interface FileMapping {
  /** The source of the external ids of the file: the given one, or the program that wrote it. */
  source: string
  /** The names of the columns. Empty names if the file has no header. */
  header: readonly string[]
  /** The columns with their proposals, used or not. */
  proposed: MappedHeader['columns']
  columns: readonly FileColumn[]
  /** The ignored columns with a name. */
  unmapped: readonly { index: number; column: string }[]
  /** The alternatives of fields with more than one, the preferred first. */
  alternatives: ReadonlyMap<Field, readonly string[]>
  /** The column that contains both first and last name. */
  fullName: { index: number; name: string; order: NameOrder } | null
  phoneCountries: PhoneCountries
}

/** What the columns of a file are mapped by. */
interface MappingInput {
  options: Pick<ImportOptions, 'mapping' | 'saved' | 'nameOrder' | 'source'>
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
  const by = { mapping: options.mapping, saved: options.saved, source: options.source, sample }
  const named = mapHeader(header, grant.writable.values(), by)
  const mapped = grant.writable.has('lastName') ? withWholeNames(named, sample) : named
  const mapping = {
    source: mapped.source,
    header,
    proposed: mapped.columns,
    columns: columnsOf(mapped),
    unmapped: mapped.columns.flatMap(({ name, target }, index) =>
      !target && name.trim() && !isReasonColumn(name) ? [{ index, column: name.trim() }] : [],
    ),
    alternatives: alternativesOf(mapped),
    phoneCountries: phoneCountriesOf(sample.flatMap((row) => namedPhones(mapped, row))),
    fullName: fullNameOf(mapped, input),
  }
  known.set(sample, { writable: grant.writable, mapping })
  return mapping
}

function columnsOf({ columns }: MappedHeader): FileColumn[] {
  const counts = new Map<string, number>()
  return columns.flatMap(({ name, target }, index) => {
    if (!target?.column) return []
    const { key, column, alternative, number } = target
    const place = counts.get(key) ?? 0
    counts.set(key, place + 1)
    const use = columns.findIndex(
      (one) => one.target?.key === `${column.field.path}.kind` && one.target.number === number,
    )
    const byUse = use < 0 ? null : { index: use, columns: columnsByUse(column.field) }
    return [{ index, name: name.trim(), column, place, alternative, use: byUse }]
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

/** Keys of columns with the name of a person. The title of a lead may be in other letters. */
const personal: ReadonlySet<string> = new Set(['fullName', 'firstName', 'lastName'])

/** Returns the phones of a row beside the name of the company, if they are at work, or else of the person. */
function namedPhones({ columns }: MappedHeader, row: readonly string[]): NamedPhones[] {
  const cells = (isWanted: (target: Target) => boolean) =>
    columns.flatMap(({ target }, index) => (target && row[index] && isWanted(target) ? [row[index]] : []))
  const isPhone = ({ column }: Target) => column !== null && kindOf(column.field).needsCountry === true
  const person = cells(({ key }) => personal.has(key)).join(' ') || cells(({ key }) => key === 'title').join(' ')
  const company = cells(({ key }) => isCompanyName(key)).join(' ')
  const isAtWork = (target: Target) => company !== '' && isCompanyPhone(target.key)
  return [
    { name: person, phones: cells((target) => isPhone(target) && !isAtWork(target)) },
    { name: company, phones: cells((target) => isPhone(target) && isAtWork(target)) },
  ]
}

/** The columns that a row uses. */
interface RowColumns {
  columns: readonly PlannedColumn[]
  /** Filled columns of other values for the same field, which the row does not use. */
  leftOut: readonly PlannedColumn[]
}

/** Returns the columns that a row uses: of each field those of one alternative, and those that the use of a value says. */
export function columnsOfRow(plan: ImportPlan, cells: readonly string[]): RowColumns {
  const { columns, alternatives } = plan
  if (!alternatives.size && !columns.some(({ use }) => use)) return { columns, leftOut: [] }
  const isFilled = ({ index }: PlannedColumn) => (cells[index] ?? '').trim() !== ''
  const used = new Map([...alternatives].map(([field, names]) => [field, chosen(plan, field, names, isFilled)]))
  const isUsed = ({ column, alternative }: PlannedColumn) => (used.get(column.field) ?? alternative) === alternative
  return {
    columns: columns.filter(isUsed).map((planned) => byUse(planned, cells)),
    leftOut: columns.filter((one) => !isUsed(one) && isFilled(one) && isAnotherValue(one)),
  }
}

/** Returns the first alternative with two filled cells, or else the first with one: a country alone says little. */
function chosen(
  { columns }: ImportPlan,
  field: Field,
  names: readonly string[],
  isFilled: (planned: PlannedColumn) => boolean,
): string | undefined {
  const counts = names.map((name) => ({
    name,
    filled: columns.filter((one) => one.column.field === field && one.alternative === name && isFilled(one)).length,
  }))
  return (counts.find(({ filled }) => filled > 1) ?? counts.find(({ filled }) => filled > 0) ?? counts[0])?.name
}

/** A whole address repeats its parts. */
function isAnotherValue({ column, alternative }: PlannedColumn): boolean {
  return typeof column.into === 'object' && !alternative.startsWith('whole')
}

function byUse(planned: PlannedColumn, cells: readonly string[]): PlannedColumn {
  const { use } = planned
  const column = use?.columns.get(normalizeName(cells[use.index] ?? ''))
  return column ? { ...planned, column } : planned
}
