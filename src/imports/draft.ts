import { setImmediate as breath } from 'node:timers/promises'
import type { CsvRow } from '../csv/read.ts'
import { type Change, pointerTo } from '../entities/change.ts'
import type { Context } from '../fields/value.ts'
import { draftRecords } from '../records/write/create.ts'
import type { Grant } from '../rights/grant.ts'
import { withDefaults } from './defaults.ts'
import type { ImportRow } from './matching/row.ts'
import type { ImportPlan } from './plan.ts'
import { readCopiedRow, readRow } from './read-row.ts'

/** Parsed rows and the records to create from them: work without the database, done while the database is busy. */
export interface Draft {
  /** The grant of the plan it was made with. The draft is invalid under other rights or fields. */
  grant: Grant
  read: readonly ImportRow[]
  /** The records of the rows without errors. */
  changes: readonly Change[]
}

/** Returns whether a draft fits a plan. Grants of different requests share their fields until rights or fields change. */
export function fits({ grant }: Draft, plan: ImportPlan): boolean {
  return grant.writable === plan.grant.writable
}

/** Rows drafted before yielding. Longer slices would delay the statements of the chunk that is being written. */
const rowsAtOnce = 10

/** Parses rows by a plan, a few at a time. */
export async function draftRows(plan: ImportPlan, rows: readonly CsvRow[]): Promise<Draft> {
  const read: ImportRow[] = []
  const changes: Change[] = []
  for (let start = 0; start < rows.length; start += rowsAtOnce) {
    const some = rows.slice(start, start + rowsAtOnce).map(readBy(plan))
    read.push(...some)
    changes.push(
      ...(await draftChanges(
        plan,
        some.filter(({ isUsable }) => isUsable),
      )),
    )
    await breath()
  }
  return { grant: plan.grant, read, changes }
}

function readBy(plan: ImportPlan): (row: CsvRow) => ImportRow {
  const { kept } = plan
  return kept ? (row) => readCopiedRow(plan, kept, row) : (row) => readRow(plan, row)
}

/** Returns the records to create from rows, without the links whose records are not found yet. */
export async function draftChanges(
  { grant, context, options }: ImportPlan,
  rows: readonly ImportRow[],
): Promise<Change[]> {
  const contexts = new Map<string, Context>()
  const changes = await draftRecords(
    grant,
    rows.map((row) => withDefaults(row.body(), options.defaults, (path) => row.takesDefault(path))),
    (index) => {
      const { usual: countries, byUse: countriesByUse } = rows[index]!.countries
      const name = JSON.stringify([countries, countriesByUse])
      const known = contexts.get(name) ?? { ...context, countries, countriesByUse }
      contexts.set(name, known)
      return known
    },
  )
  for (const [index, change] of changes.entries()) {
    const { kept } = rows[index]!
    if (kept) Object.assign(change, { kept, isRevert: true })
    for (const { field } of rows[index]!.namedLinks()) {
      change.faults = change.faults.filter(({ pointer }) => pointer !== pointerTo(field))
    }
  }
  return changes
}
