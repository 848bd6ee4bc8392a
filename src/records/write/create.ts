import type { Transaction } from '../../database/transaction.ts'
import type { Change } from '../../entities/change.ts'
import type { Context } from '../../fields/value.ts'
import { pacer } from '../../json/pace.ts'
import type { Grant } from '../../rights/grant.ts'
import { withTime, writeTime } from './change-time.ts'
import { assignNumbers } from './numbers.ts'
import { faultsPerItem, readInput } from './read-input.ts'
import { markRepeatDeals } from './repeat.ts'
import { resolveReferences } from './resolve-references.ts'
import { applyRules } from './rules.ts'
import { saveRecords } from './save-records.ts'
import { type Outcome, rejection, type WriteContext } from './write-context.ts'

/**
 * Creates records from JSON bodies. One record or thousands take the same few statements. A rejected item does not
 * affect the others. For all or nothing, the caller rolls the transaction back.
 */
export async function createRecords(
  trx: Transaction,
  writing: WriteContext,
  inputs: readonly unknown[],
): Promise<Outcome[]> {
  return await createDrafts(trx, writing, await draftRecords(writing.grant, inputs, () => writing.context))
}

/** Reads the bodies of new records, each in its own context. Each draft holds its faults and can be used only once. */
export async function draftRecords(
  grant: Grant,
  inputs: readonly unknown[],
  contextOf: (index: number) => Context,
): Promise<Change[]> {
  const [pace, most] = [pacer(), faultsPerItem(inputs.length)]
  const changes: Change[] = []
  for (const [index, input] of inputs.entries()) {
    changes.push(readInput(grant, input, contextOf(index), { most }))
    await pace()
  }
  return changes
}

/** Creates the drafted records. Their timestamps are the time of writing, not of drafting. */
export async function createDrafts(
  trx: Transaction,
  given: WriteContext,
  changes: readonly Change[],
): Promise<Outcome[]> {
  const now = writeTime(given.context)
  const { onCreated, ...rest } = given
  const writing = { ...rest, context: withTime(given.context, now), isLast: rest.isLast === true && !onCreated }
  const contexts = new Map<Context, Context>()
  for (const change of changes) {
    const context = contexts.get(change.context) ?? withTime(change.context, now)
    contexts.set(change.context, context)
    change.context = context
  }
  applyRules(changes)
  const inverse = await resolveReferences(trx, writing, changes)
  const good = changes.filter(({ faults }) => !faults.length)
  await assignNumbers(trx, writing, good)
  await markRepeatDeals(trx, writing, good)
  for (const change of good) {
    stamp(change)
    for (const [key, value] of change.kept ?? []) change.after.set(key, value)
  }
  const saved = await saveRecords(trx, writing, { changes: good, inverse })
  const made = onCreated ? good.filter(({ id }) => !('problem' in saved.get(id)!)) : []
  if (onCreated && made.length) {
    for (const [id, outcome] of await onCreated(trx, writing, made)) saved.set(id, outcome)
  }
  return changes.map(({ id, faults }) => (faults.length ? { problem: rejection(faults) } : saved.get(id)!))
}

function stamp({ after, context, type, id }: Change): void {
  const now = context.now.toISOString()
  after.set('version', 1)
  after.set('createdAt', now).set('createdBy', context.userId)
  after.set('updatedAt', now).set('updatedBy', context.userId)
  // A lead or deal is often created before it has a name.
  if (type.traits.has('title') && (after.get('title') ?? null) === null) {
    after.set('title', `${type.title[context.lookups.settings.language]} #${id}`)
  }
}
