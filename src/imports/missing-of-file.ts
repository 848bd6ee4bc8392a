import type { CsvRow } from '../csv/read.ts'
import { cellText } from './cell-text.ts'
import { surveyMissing } from './missing/find-missing.ts'
import { type Missing, nothingMissing } from './missing/missing.ts'
import type { ImportOptions, ImportPlan } from './plan.ts'
import { isMisshapen } from './read-row.ts'

/**
 * Returns the fields and entries that the rows of a file need and that do not exist. A copy of records has all of them,
 * and a file without a known column fails.
 */
export async function missingOf(
  plan: ImportPlan,
  rows: AsyncIterable<CsvRow[]> | Iterable<CsvRow[]>,
): Promise<Missing> {
  if (plan.kept || !(plan.columns.length || plan.fullName)) return nothingMissing
  const survey = surveyMissing({ ...plan, unused: unusedColumns(plan), fields: plan.grant.type.fields })
  for await (const some of rows) {
    for (const row of some) {
      if (!isMisshapen(row)) survey.see((index) => cellText(row.cells[index] ?? '', plan))
    }
  }
  return survey.missing()
}

/** Returns the columns without a use, except for those that the mapping says to ignore. */
function unusedColumns({ proposed, options: { mapping = [], saved = [] } }: ImportPlan): number[] {
  const given = new Set(
    [...mapping, ...saved].map(({ column }) => (typeof column === 'number' ? column : column.trim())),
  )
  return proposed.flatMap(({ name, target }, index) =>
    target || given.has(index) || given.has(name.trim()) ? [] : [index],
  )
}

/** Returns the options with the columns of created fields mapped to them. */
export function withCreated(options: ImportOptions, { fields }: Missing): ImportOptions {
  if (!fields.length) return options
  const created = fields.map(({ index, code }) => ({ column: index, field: `userFields.${code}` }))
  return { ...options, mapping: [...(options.mapping ?? []), ...created] }
}
