import { normalizeName } from '../columns/name.ts'
import type { CsvColumn } from '../fields/kind.ts'
import type { ImportPlan, PlannedColumn } from './plan.ts'

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
  field: CsvColumn['field'],
  names: readonly string[],
  isFilled: (planned: PlannedColumn) => boolean,
): string | undefined {
  const counts = names.map((name) => ({
    name,
    filled: columns.filter((one) => one.column.field === field && one.alternative === name && isFilled(one)).length,
  }))
  return (counts.find(({ filled }) => filled > 1) ?? counts.find(({ filled }) => filled > 0) ?? counts[0])?.name
}

/** Links name the same record in several ways, and a whole address repeats its parts. */
function isAnotherValue({ column, alternative }: PlannedColumn): boolean {
  return typeof column.into === 'object' && !alternative.startsWith('whole')
}

function byUse(planned: PlannedColumn, cells: readonly string[]): PlannedColumn {
  const { use } = planned
  const column = use?.columns.get(normalizeName(cells[use.index] ?? ''))
  return column ? { ...planned, column } : planned
}
