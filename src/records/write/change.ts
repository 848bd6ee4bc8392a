import { sql } from 'kysely'
import {
  rowsOf,
  type Statement,
  sendTogether,
  type Template,
  type TextRow,
  template,
} from '../../database/statement.ts'
import type { Transaction } from '../../database/transaction.ts'
import { type Change, changedFields, type PresentRecord } from '../../entities/change.ts'
import type { ExternalId } from '../../fields/kinds/external-ids-kind.ts'
import { kindOf } from '../../fields/kinds/kinds.ts'
import { readAllRows } from '../../fields/selection.ts'
import { isObject } from '../../fields/value.ts'
import { pacer } from '../../json/pace.ts'
import { placeKeys } from '../../pipelines/stage-history.ts'
import type { Grant, Operation } from '../../rights/grant.ts'
import { recordNotFound } from '../list/read-record.ts'
import { type ReadingByIds, readingByIds } from '../query/reading-by-ids.ts'
import { recordsFor } from '../query/record-query.ts'
import { presentOf } from '../query/record-state.ts'
import { keptPerGrant } from '../query/selections.ts'
import { timeAfter, withTime, writeTime } from './change-time.ts'
import { keepKey } from './external-keys.ts'
import { lockEarlierEnds } from './locks.ts'
import { type Precondition, preconditionProblems } from './precondition.ts'
import { faultsPerItem, readInput } from './read-input.ts'
import { resolveReferences } from './resolve-references.ts'
import { applyRules } from './rules.ts'
import { saveRecords } from './save-records.ts'
import { type Outcome, rejection, type WriteContext } from './write-context.ts'

/** A record to change, with the body and the precondition. */
export interface ChangeItem {
  id: number
  input: unknown
  /** Returns the body to read instead, for the present state under the lock. It names fields of `input` only. */
  inputFor?: ((present: PresentRecord) => unknown) | undefined
  ifMatch?: Precondition | undefined
  /** The external key by which the record was found. The record keeps it, even if the body leaves it out. */
  kept?: ExternalId | undefined
}

/**
 * Changes records by JSON bodies. One record or thousands take the same few statements. Absent fields keep their
 * values. If no value differs, nothing is saved: no new version, no history. A record must not be in the list twice.
 */
export async function changeRecords(
  trx: Transaction,
  writing: WriteContext,
  items: readonly ChangeItem[],
): Promise<Outcome[]> {
  const { grant, context } = writing
  await lockEarlierEnds(trx, { grant, items })
  const { locked, present } = await lockAndRead(
    trx,
    grant,
    items.map(({ id }) => id),
    items,
  )
  const clashes = await preconditionProblems(trx, grant, items, locked.versions)
  const [pace, most] = [pacer(), faultsPerItem(items.length)]
  const drafts: (Change | undefined)[] = []
  for (const { id, input, inputFor, kept } of items) {
    const record = clashes.has(id) ? undefined : present.get(id)
    const change = record && readInput(grant, inputFor?.(record) ?? input, context, { present: record, most })
    if (change && kept) keepKey(change, kept)
    drafts.push(change)
    await pace()
  }
  const changes = drafts.filter((change) => change !== undefined)
  const saved = await saveChanges(trx, writing, changes)
  return items.map(({ id }, index) => {
    const change = drafts[index]
    if (!change) return { problem: clashes.get(id) ?? locked.refusal(id) }
    return change.faults.length ? { problem: rejection(change.faults) } : saved.get(id)!
  })
}

/**
 * Writes changes of locked records. A change that breaks a rule or a reference gets faults instead. The timestamp is
 * taken here, under the lock.
 */
export async function saveChanges(
  trx: Transaction,
  given: WriteContext,
  changes: readonly Change[],
): Promise<Map<number, Outcome>> {
  const now = writeTime(given.context)
  const writing = { ...given, context: withTime(given.context, now) }
  for (const change of changes) {
    change.context = withTime(change.context, timeAfter(now, change.before?.get('updatedAt')))
  }
  applyRules(changes)
  const differing = changes.filter((change) => change.faults.length || changedFields(change).length)
  const inverse = await resolveReferences(trx, writing, differing)
  const good = differing.filter(({ faults }) => !faults.length)
  for (const change of good) stamp(change)
  const unchanged = changes.filter((change) => !differing.includes(change))
  return await saveRecords(trx, writing, { changes: good, inverse, unchanged })
}

function stamp({ before, after, context }: Change): void {
  after.set('version', Number(before?.get('version')) + 1)
  after.set('updatedAt', context.now.toISOString()).set('updatedBy', context.userId)
}

/**
 * Locks the records on which the caller may perform the operation, in the order of their ids. For the other records,
 * `rejection` returns `forbidden` if the caller may read the record, and `record_not_found` otherwise.
 */
export async function lockRecords(trx: Transaction, grant: Grant, operation: Operation, ids: readonly number[]) {
  return lockedRecords(grant, operation, await rowsOf(trx, lockStatement(grant, operation, ids)))
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

function lockedRecords(grant: Grant, operation: Operation, rows: readonly LockedRow[]) {
  const now = new Date()
  const forbidden = new Set(rows.filter((row) => !row.may).map(({ id }) => id))
  return {
    /** Versions of the records on which the caller may perform the operation, by id. */
    versions: new Map(rows.filter((row) => row.may).map(({ id, version }) => [id, version])),
    /** Timestamps for changes of these records, by id. */
    moments: new Map(rows.map(({ id, last }) => [id, timeAfter(now, last)])),
    refusal: (id: number) => (forbidden.has(id) ? grant.refusal(operation) : recordNotFound(grant, id)),
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
  items: readonly Pick<ChangeItem, 'input'>[],
) {
  const { selection, byIds } = stateReading(grant, new Set(items.flatMap(({ input }) => namesIn(input, grant))))
  // The second statement sees the records as they are once the first one has locked them.
  const [locked, states] = await sendTogether<[LockedRow, TextRow]>(trx, [
    lockStatement(grant, 'update', ids),
    byIds({ ids }),
  ])
  const { versions, ...records } = lockedRecords(grant, 'update', locked)
  const present = new Map<number, PresentRecord>()
  for (const one of readAllRows(selection, states)) if (versions.has(one.id)) present.set(one.id, one)
  return { locked: { versions, ...records }, present }
}

const stateReadings = keptPerGrant<ReadingByIds<PresentRecord>>()

/** Returns how to read states, with the links that are named. */
function stateReading(grant: Grant, named: ReadonlySet<string>): ReadingByIds<PresentRecord> {
  const unnamed = grant.type.fields.filter(
    (field) => kindOf(field).rows === 'link' && !named.has(field.path) && !named.has(field.key),
  )
  const name = unnamed.map(({ path }) => path).join()
  return stateReadings(grant, name, () => {
    const all = allFields(grant)
    const needed = [...all.values()].filter((field) => !unnamed.includes(field)).map(({ path }) => path)
    const selection = presentOf(all, needed)
    return { selection, byIds: readingByIds(grant, recordsFor(grant, 'read'), selection, 'state') }
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
