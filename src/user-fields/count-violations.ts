import { sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import type { Fault } from '../errors/problem.ts'
import type { Field } from '../fields/field.ts'
import { kindOf, shownValue } from '../fields/kinds/kinds.ts'
import { integerColumn, readRows, rowOf } from '../fields/selection.ts'
import type { Context, Value } from '../fields/value.ts'
import { pacer } from '../json/pace.ts'
import { type RecordQuery, recordsFor, recordsInBin } from '../records/query/record-query.ts'
import { isFilled, type UsageScope } from './field-usage.ts'

/** The records whose stored values break the settings of a field. */
export interface Violations {
  records: number
  /** Whether all records were checked. Counting stops after some seconds. */
  complete: boolean
  /** Ids of the first of these records. */
  ids: number[]
}

const recordsAtOnce = 5000
const mostIds = 20
const patienceMs = 5000

/** Counts the readable records whose values break the settings of the field, by the reader that checks new values. */
export async function countViolations(
  db: Database,
  { grant, now }: UsageScope,
  field: Field,
  context: Context,
): Promise<Violations> {
  const found: Violations = { records: 0, complete: true, ids: [] }
  const [pace, until] = [pacer(), Date.now() + patienceMs]
  for (const query of [recordsFor(grant, 'read'), recordsInBin(grant, now)]) {
    for await (const page of pagesOf(db, query.matching(isFilled(field)), field)) {
      for (const { id, value } of page) {
        await pace()
        if (!breaksSettings(field, value, context)) continue
        found.records++
        if (found.ids.length < mostIds) found.ids.push(id)
      }
      if (Date.now() > until) return { ...found, complete: false }
    }
  }
  return found
}

async function* pagesOf(db: Database, query: RecordQuery, field: Field) {
  const selection = rowOf({ id: integerColumn(sql`record.id`), value: shownValue(field) })
  for (let last = 0; ; ) {
    const page = await readRows(db, selection, (columns) =>
      query.and(sql`record.id > ${last}`).select(columns, { orderBy: sql`record.id`, limit: recordsAtOnce }),
    )
    if (page.length) yield page
    if (page.length < recordsAtOnce) return
    last = page.at(-1)!.id
  }
}

function breaksSettings(field: Field, value: Value, context: Context): boolean {
  const { read, misfit } = kindOf(field)
  const faults: Fault[] = []
  read(value, { field, context, pointer: '', faults }, null)
  return faults.length > 0 || [value].flat().some((target) => misfit?.(field, target as object) !== undefined)
}
