import type { Transaction } from '../../database/transaction.ts'
import { type Change, changedFields, type PresentRecord } from '../../entities/change.ts'
import type { ExternalId } from '../../fields/kinds/external-ids-kind.ts'
import { isObject } from '../../fields/value.ts'
import { pacer } from '../../json/pace.ts'
import { checkExpanded } from '../list/sent-back.ts'
import { timeAfter, withTime, writeTime } from './change-time.ts'
import { keepKey } from './external-keys.ts'
import { lockAndRead } from './lock-records.ts'
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
  const expanded = new Map<Change, Record<string, unknown>>()
  for (const { id, input, inputFor, kept } of items) {
    const record = clashes.has(id) ? undefined : present.get(id)
    const change = record && readInput(grant, inputFor?.(record) ?? input, context, { present: record, most })
    if (change && kept) keepKey(change, kept)
    if (change && isObject(input) && 'expanded' in input) expanded.set(change, input)
    drafts.push(change)
    await pace()
  }
  if (expanded.size) await checkExpanded(trx, grant, expanded)
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

/** Sets the version, the time and the author of a change. */
export function stamp({ before, after, context }: Change): void {
  after.set('version', Number(before?.get('version')) + 1)
  after.set('updatedAt', context.now.toISOString()).set('updatedBy', context.userId)
}
