import { sql } from 'kysely'
import type { Database } from '../../database/connect.ts'
import {
  rowsOf,
  type Statement,
  sendTogether,
  type Template,
  type TextRow,
  template,
} from '../../database/statement.ts'
import type { Transaction } from '../../database/transaction.ts'
import type { PresentRecord } from '../../entities/change.ts'
import type { Problem } from '../../errors/problem.ts'
import { kindOf } from '../../fields/kinds/kinds.ts'
import { readAllRows } from '../../fields/selection.ts'
import { isObject } from '../../fields/value.ts'
import { placeKeys } from '../../pipelines/stage-history.ts'
import type { Grant, Operation } from '../../rights/grant.ts'
import { recordNotFound } from '../list/read-record.ts'
import { recordMerged, survivorsOf } from '../query/merged-records.ts'
import { type ReadingByIds, readingByIds } from '../query/reading-by-ids.ts'
import { recordsFor, storedRecords } from '../query/record-query.ts'
import { presentOf } from '../query/record-state.ts'
import { keptPerGrant } from '../query/selections.ts'
import { timeAfter } from './change-time.ts'

/**
 * Locks the records on which the caller may perform the operation, in the order of their ids. For the other records,
 * `refusal` returns `forbidden` if the caller may read the record, `record_merged` if it was merged into a record that the
 * caller may read, and `record_not_found` otherwise.
 */
export async function lockRecords(trx: Transaction, grant: Grant, operation: Operation, ids: readonly number[]) {
  const rows = await rowsOf(trx, lockStatement(grant, operation, ids))
  return await lockedRecords(trx, grant, operation, { ids, rows })
}

/** A record that is locked. */
interface LockedRow {
  id: number
  version: number
  last: string
  may: boolean
}

const lockings = keptPerGrant<Template<'ids', LockedRow>>()

function lockStatement(grant: Grant, operation: Operation, ids: readonly number[]): Statement<LockedRow> {
  const statement = lockings(grant, operation, () => {
    const may = grant.rows[operation]
    const columns = sql`record.id, record.version, record.updated_at as last, ${may ? sql`(${may}) is true` : sql`true`} as may`
    return template(
      (hole) =>
        recordsFor(grant, 'read')
          .and(sql`record.id = any(${hole('ids')}::bigint[])`)
          .select<LockedRow>(columns, { orderBy: sql`record.id`, lock: 'noKeyUpdate' }),
      { keep: { family: 'lock', version: grant.catalogue.version } },
    )
  })
  return statement({ ids })
}

/** Records that are locked for an operation. */
export type LockedRecords = Awaited<ReturnType<typeof lockedRecords>>

async function lockedRecords(
  trx: Transaction,
  grant: Grant,
  operation: Operation,
  { ids, rows }: { ids: readonly number[]; rows: readonly LockedRow[] },
) {
  const now = new Date()
  const found = new Set(rows.map(({ id }) => id))
  const missing = ids.filter((id) => !found.has(id))
  const survivors = missing.length ? await survivorsOf(trx, grant, missing) : new Map<number, number>()
  const forbidden = new Set(rows.filter((row) => !row.may).map(({ id }) => id))
  return {
    /** Versions of the records on which the caller may perform the operation, by id. */
    versions: new Map(rows.filter((row) => row.may).map(({ id, version }) => [id, version])),
    /** Timestamps for changes of these records, by id. */
    moments: new Map(rows.map(({ id, last }) => [id, timeAfter(now, last)])),
    refusal(id: number): Problem {
      const survivor = survivors.get(id)
      if (survivor !== undefined) return recordMerged(grant, id, survivor)
      return forbidden.has(id) ? grant.refusal(operation) : recordNotFound(grant, id)
    },
  }
}

/**
 * Locks records to change and reads their states, in one round trip. Values that the caller may not read are included,
 * because a change must keep them. Links are read only if a body names them; other links do not change.
 */
export async function lockAndRead(
  trx: Transaction,
  grant: Grant,
  ids: readonly number[],
  items: readonly { input: unknown }[],
) {
  const { selection, byIds } = stateReading(grant, new Set(items.flatMap(({ input }) => namesIn(input, grant))))
  // The second statement sees the records as they are once the first one has locked them.
  const [locked, states] = await sendTogether<[LockedRow, TextRow]>(trx, [
    lockStatement(grant, 'update', ids),
    byIds({ ids }),
  ])
  const { versions, ...records } = await lockedRecords(trx, grant, 'update', { ids, rows: locked })
  const present = new Map<number, PresentRecord>()
  for (const one of readAllRows(selection, states)) if (versions.has(one.id)) present.set(one.id, one)
  return { locked: { versions, ...records }, present }
}

/** Locks records for an operation each, and reads the whole states of all of them, in one round trip. */
export async function lockAndReadWhole(
  trx: Transaction,
  grant: Grant,
  wanted: readonly { operation: Operation; ids: readonly number[] }[],
) {
  const { selection, byIds } = wholeReading(grant)
  const statements = wanted.map(({ operation, ids }) => lockStatement(grant, operation, ids))
  // The last statement sees the records as they are once the others have locked them.
  const results = await sendTogether<unknown[]>(trx, [...statements, byIds({ ids: wanted.flatMap(({ ids }) => ids) })])
  const locked: LockedRecords[] = []
  for (const [at, { operation, ids }] of wanted.entries()) {
    locked.push(await lockedRecords(trx, grant, operation, { ids, rows: results[at] as LockedRow[] }))
  }
  const records = readAllRows(selection, results.at(-1) as TextRow[])
  return { locked, records: new Map(records.map((one) => [one.id, one])) }
}

/** Reads the whole states of live records that the caller may read, or of `stored` records in any state, with all links. */
export async function readStates(
  db: Database,
  grant: Grant,
  ids: readonly number[],
  which: 'readable' | 'stored' = 'readable',
): Promise<Map<number, PresentRecord>> {
  if (!ids.length) return new Map()
  const { selection, byIds } = wholeReading(grant, which)
  const rows = readAllRows(selection, await rowsOf(db, byIds({ ids })))
  return new Map(rows.map((row) => [row.id, row]))
}

function wholeReading(grant: Grant, which?: 'readable' | 'stored'): ReadingByIds<PresentRecord> {
  return stateReading(grant, new Set(grant.type.fields.map(({ path }) => path)), which)
}

const stateReadings = keptPerGrant<ReadingByIds<PresentRecord>>()

/** Returns how to read states, with the links that are named. */
function stateReading(
  grant: Grant,
  named: ReadonlySet<string>,
  which: 'readable' | 'stored' = 'readable',
): ReadingByIds<PresentRecord> {
  const unnamed = grant.type.fields.filter(
    (field) => kindOf(field).rows === 'link' && !named.has(field.path) && !named.has(field.key),
  )
  const name = [which, ...unnamed.map(({ path }) => path)].join()
  return stateReadings(grant, name, () => {
    const all = allFields(grant)
    const needed = [...all.values()].filter((field) => !unnamed.includes(field)).map(({ path }) => path)
    const selection = presentOf(all, needed)
    const records = which === 'stored' ? storedRecords(grant) : recordsFor(grant, 'read')
    return { selection, byIds: readingByIds(grant, records, selection, 'state') }
  })
}

/** Returns the paths of the fields that a body names. A move needs the fields that the stages of the type require. */
function namesIn(input: unknown, grant: Grant): string[] {
  if (!isObject(input)) return []
  const { userFields } = input
  const own = isObject(userFields) ? Object.keys(userFields).map((code) => `userFields.${code}`) : []
  const pipelines = placeKeys.some((name) => name in input) ? grant.catalogue.lookups.pipelines.get(grant.type.id) : []
  const required = pipelines?.flatMap(({ stages }) => stages.flatMap(({ requiredFields }) => requiredFields)) ?? []
  return [...Object.keys(input), ...own, ...required]
}

const fieldsByType = new WeakMap<Grant['type'], Grant['readable']>()

/** Returns all fields of the type by path. Each version of the type has one map, so that its view is built once. */
function allFields({ type }: Grant): Grant['readable'] {
  const known = fieldsByType.get(type) ?? new Map(type.fields.map((field) => [field.path, field]))
  fieldsByType.set(type, known)
  return known
}
