import { setImmediate as breath } from 'node:timers/promises'
import type { CsvRow } from '../csv/read.ts'
import type { Change } from '../entities/change.ts'
import { draftRecords } from '../records/write/create.ts'
import type { Grant } from '../rights/grant.ts'
import { readRow } from './import-cells.ts'
import type { ImportPlan } from './import-plan.ts'
import type { ImportRow } from './import-row.ts'

/** Rows that were read, and the records that they are to become: what needs no database, done while it is busy. */
export interface Draft {
  /** Of the plan it was made by; under another one it says nothing. */
  grant: Grant
  read: readonly ImportRow[]
  /** Those of the rows that are not refused. */
  changes: readonly Change[]
}

/** So few rows take some milliseconds, for which the database may wait with its next answer. */
const rowsAtOnce = 50

/** Reads rows by a plan, a few at a time. */
export async function draftRows(plan: ImportPlan, rows: readonly CsvRow[]): Promise<Draft> {
  const read: ImportRow[] = []
  const changes: Change[] = []
  for (let start = 0; start < rows.length; start += rowsAtOnce) {
    const some = rows.slice(start, start + rowsAtOnce).map((row) => readRow(plan, row))
    read.push(...some)
    changes.push(
      ...(await draftChanges(
        plan,
        some.filter(({ isRefused }) => !isRefused),
      )),
    )
    await breath()
  }
  return { grant: plan.grant, read, changes }
}

/** The records that rows are to become. */
export async function draftChanges({ grant, context }: ImportPlan, rows: readonly ImportRow[]): Promise<Change[]> {
  return await draftRecords(
    grant,
    rows.map((row) => row.body()),
    (index) => ({ ...context, countries: rows[index]?.countries ?? context.countries }),
  )
}
