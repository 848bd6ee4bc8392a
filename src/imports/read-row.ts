import { currencyOf } from '../cells/numbers.ts'
import type { CsvNoteCode } from '../csv/notes.ts'
import type { CsvRow } from '../csv/read.ts'
import type { Fault } from '../errors/problem.ts'
import { jsonArray } from '../fields/kinds/column-kinds.ts'
import { baseCurrency } from '../fields/kinds/currency-column.ts'
import { kindOf } from '../fields/kinds/kinds.ts'
import type { Context, Place, Value } from '../fields/value.ts'
import type { JobFault } from '../jobs/faults.ts'
import { splitName } from '../names/split-name.ts'
import { cellText } from './cell-text.ts'
import { exactFormat, exactValue } from './copies/exact-value.ts'
import type { CopiedColumn } from './copies/map-copy.ts'
import { columnsOfRow } from './map-file.ts'
import { ImportRow } from './matching/row.ts'
import { becomesEntry } from './missing/missing.ts'
import type { ImportPlan, PlannedColumn } from './plan.ts'
import { countriesOfRow } from './row-countries.ts'
import { withChoices } from './with-choices.ts'

/**
 * A row with more cells than the header most likely has an unquoted delimiter in a cell, which shifts all cells after
 * it, so the row is rejected. Rows of totals and headers are no records, so they are skipped (`info`). The other faults
 * affect some cells only, or none: many programs leave out blank cells at the end of a row.
 */
const severityOf: Record<CsvNoteCode, JobFault['severity']> = {
  too_many_cells: 'error',
  repeated_header: 'info',
  total_row: 'info',
  other_table: 'error',
  too_few_cells: 'warning',
  extra_delimiter: 'warning',
  unnamed_column: 'warning',
  stray_quote: 'warning',
  undoubled_quote: 'warning',
  damaged_header: 'warning',
  table_above_header: 'warning',
  trailing_delimiter: 'warning',
  damaged_text: 'warning',
}

/** Returns whether a row is skipped for its form: its cells belong to no columns. */
export function isMisshapen({ notes = [] }: CsvRow): boolean {
  return notes.some(({ code }) => severityOf[code] === 'error')
}

/** Reads the cells of a row as field values. */
export function readRow(plan: ImportPlan, { cells, notes, ...place }: CsvRow): ImportRow {
  const row = new ImportRow(place)
  if (!noteDamage(plan, row, notes)) return row
  const ofRow = inContextOf(plan, cells)
  const { columns, leftOut } = columnsOfRow(plan, cells)
  for (const { name } of leftOut) row.note('warning', name, { code: 'address_left_out' })
  for (const planned of columns) {
    const cell = cells[planned.index] ?? ''
    const text = cellText(cell, plan)
    if (text) readCell(ofRow, row, planned, text)
    else putNothing(row, planned)
    if (cell.includes('\0')) row.note('warning', planned.name, { code: 'invalid_characters' })
  }
  if (plan.fullName) readFullName(plan, row, cellText(cells[plan.fullName.index] ?? '', plan))
  for (const planned of columns) if (planned.currency) readCurrency(ofRow, row, planned, cells)
  row.countries = countriesOfRow({ ...plan, columns }, cells, row)
  return row
}

/**
 * Reads a row of a copy. Its cells are exact values, ids included. The values that only the server sets otherwise are
 * kept beside the body of the record.
 */
export function readCopiedRow(plan: ImportPlan, kept: readonly CopiedColumn[], csvRow: CsvRow): ImportRow {
  const row = new ImportRow(csvRow)
  if (!noteDamage(plan, row, csvRow.notes)) return row
  const { context } = inContextOf(plan, csvRow.cells)
  const read = ({ index, name, column }: CopiedColumn, keep: (value: unknown, place: Place) => void) => {
    const place: Place = { field: column.field, context, pointer: '', faults: [], format: exactFormat }
    const value = exactValue(column, csvRow.cells[index] ?? '', place)
    const isDefault = value === null && (column.into === 'items' || column.field.notNull)
    if (value !== undefined && !isDefault) keep(value, place)
    for (const fault of place.faults) row.note('error', name, fault)
  }
  for (const copied of plan.columns) read(copied, (value) => row.put(copied.column, value, copied.name))
  const values = new Map<string, Value>()
  row.kept = values
  for (const copied of kept) {
    read(copied, (value, place) => {
      const { field } = place
      const isUnknown = kindOf(field).pointsTo === 'user' && value !== null && !plan.findUser(String(value))
      const found = kindOf(field).read(value, place, null)
      // The user who imports takes the place of one who does not exist here.
      if (isUnknown) row.note('warning', copied.name, { code: 'unknown_user' })
      else if (found !== undefined) values.set(field.key, found)
    })
  }
  return row
}

/** Notes the format faults of a row, or only why it is no record of the table. Returns whether it is one. */
function noteDamage({ header }: ImportPlan, row: ImportRow, notes: CsvRow['notes'] = []): boolean {
  const reason = notes.find(({ code }) => code === 'other_table' || severityOf[code] === 'info')
  for (const { code, cell } of reason ? [reason] : notes) {
    const column = code === 'other_table' ? null : header[cell]?.trim() || null
    row.note(severityOf[code], column, { code })
  }
  row.isSkipped = reason !== undefined && !row.isRefused
  return !reason
}

/** Returns the plan in the context of a row. */
function inContextOf(plan: ImportPlan, cells: readonly string[]): ImportPlan {
  return { ...plan, context: contextOf(plan, cells) }
}

/** Returns the context of a row, with its pipeline only: pipelines may give the same name to different stages. */
function contextOf(plan: ImportPlan, cells: readonly string[]): Context {
  const { pipeline, inPipelines, context } = plan
  const [first = context] = inPipelines.values()
  const usual = inPipelines.get(Number(plan.options.defaults?.pipelineId)) ?? first
  const text = pipeline && cellText(cells[pipeline.index] ?? '', plan)
  if (!text) return usual
  const { column } = pipeline
  const id = column.read(text, { field: column.field, context, pointer: '', faults: [] })
  return inPipelines.get(Number(id)) ?? context
}

function readCell(plan: ImportPlan, row: ImportRow, planned: PlannedColumn, text: string): void {
  const { field, read } = planned.column
  const faults: Fault[] = []
  const place: Place = { field, context: plan.context, pointer: '', faults, format: planned.format }
  const { pointsTo, isPlace } = kindOf(field)
  const value = pointsTo === 'user' ? readUsers(plan, text, place) : read(text, place)
  for (const fault of faults) {
    if (fault.unknown !== undefined && becomesEntry(plan.toCreate, field, fault.unknown)) continue
    row.note(field.required || isPlace ? 'error' : 'warning', planned.name, withChoices(fault, text, place))
  }
  if (value === undefined) row.miss(planned.column, planned.name)
  else row.put(planned.column, value, planned.name, planned.place)
}

/**
 * Reads the currency of an amount: that of a column of its own, that beside the number (`$1,234`), or that in the name of
 * the column. If the first contradicts the others, nobody knows what the amount is.
 */
function readCurrency(plan: ImportPlan, row: ImportRow, planned: PlannedColumn, cells: readonly string[]): void {
  const { index, name, column, currency, unit } = planned
  const text = cellText(cells[index] ?? '', plan)
  if (!currency) return
  const [beside, given] = [currencyOf(text), row.valueIn(currency)]
  const named = beside ?? (text && !row.isUnread(currency) ? unit : undefined)
  const isPart = typeof currency.into === 'object'
  if (isPart && row.valueIn(column) === null) {
    if (given !== null) row.leaveOut(currency, text ? undefined : { code: 'currency_without_amount' })
  } else if (given !== null && named !== undefined && named !== given) {
    row.note(column.field.required ? 'error' : 'warning', name, { code: 'currency_conflict' })
    for (const one of [column, currency]) row.miss(one, name)
  } else if (given === null && named !== undefined) {
    readCell(plan, row, { ...planned, column: currency, currency: null }, named)
    if (beside && unit && beside !== unit) row.note('warning', name, { code: 'other_currency' })
  } else if (given === null && isPart && !row.isUnread(currency)) {
    row.put(currency, baseCurrency(plan.context), name)
  }
}

/** Finds users by name. Ignores unknown names; the responsible is then the user who imports. */
function readUsers({ findUser }: ImportPlan, text: string, { field, faults }: Place): unknown {
  const names = field.multiple ? (jsonArray(text)?.map(String) ?? text.split(/[,;\n]/)) : [text]
  const ids = names.flatMap((name) => findUser(name.trim()) ?? [])
  if (ids.length < names.length) faults.push({ code: 'unknown_user' })
  return field.multiple ? ids : ids[0]
}

/** Sets the field of an empty cell to null, unless the field needs a value: then its default applies. */
function putNothing(row: ImportRow, planned: PlannedColumn): void {
  const { field, into } = planned.column
  if (field.required) row.passOver(field, planned.name)
  else if (into !== 'items' && !field.notNull) row.put(planned.column, null, planned.name)
}

/** Splits the full name into its parts if the row has no first and last name in separate columns. */
function readFullName({ fullName, grant }: ImportPlan, row: ImportRow, text: string): void {
  if (!fullName || !text || row.textOf('firstName') || row.textOf('lastName')) return
  for (const [path, value] of Object.entries(splitName(text, fullName.order))) {
    const field = grant.writable.get(path)
    if (field && !row.textOf(path)) row.put({ field, into: 'value' }, value, fullName.name)
  }
}
